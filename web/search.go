package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/search/attached"
	"maildesk/search/kb"
	"maildesk/ticket"
)

// What a search finds is shown a page at a time.
const (
	foundPage = 25
	maxFound  = 40 * foundPage
	maxQuery  = 1000 // bytes
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
	From, Seen int
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
	page, err := strconv.Atoi(cmp.Or(r.URL.Query().Get("page"), "1"))
	if err != nil || page < 1 || page > maxFound/foundPage || len(p.Query) > maxQuery {
		return &refusal{http.StatusBadRequest, "The query is too long, or there is no such page."}
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
		p.Asked = true
		if err := s.found(r, set, agent, q, page, &p); err != nil {
			return err
		}
	}
	return s.render(w, r, code, "search.html", view{Title: title, Here: "search", Agent: agent, Data: p})
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
func (s *Server) found(r *http.Request, set *settings.Settings, agent settings.Agent, q ticket.Query, page int, p *searchPage) error {
	p.Only = q.In == ticket.InArticles
	if p.Only || page == 1 {
		if err := s.foundArticles(r, q, page, p, s.languagesOf(agent)); err != nil || p.Only {
			return err
		}
	}
	q.Skip, q.Limit = (page-1)*foundPage, foundPage
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
	p.Older = found.Older || found.Total > maxFound
	p.paged(r, page, min(found.Total, maxFound))
	return nil
}

// paged returns which of so many hits stand on a page, and fills in the links to others.
func (p *searchPage) paged(r *http.Request, page, all int) (first, last int) {
	p.Seen = all
	first = min((page-1)*foundPage, all)
	last = min(first+foundPage, all)
	p.From = first + 1
	asked := r.URL.Query()
	if last < all && page < maxFound/foundPage {
		p.Next = "/search?" + with(asked, "page", strconv.Itoa(page+1))
	}
	if page > 1 {
		p.Prev = "/search?" + with(asked, "page", strconv.Itoa(page-1))
	}
	return first, last
}

// foundArticles fills in the articles that a query finds.
func (s *Server) foundArticles(r *http.Request, q ticket.Query, page int, p *searchPage, languages []string) error {
	var found kb.Found
	err := s.src.View(r.Context(), func(r ticket.Reader) (err error) {
		found, err = kb.Find(r, q, languages...)
		return err
	})
	first, last := 0, len(found.Hits)
	if p.More = found.More; p.Only {
		p.Older = found.More || last > maxFound
		first, last = p.paged(r, page, min(last, maxFound))
	}
	for _, hit := range found.Hits[first:last] {
		p.Articles = append(p.Articles, foundArticle{articleRowOf(hit.Article, "/articles/", hit.Text.Language), hit.Line})
	}
	return err
}
