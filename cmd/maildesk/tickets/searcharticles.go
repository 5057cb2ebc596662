package tickets

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/search"
	"maildesk/search/kb"
	"maildesk/ticket"
)

// articleHit is an article that a search found, as --json prints it.
type articleHit struct {
	Article   string          `json:"article"` // its slug
	Title     string          `json:"title"`
	Language  string          `json:"language"` // of the text that matched
	Audience  ticket.Audience `json:"audience"`
	Category  string          `json:"category,omitempty"`
	Owner     string          `json:"owner,omitempty"`
	ChangedAt time.Time       `json:"changed_at"`
	Score     float64         `json:"score"`
	Line      string          `json:"line"` // that matched; empty: the title did
}

// articles prints the articles that a search for them alone found.
func (c *SearchCommand) articles(std console.Stdio, r ticket.Reader, q ticket.Query, language string) error {
	mark, err := c.mark(search.MarkArticles)
	if err != nil {
		return err
	}
	q.SeenArticle = mark.SeenArticle()
	found, err := kb.Find(r, q, language)
	if err != nil {
		return err
	}
	on := page{mark: mark, total: len(found.Hits), older: found.More}
	hits := cut(c, &on, found.Hits, func(hits []kb.Hit) []uint64 { return search.OfArticles(hits, kb.Hit.Slug) })
	return cmp.Or(c.printArticles(std.Out, hits), c.end(std, on, "article", " There are more; more words find them."))
}

// beside prints the articles that are found beside tickets.
func (c *SearchCommand) beside(std console.Stdio, r ticket.Reader, q ticket.Query) error {
	found, err := kb.Find(r, q)
	if err != nil || len(found.Hits) == 0 {
		return err
	}
	if err := c.printArticles(std.Out, found.Hits); err != nil || !found.More {
		return err
	}
	to := std.Out
	if c.JSON {
		to = std.Err
	}
	_, err = fmt.Fprintln(to, "There are more articles: add in:articles")
	return err
}

// printArticles prints each article with the line that matched.
func (c *SearchCommand) printArticles(w io.Writer, found []kb.Hit) error {
	if c.JSON {
		hits := make([]articleHit, len(found))
		for i, h := range found {
			a := h.Article
			hits[i] = articleHit{a.Slug, h.Text.Title, h.Text.Language, a.Audience, a.Category, a.Owner, a.ChangedAt, h.Score, h.Line}
		}
		return console.WriteJSONLines(w, hits, console.Itself)
	}
	out := bufio.NewWriter(w)
	for _, h := range found {
		about := strings.Join(console.NonEmpty("article", string(h.Article.Audience), h.Text.Language, h.Article.Category, h.Article.Owner), ", ")
		fmt.Fprintf(out, "%s  %s  (%s)\n", h.Article.Slug, console.Printable(h.Text.Title), console.Printable(about))
		if h.Line != "" {
			fmt.Fprintf(out, "    %s\n", console.Printable(h.Line))
		}
	}
	return out.Flush()
}
