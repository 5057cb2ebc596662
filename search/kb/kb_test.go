package kb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// shelf is a knowledge base that finds an article where its title or text has all words, as
// the store does.
type shelf struct {
	ticket.ArticleReader
	all []ticket.Article
}

func (s shelf) Articles(f ticket.ArticleFilter) (all []ticket.Article, err error) {
	for _, a := range s.all {
		if f.Fits(a) {
			all = append(all, a)
		}
	}
	return all, nil
}

func (s shelf) SearchArticles(q ticket.ArticleQuery) (hits []ticket.ArticleHit, err error) {
	for _, a := range s.all {
		for _, t := range a.Texts {
			has := func(term ticket.Term) bool {
				return strings.Contains(t.Title, term.Words) || !term.Subject && strings.Contains(t.Body, term.Words)
			}
			lacks := func(term ticket.Term) bool { return !has(term) }
			if q.Of.Fits(a) && (q.Language == "" || q.Language == t.Language) && !slices.ContainsFunc(q.All, lacks) && (len(q.Any) == 0 || slices.ContainsFunc(q.Any, has)) && !slices.ContainsFunc(q.None, has) && len(hits) < q.Limit+1000 {
				hits = append(hits, ticket.ArticleHit{Article: a, Language: t.Language, Score: 1})
			}
		}
	}
	return hits[:min(len(hits), max(q.Limit, 1))], nil
}

func TestFind(t *testing.T) {
	article := func(slug, category string, days int, texts ...ticket.Text) ticket.Article {
		return ticket.Article{Slug: slug, Category: category, State: ticket.ArticlePublished, CreatedAt: noon.AddDate(0, 0, -days), ChangedAt: noon.AddDate(0, 0, -days), Texts: texts}
	}
	en := func(title, body string) ticket.Text { return ticket.Text{Language: "en", Title: title, Body: body} }
	de := func(title, body string) ticket.Text { return ticket.Text{Language: "de", Title: title, Body: body} }
	inside := article("inside", "vpn", 2, en("The vpn inside", "Only we know."))
	inside.Audience = ticket.AudienceInternal
	draft := article("draft", "vpn", 1, en("A draft", "vpn"))
	draft.State = ticket.ArticleDraft
	r := shelf{all: []ticket.Article{
		article("old", "printing", 900, en("Paper", "The vpn is slow.")),
		article("new", "vpn", 1, de("Kein vpn", "vpn: Profil löschen."), en("No vpn", "Delete the profile.\nImport the vpn profile.")),
		inside, draft,
	}}
	vpn := []ticket.Term{{Words: "vpn"}}
	for name, tt := range map[string]struct {
		q    ticket.Query
		want string
	}{
		"words: the freshest first, each once, no draft": {ticket.Query{All: vpn}, "new/de inside/en old/en"},
		"in a title":           {ticket.Query{All: []ticket.Term{{Words: "vpn", Subject: true}}}, "new/de inside/en"},
		"without a word":       {ticket.Query{All: vpn, None: []ticket.Term{{Words: "slow"}}}, "new/de inside/en"},
		"of a language":        {ticket.Query{All: vpn, Tickets: ticket.Filter{Language: "en"}}, "new/en inside/en old/en"},
		"of a category":        {ticket.Query{All: vpn, Tickets: ticket.Filter{Categories: []string{"vpn"}}}, "new/de inside/en"},
		"changed since":        {ticket.Query{All: vpn, Tickets: ticket.Filter{ActiveFrom: noon.AddDate(0, 0, -1)}}, "new/de"},
		"made before":          {ticket.Query{All: vpn, Tickets: ticket.Filter{MadeBefore: noon.AddDate(0, 0, -30)}}, "old/en"},
		"fields of tickets":    {ticket.Query{All: vpn, Tickets: ticket.Filter{Status: ticket.Statuses[:1]}}, ""},
		"who wrote":            {ticket.Query{All: vpn, From: "ana"}, ""},
		"files":                {ticket.Query{All: vpn, Files: true}, ""},
		"tickets alone":        {ticket.Query{In: ticket.InTickets, All: vpn}, ""},
		"no word":              {ticket.Query{Tickets: ticket.Filter{Categories: []string{"vpn"}}}, ""},
		"all articles":         {ticket.Query{In: ticket.InArticles}, "new/de inside/en old/en"},
		"all of a category":    {ticket.Query{In: ticket.InArticles, Tickets: ticket.Filter{Categories: []string{"printing"}}}, "old/en"},
		"all in a language":    {ticket.Query{In: ticket.InArticles, Tickets: ticket.Filter{Language: "de"}}, "new/de"},
		"all without one word": {ticket.Query{In: ticket.InArticles, None: []ticket.Term{{Words: "slow"}}}, "new/de inside/en"},
	} {
		tt.q.Now = noon
		found, err := Find(r, tt.q)
		var got []string
		for _, h := range found.Hits {
			got = append(got, h.Article.Slug+"/"+h.Text.Language)
		}
		if got := strings.Join(got, " "); got != tt.want || err != nil || found.More {
			t.Errorf("%s: %q, more: %t, %v; want %q", name, got, found.More, err, tt.want)
		}
	}
	if found, _ := Find(r, ticket.Query{All: vpn, Now: noon}, "pl", "en"); len(found.Hits) == 0 || found.Hits[0].Text.Language != "en" {
		t.Errorf("with a word, for who reads English: %+v", found.Hits)
	}
	if found, _ := Find(r, ticket.Query{In: ticket.InArticles, Now: noon}, "pl", "en"); len(found.Hits) == 0 || found.Hits[0].Text.Language != "en" {
		t.Errorf("for who reads English: %+v", found.Hits)
	}
	if found, _ := Find(r, ticket.Query{All: vpn, Now: noon, Tickets: ticket.Filter{Language: "en"}}); len(found.Hits) == 0 || found.Hits[0].Line != "Import the vpn profile." {
		t.Errorf("the line that matched: %+v", found.Hits)
	}
	for i := range 20 {
		r.all = append(r.all, article(fmt.Sprint("more", i), "vpn", 400, en("vpn", "")))
	}
	if found, err := Find(r, ticket.Query{All: vpn, Now: noon}); len(found.Hits) != Beside || !found.More || err != nil {
		t.Errorf("beside tickets: %d articles, more: %t, %v", len(found.Hits), found.More, err)
	}
	if found, err := Find(r, ticket.Query{In: ticket.InArticles, All: vpn, Now: noon}); len(found.Hits) != 23 || found.More || err != nil {
		t.Errorf("articles alone: %d, more: %t, %v", len(found.Hits), found.More, err)
	}
}
