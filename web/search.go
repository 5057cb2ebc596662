package web

import (
	"errors"
	"net/http"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/search/attached"
	"maildesk/search/kb"
	"maildesk/ticket"
)

// Results are shown a page at a time.
const (
	foundPage = 25
	maxFound  = 40 * foundPage
	maxQuery  = 1000 // bytes
	// A mark has nine bytes per article: its URL stays below what proxies let through.
	maxFoundArticles = 20 * foundPage
)

// searchPage is the data of the search.
type searchPage struct {
	Query      string
	Asked      bool
	Wrong      string
	Articles   []foundArticle
	More       bool // there are more articles than are shown beside tickets
	Only       bool // articles alone are looked for
	Tickets    []ticketRow
	Found      int  // that match and stand on no page before
	Older      bool // there is more than the search looked at, or than is shown
	Next, Prev string
}

// foundArticle is an article with the line that matched.
type foundArticle struct {
	articleRow
	Line string
}

// search looks for tickets and articles.
func (s *Server) search(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	set := s.src.Settings()
	p := searchPage{Query: r.URL.Query().Get("q")}
	if len(p.Query) > maxQuery {
		return errNoPage
	}
	title := "Search"
	if p.Query != "" {
		title = "Search: " + p.Query
	}
	q, wrong := search.Parse(p.Query, searched(set, agent))
	code := http.StatusOK
	switch asked, is := errors.AsType[*search.ValueError](wrong); {
	case is:
		p.Wrong, code = asked.Error(), http.StatusBadRequest
	case wrong != nil:
		return wrong
	case !q.IsEmpty():
		p.Asked, p.Only = true, q.In == ticket.InArticles
		mark, err := markOf(r, &p)
		if err != nil {
			return err
		}
		if err := s.found(r, set, agent, q, mark, &p); err != nil {
			return err
		}
	}
	return s.render(w, r, code, "search.html", view{Title: title, Here: "search", Agent: agent, Data: p})
}

// markOf returns what was seen on the previous pages of a search.
func markOf(r *http.Request, p *searchPage) (search.Mark, error) {
	what, most := search.MarkTickets, maxFound
	if p.Only {
		what, most = search.MarkArticles, maxFoundArticles
	}
	mark, err := search.ParseMark(r.URL.Query().Get("after"), what, p.Query)
	if err != nil || mark.Len() >= most {
		return mark, errNoPage
	}
	return mark, nil
}

// searched returns what the fields of an agent's query may name.
func searched(set *settings.Settings, agent settings.Agent) search.Desk {
	d := search.Desk{Queues: set.QueuesFor(agent), Categories: set.Rules.CategoryNames(), Within: set.Rules.Within, Me: agent.Name, Now: time.Now().In(set.Zone())}
	for _, a := range set.Agents {
		d.Agents = append(d.Agents, a.Name)
	}
	return d
}

// found fills in what a query finds.
func (s *Server) found(r *http.Request, set *settings.Settings, agent settings.Agent, q ticket.Query, mark search.Mark, p *searchPage) error {
	if p.Only || mark.Len() == 0 {
		if err := s.foundArticles(r, q, mark, p, s.languagesOf(agent)); err != nil || p.Only {
			return err
		}
	}
	q.Seen, q.Limit = mark.SeenTickets(), min(foundPage, maxFound-mark.Len())
	var found ticket.Found
	err := s.src.View(r.Context(), func(r ticket.Reader) (err error) {
		if found, err = r.Search(decision.ForAgent(q, r, set, agent)); err != nil {
			return err
		}
		lines := attached.Lines{Mails: r, Query: q}
		for _, hit := range found.Hits {
			row := rowOf(hit.Ticket)
			if hit.Entry.ID != 0 {
				row.By, row.At = settings.FirstOf(hit.Entry.Name, hit.Entry.Author), hit.Entry.At
				if row.Line, row.File, err = lines.Of(hit); err != nil {
					return err
				}
			}
			p.Tickets = append(p.Tickets, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.Older = found.Older
	p.paged(r, mark, search.OfTickets(found.Hits), found.Total, maxFound)
	return nil
}

// paged fills in how many unseen items were found, of a limit for all pages, and
// the links to the previous and the next page.
func (p *searchPage) paged(r *http.Request, mark search.Mark, page []uint64, found, most int) {
	p.Older = p.Older || mark.Len()+found > most
	p.Found = min(found, most-mark.Len())
	asked := r.URL.Query()
	asked.Del("page") // of an old bookmark
	if len(page) > 0 && len(page) < p.Found {
		p.Next = "/search?" + with(asked, "after", mark.With(page).String())
	}
	if mark.Len() > 0 {
		p.Prev = "/search?" + with(asked, "after", mark.Before().String())
	}
}

// foundArticles fills in the articles that a query finds.
func (s *Server) foundArticles(r *http.Request, q ticket.Query, mark search.Mark, p *searchPage, languages []string) error {
	q.SeenArticle = mark.SeenArticle()
	var found kb.Found
	err := s.src.View(r.Context(), func(r ticket.Reader) (err error) {
		found, err = kb.Find(r, q, languages...)
		return err
	})
	hits := found.Hits
	if p.More = found.More; p.Only {
		all := len(hits)
		p.Older = found.More
		hits = hits[:min(all, foundPage, maxFoundArticles-mark.Len())]
		p.paged(r, mark, search.OfArticles(hits, kb.Hit.Slug), all, maxFoundArticles)
	}
	for _, hit := range hits {
		p.Articles = append(p.Articles, foundArticle{articleRowOf(hit.Article, "/articles/", hit.Text.Language), hit.Line})
	}
	return err
}
