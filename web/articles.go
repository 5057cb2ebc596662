package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/microcosm-cc/bluemonday"

	"maildesk/article"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/ticket"
)

// How long the list of articles is cached; it is read as a whole.
const (
	articlesFresh = 10 * time.Second
	articlesKept  = 10 * time.Minute
	mostArticles  = 200 // on one page
	mostFound     = 50  // on one page of a search
	maxTexts      = 1000
	mostTerms     = 10
)

// errNoPage is the answer to a query that is too long.
var errNoPage = &refusal{http.StatusBadRequest, "The query is too long, or there is no such page."}

// readArticles reads the latest revision of each article.
func (s *Server) readArticles(ctx context.Context, _ asOf) (all []ticket.Article, err error) {
	err = s.src.View(ctx, func(r ticket.Reader) (err error) {
		all, err = r.Articles(ticket.ArticleFilter{})
		return err
	})
	return all, err
}

// articlesPage is the data of a list of articles.
type articlesPage struct {
	Query    string
	Asked    bool
	Articles []articleRow
	Next     string // the address of further ones; empty: there are none
	Over     bool   // there are further ones, and no page has them
	KB       kbWords
}

// articleRow is an article in a list, in one language.
type articleRow struct {
	ticket.Article
	Text      ticket.Text
	Languages []string
	Path      string
}

func articleRowOf(a ticket.Article, path string, languages ...string) articleRow {
	row := articleRow{Article: a, Text: a.In(languages...)}
	for _, t := range a.Texts {
		row.Languages = append(row.Languages, t.Language)
	}
	row.Path = path + a.Slug
	return row
}

// articles lists the knowledge base for an agent: their drafts, too.
func (s *Server) articles(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	theirs, err := s.unpublished(r.Context(), agent)
	if err != nil {
		return err
	}
	seen := func(a ticket.Article) bool { return a.State == ticket.ArticlePublished || theirs[a.Slug] }
	p, err := s.listed(r, ticket.ArticleFilter{}, seen, "/articles", s.languagesOf(agent)...)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "articles.html", view{Title: "Articles", Here: "articles", Agent: agent, Data: p})
}

// unpublished returns the names of the unpublished articles that an agent may read.
func (s *Server) unpublished(ctx context.Context, agent settings.Agent) (theirs map[string]bool, err error) {
	err = s.src.View(ctx, func(r ticket.Reader) error {
		theirs = map[string]bool{}
		for _, state := range []ticket.ArticleState{ticket.ArticleDraft, ticket.ArticleWithdrawn} {
			all, err := r.Articles(ticket.ArticleFilter{State: state})
			if err != nil {
				return err
			}
			for _, a := range all {
				if theirs[a.Slug], err = decision.MayRead(r, s.src.Settings(), a, agent); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return theirs, err
}

// listed returns the visible articles of a kind, or those of them that match a query,
// a page at a time.
func (s *Server) listed(r *http.Request, of ticket.ArticleFilter, seen func(ticket.Article) bool, path string, languages ...string) (p articlesPage, err error) {
	q := r.URL.Query()
	p.Query = strings.TrimSpace(q.Get("q"))
	if len(p.Query) > maxQuery {
		return p, errNoPage
	}
	after := q.Get("after")
	if terms := termsOf(p.Query); len(terms) > 0 {
		p.Asked = true
		mark, err := search.ParseMark(after, path, p.Query)
		if err != nil || mark.Len() >= maxFoundArticles {
			return p, errNoPage
		}
		found, err := s.articlesWith(r.Context(), terms, of, mark, seen, path+"/", languages)
		p.Articles = found[:min(len(found), mostFound)]
		if next := mark.With(search.OfArticles(p.Articles, func(row articleRow) string { return row.Slug })); len(found) > mostFound && next.Len() < maxFoundArticles {
			p.Next = path + "?" + with(q, "after", next.String())
		} else {
			p.Over = len(found) > mostFound
		}
		return p, err
	}
	at, err := s.asOf(r.Context())
	if err != nil {
		return p, err
	}
	all, _, err := s.known.get(r.Context(), at)
	if err != nil {
		return p, err
	}
	for _, a := range all { // by slug
		if !seen(a) || a.Slug <= after {
			continue
		}
		if len(p.Articles) == mostArticles {
			p.Next = path + "?" + with(q, "after", p.Articles[mostArticles-1].Slug)
			break
		}
		p.Articles = append(p.Articles, articleRowOf(a, path+"/", languages...))
	}
	return p, nil
}

// termsOf returns the words of a query, each as a prefix.
func termsOf(query string) (terms []ticket.Term) {
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	for _, word := range strings.FieldsFunc(search.Bounded(query), blank) {
		if len(terms) < mostTerms {
			terms = append(terms, ticket.Term{Words: word, Prefix: true})
		}
	}
	return terms
}

// articlesWith searches articles of a kind, and returns each that was not seen yet once, by its
// best text. If everybody may see the kind, only one more than a page shows is
// read.
func (s *Server) articlesWith(ctx context.Context, terms []ticket.Term, of ticket.ArticleFilter, mark search.Mark, seen func(ticket.Article) bool, path string, languages []string) (rows []articleRow, err error) {
	ask := ticket.ArticleQuery{All: terms, Of: of, Limit: maxTexts, Seen: mark.SeenArticle()}
	if of.Audience == ticket.AudiencePublic {
		ask.Articles = mostFound + 1
	}
	err = s.src.View(ctx, func(r ticket.Reader) error {
		rows = nil
		hits, err := r.SearchArticles(ask)
		twice := map[string]bool{}
		for _, hit := range hits {
			if slug := hit.Article.Slug; !twice[slug] && seen(hit.Article) {
				twice[slug] = true
				rows = append(rows, articleRowOf(hit.Article, path, append(slices.Clone(languages), hit.Language)...))
			}
		}
		return err
	})
	return rows, err
}

// articlePage is the data of an article.
type articlePage struct {
	articleRow
	Body    template.HTML
	Written string // the Markdown, where it cannot be shown otherwise
	Others  []otherLanguage
	Sent    int // by agents
	Offered int // by the desk
	Solved  int
	Failed  int
	KB      kbWords
}

type otherLanguage struct{ Language, Path string }

// article shows an article to an agent, with how well it did. One that does not exist, and one that
// they may not read, look the same.
func (s *Server) article(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	languages := s.languagesOf(agent)
	if asked := r.URL.Query().Get("lang"); asked != "" {
		languages = append([]string{asked}, languages...)
	}
	var p articlePage
	err := s.src.View(r.Context(), func(reader ticket.Reader) error {
		set := s.src.Settings()
		a, err := reader.Article(r.PathValue("slug"))
		if err != nil {
			return err
		}
		if may, err := decision.MayRead(reader, set, a, agent); err != nil || !may {
			return cmp.Or(err, error(errNowhere))
		}
		if may, err := decision.MaySeeOrigin(reader, set, a, agent); err != nil {
			return err
		} else if !may {
			a.Ticket = 0
		}
		p.of(a, "/articles/", languages)
		uses, err := reader.ArticleUses(a.Slug)
		for _, u := range uses {
			if u.Offered {
				p.Offered++
			} else {
				p.Sent++
			}
			switch u.Outcome() {
			case ticket.UseSolved:
				p.Solved++
			case ticket.UseFailed:
				p.Failed++
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "article.html", view{Title: p.Text.Title, Here: "articles", Agent: agent, Data: p})
}

// of fills in an article in the first of the given languages that it has.
func (p *articlePage) of(a ticket.Article, path string, languages []string) {
	p.articleRow = articleRowOf(a, path, languages...)
	for _, l := range p.Languages {
		if l != p.Text.Language {
			p.Others = append(p.Others, otherLanguage{l, p.Path + "?lang=" + l})
		}
	}
	body, err := article.HTML(p.Text.Body)
	if err != nil {
		p.Written = p.Text.Body
		return
	}
	p.Body = template.HTML(linked.Sanitize(string(body)))
}

// linked is [harmless] plus links, which were chosen by the agents who wrote the article. Pictures
// are left out: they would be fetched from elsewhere.
var linked = func() *bluemonday.Policy {
	p := structure()
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// languagesOf returns the languages in which an agent reads, the best one first.
func (s *Server) languagesOf(agent settings.Agent) []string {
	return append(slices.Clone(agent.Languages), s.src.Settings().Language)
}
