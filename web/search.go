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
	mark, err := search.ParseMark(r.URL.Query().Get("after"))
	if err != nil || mark.Len() >= maxFound || len(p.Query) > maxQuery {
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
		p.Asked = true
		if err := s.found(r, set, agent, q, mark, &p); err != nil {
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
func (s *Server) found(r *http.Request, set *settings.Settings, agent settings.Agent, q ticket.Query, mark search.Mark, p *searchPage) error {
	p.Only = q.In == ticket.InArticles
	if p.Only || len(mark) == 0 {
		if err := s.foundArticles(r, q, mark, p, s.languagesOf(agent)); err != nil || p.Only {
			return err
		}
	}
	q.Seen, q.Limit = mark.Tickets(), min(foundPage, maxFound-mark.Len())
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
	p.paged(r, mark, search.OfTickets(found.Hits), min(found.Total, maxFound))
	return nil
}

// paged fills in where a page stands among so many hits, and the links to others: behind a mark,
// with some items.
func (p *searchPage) paged(r *http.Request, mark search.Mark, page []uint64, all int) {
	p.Seen, p.From = all, mark.Len()+1
	asked := r.URL.Query()
	if mark.Len()+len(page) < all && len(page) > 0 {
		p.Next = "/search?" + with(asked, "after", mark.With(page).String())
	}
	if len(mark) > 0 {
		p.Prev = "/search?" + with(asked, "after", mark[:len(mark)-1].String())
	}
}

// foundArticles fills in the articles that a query finds.
func (s *Server) foundArticles(r *http.Request, q ticket.Query, mark search.Mark, p *searchPage, languages []string) error {
	var found kb.Found
	err := s.src.View(r.Context(), func(r ticket.Reader) (err error) {
		found, err = kb.Find(r, q, languages...)
		return err
	})
	hits := found.Hits
	if p.More = found.More; p.Only {
		hits = unseen(hits, mark, func(h kb.Hit) string { return h.Article.Slug })
		all := len(hits) + mark.Len()
		p.Older = found.More || all > maxFound
		hits = hits[:min(len(hits), foundPage)]
		p.paged(r, mark, itemsOf(hits, func(h kb.Hit) string { return h.Article.Slug }), min(all, maxFound))
	}
	for _, hit := range hits {
		p.Articles = append(p.Articles, foundArticle{articleRowOf(hit.Article, "/articles/", hit.Text.Language), hit.Line})
	}
	return err
}

// unseen returns what of some articles is not behind a mark.
func unseen[T any](all []T, mark search.Mark, slug func(T) string) (rest []T) {
	seen := mark.Seen()
	for _, one := range all {
		if !seen[search.OfSlug(slug(one))] {
			rest = append(rest, one)
		}
	}
	return rest
}

// itemsOf returns the items of a mark for some articles.
func itemsOf[T any](all []T, slug func(T) string) (page []uint64) {
	for _, one := range all {
		page = append(page, search.OfSlug(slug(one)))
	}
	return page
}
