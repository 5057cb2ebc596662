package knowledge

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"maildesk/article"
	"maildesk/cmd/maildesk/console"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Command manages the articles.
type Command struct {
	List   listCommand   `cmd:"" default:"withargs" help:"List articles, and what came of sending them."`
	Show   showCommand   `cmd:"" help:"Show an article with its history."`
	Export exportCommand `cmd:"" help:"Write the articles into a folder, as Markdown."`
	Import importCommand `cmd:"" help:"Make the articles what they are in a folder, as export writes it."`
}

type listCommand struct {
	State    []string `placeholder:"STATE,…" predictor:"stage" help:"Only articles that stand so: draft, published, withdrawn. Default: draft and published."`
	Audience []string `placeholder:"AUDIENCE" predictor:"audience" help:"Only those for public, or internal."`
	Due      bool     `help:"Only those whose day of review has come."`
	JSON     bool     `help:"One JSON object an article, a line each."`
}

// listed is an article as --json prints it.
type listed struct {
	ticket.Article
	Due     bool `json:"review_due"`
	Sent    int  `json:"sent"`    // by agents, in answers
	Offered int  `json:"offered"` // by the desk, in its own mails
	Solved  int  `json:"solved"`  // of these
	Failed  int  `json:"failed"`  // of these; the requester came back
}

func (c *listCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	states, err := console.ChooseAll("state", c.State, ticket.ArticleStates)
	if err != nil {
		return err
	}
	audiences, err := console.ChooseAll("audience", c.Audience, ticket.Audiences)
	if err != nil {
		return err
	}
	if len(states) == 0 {
		states = []ticket.ArticleState{ticket.ArticleDraft, ticket.ArticlePublished}
	}
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		all, err := collect(r, s.Today(time.Now()))
		if err != nil {
			return err
		}
		var list []listed
		for _, a := range all {
			if has(states, a.State) && (len(audiences) == 0 || has(audiences, a.Audience)) && (a.Due || !c.Due) {
				list = append(list, a)
			}
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, list, console.Itself)
		}
		return printList(std.Out, list)
	})
}

func has[T comparable](all []T, one T) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

// collect returns all articles with what came of them. today is a day of the desk.
func collect(r ticket.ArticleReader, today string) (list []listed, err error) {
	all, err := r.Articles(ticket.ArticleFilter{})
	if err != nil {
		return nil, err
	}
	uses, err := r.ArticleUses("")
	if err != nil {
		return nil, err
	}
	place := map[string]int{}
	for _, a := range all {
		place[a.Slug] = len(list)
		list = append(list, listed{Article: a, Due: a.State == ticket.ArticlePublished && a.Review != "" && a.Review <= today})
	}
	for _, u := range uses {
		i, known := place[u.Slug]
		if !known {
			continue
		}
		if u.Offered {
			list[i].Offered++
		} else {
			list[i].Sent++
		}
		switch u.Outcome() {
		case ticket.UseSolved:
			list[i].Solved++
		case ticket.UseFailed:
			list[i].Failed++
		}
	}
	return list, nil
}

func printList(w io.Writer, list []listed) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No articles.")
		return nil
	}
	table := console.NewTable(w, console.Column{Head: "SLUG", Least: 20}, console.Column{Head: "STATE"}, console.Column{Head: "AUDIENCE", Rank: 3}, console.Column{Head: "LANGUAGES", Rank: 4},
		console.Column{Head: "OWNER", Least: 6, Rank: 5}, console.Column{Head: "REVIEW", Rank: 2}, console.Column{Head: "SENT", Rank: 7}, console.Column{Head: "OFFERED", Rank: 8},
		console.Column{Head: "SOLVED", Rank: 6}, console.Column{Head: "FAILED", Rank: 6}, console.Column{Head: "TITLE", Least: 20})
	for _, a := range list {
		review := console.FirstOf(a.Review, "–")
		if a.Due {
			review += " due"
		}
		table.Row(console.Plain, a.Slug, string(a.State), string(a.Audience), languages(a.Article), console.FirstOf(a.Owner, "–"), review,
			fmt.Sprint(a.Sent), fmt.Sprint(a.Offered), fmt.Sprint(a.Solved), fmt.Sprint(a.Failed), a.In("en").Title)
	}
	return table.Flush()
}

func languages(a ticket.Article) string {
	var all []string
	for _, t := range a.Texts {
		all = append(all, t.Language)
	}
	return strings.Join(all, ",")
}

type showCommand struct {
	Slug     string `arg:"" predictor:"article" help:"The article."`
	Language string `short:"l" placeholder:"LANGUAGE" help:"Only its text in a language, as en."`
	JSON     bool   `help:"One JSON object a revision, a line each, the first one first."`
}

func (c *showCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		history, err := r.ArticleHistory(strings.ToLower(c.Slug))
		if err != nil {
			return err
		}
		if len(history) == 0 {
			return missing(r, c.Slug)
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, history, console.Itself)
		}
		all, err := collect(r, s.Today(time.Now()))
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.Slug == history[0].Slug {
				c.print(std.Out, a, history)
			}
		}
		return nil
	})
}

// missing says that there is no such article, with the names of those there are.
func missing(r ticket.ArticleReader, slug string) error {
	all, err := r.Articles(ticket.ArticleFilter{})
	if err != nil {
		return err
	}
	var slugs []string
	for _, a := range all {
		slugs = append(slugs, a.Slug)
	}
	_, err = console.Choose("article", slug, slugs)
	return err
}

func (c *showCommand) print(w io.Writer, a listed, history []ticket.Article) {
	fmt.Fprintf(w, "%s: %s, %s, revision %d\n", a.Slug, a.State, a.Audience, a.Revision)
	if a.Owner != "" {
		fmt.Fprintf(w, "Owner: %s\n", console.Printable(a.Owner))
	}
	if a.Review != "" {
		fmt.Fprintf(w, "Review: %s\n", a.Review)
	}
	if a.Category != "" {
		fmt.Fprintf(w, "Category: %s\n", console.Printable(a.Category))
	}
	if a.Ticket != 0 {
		fmt.Fprintf(w, "From: ticket #%d\n", a.Ticket)
	}
	fmt.Fprintf(w, "Sent %d times and offered %d times: solved %d, failed %d\n", a.Sent, a.Offered, a.Solved, a.Failed)
	for _, t := range a.Texts {
		if c.Language == "" || c.Language == t.Language {
			fmt.Fprintf(w, "\n--- %s\n\n", t.Language)
			fmt.Fprintln(console.Visible{Writer: w}, article.Written(t))
		}
	}
	fmt.Fprintln(w, "\nHistory:")
	var before ticket.Article
	for _, r := range history {
		what := "made"
		if before.Revision > 0 {
			what = strings.Join(article.Changes(before, r), ", ")
		}
		if r.Mail != 0 {
			what += fmt.Sprintf(" (mail %d)", r.Mail)
		}
		fmt.Fprintf(w, "%3d  %s  %s: %s\n", r.Revision, console.Stamp(r.ChangedAt), console.Printable(r.ChangedBy), what)
		before = r
	}
}
