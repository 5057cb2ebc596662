package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

// written puts articles into the knowledge base of a site.
func written(t testing.TB, s *site, all ...ticket.Article) {
	t.Helper()
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		for _, a := range all {
			a.Revision, a.CreatedAt, a.ChangedAt, a.ChangedBy = 1, time.Now(), time.Now(), "alice"
			if err := tx.SaveArticle(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shelf has an article of each kind.
func shelf() []ticket.Article {
	texts := func(title, body string) []ticket.Text {
		return []ticket.Text{{Language: "de", Title: title + " (deutsch)", Body: "Papier herausnehmen."}, {Language: "en", Title: title, Body: body}}
	}
	return []ticket.Article{
		{Slug: "paper-jam", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Category: "network", Texts: texts("The printer jams", "## Problem\n\nIt jams.\n\n## Solution\n\n1. Open the *flap*.\n2. Take the paper out.\n\n```\nlpstat -p a-very-long-name-of-a-printer-that-is-wider-than-any-phone-is\n```\n\n[The manual](https://example.org/manual) ![pixel](http://evil.example/x.png)\n\n<script>window.evil=1</script>[evil](javascript:alert(1)) ![pixel](http://evil.example/x.png)\n")},
		{Slug: "master-key", State: ticket.ArticlePublished, Audience: ticket.AudienceInternal, Texts: texts("Where the master key is", "In the jam jar.")},
		{Slug: "draft", State: ticket.ArticleDraft, Audience: ticket.AudiencePublic, Texts: texts("A draft about jam", "Not yet.")},
		{Slug: "gone", State: ticket.ArticleWithdrawn, Audience: ticket.AudiencePublic, Texts: texts("Withdrawn jam", "No more.")},
	}
}

// TestArticles: agents read all of the knowledge base, in their language where it has it.
func TestArticles(t *testing.T) {
	s := open(t)
	written(t, s, shelf()...)
	alice, carol := s.loggedIn(t, "alice"), s.loggedIn(t, "carol")
	for _, path := range []string{"/articles", "/articles?q=jam"} {
		page := alice.shows(path)
		for _, title := range []string{">The printer jams<", ">A draft about jam<", ">Withdrawn jam<", ">Where the master key is<"} {
			if !strings.Contains(page, title) {
				t.Errorf("GET %s has no %s:\n%s", path, title, page)
			}
		}
	}
	for path, titles := range map[string][]string{"/search?q=jam*": {">The printer jams<", ">Where the master key is<", "In the jam jar."}, "/search?q=jam*+in:articles": {">The printer jams<", ">Where the master key is<"}, "/search?q=in:articles+category:network": {">The printer jams<"}} {
		page := alice.shows(path)
		for _, title := range titles {
			if !strings.Contains(page, title) {
				t.Errorf("GET %s has no %s:\n%s", path, title, page)
			}
		}
		for _, not := range []string{"A draft about jam", "Withdrawn jam"} {
			if strings.Contains(page, not) {
				t.Errorf("GET %s has %s, which is not published", path, not)
			}
		}
	}
	if page := alice.shows("/search?q=jam*+in:tickets"); strings.Contains(page, "printer jams") {
		t.Errorf("tickets alone were looked for, and articles are found:\n%s", page)
	}
	if page := carol.shows("/articles/paper-jam"); !strings.Contains(page, "Papier herausnehmen") || !strings.Contains(page, `href="/articles/paper-jam?lang=en"`) {
		t.Errorf("carol, who reads German, is shown\n%s", page)
	}
	if page := carol.shows("/articles/paper-jam?lang=en"); !strings.Contains(page, "<em>flap</em>") || strings.Contains(page, "evil=1") || strings.Contains(page, "javascript:") || strings.Contains(page, "<img") || !strings.Contains(page, `<a href="https://example.org/manual" rel="noreferrer">`) {
		t.Errorf("the article is shown as\n%s", page)
	}
	if page := alice.shows("/articles?q=unheard"); !strings.Contains(page, "Nothing was found") {
		t.Errorf("what is not there is found:\n%s", page)
	}
	if a := s.browser(t).get("/kb"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a desk without a public face shows %d at /kb", a.StatusCode)
	}
}

// TestUnpublishedArticles: a draft, and what was withdrawn, is read by its owner and who changed it
// alone, if they may read the ticket that it comes from; and a confidential ticket is not named.
func TestUnpublishedArticles(t *testing.T) {
	s := open(t)
	s.Settings().Admin = "a.adams@example.org"
	ids := map[string]ticket.ID{}
	if err := s.db.Update(t.Context(), func(tx ticket.Tx) (err error) {
		for _, queue := range []string{"first-line", "hr"} {
			now := time.Now()
			if ids[queue], err = tx.InsertTicket(ticket.Ticket{Subject: "x", Requester: "ana@example.net", Status: ticket.StatusResolved, Queue: queue, Level: 1, CreatedAt: now, UpdatedAt: now}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	const open, hr = "first-line", "hr"
	const draft, published, withdrawn = ticket.ArticleDraft, ticket.ArticlePublished, ticket.ArticleWithdrawn
	tests := []struct {
		name           string
		state          ticket.ArticleState
		owner, changed string
		queue          string // of the ticket; empty: none
		alice, carol   bool   // who may read it
		aliceNumber    bool   // alice sees the number of the ticket
	}{
		{"a draft of alice's", draft, "alice", "alice", open, true, false, true},
		{"a draft of carol's, of an open ticket", draft, "carol", "carol", open, false, true, false},
		{"a draft of carol's that alice changed", draft, "carol", "alice", open, true, true, true},
		{"a draft of a confidential ticket", draft, "carol", "carol", hr, false, true, false},
		{"a draft of alice's, whose ticket is confidential by now", draft, "alice", "alice", hr, false, false, false},
		{"withdrawn by carol", withdrawn, "carol", "carol", open, false, true, false},
		{"withdrawn, of a confidential ticket", withdrawn, "carol", "carol", hr, false, true, false},
		{"imported, of nobody", draft, "", "root", "", true, false, false},
		{"of somebody who left", draft, "dave", "root", "", true, false, false},
		{"imported, of carol", draft, "carol", "root", "", false, true, false},
		{"published for agents", published, "carol", "carol", open, true, true, true},
		{"published, of a confidential ticket", published, "carol", "carol", hr, true, true, false},
	}
	var all []ticket.Article
	for i, tt := range tests {
		a := ticket.Article{Slug: fmt.Sprintf("a-%02d", i), State: tt.state, Audience: ticket.AudienceInternal, Owner: tt.owner, Ticket: ids[tt.queue], Revision: 1, CreatedAt: time.Now(), ChangedAt: time.Now(), ChangedBy: tt.changed,
			Texts: []ticket.Text{{Language: "en", Title: fmt.Sprintf("Kangaroo %02d", i), Body: "It hops."}}}
		if err := s.db.Update(t.Context(), func(tx ticket.Tx) error { return tx.SaveArticle(a) }); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	for i, a := range all {
		tt := tests[i]
		for agent, may := range map[string]bool{"alice": tt.alice, "carol": tt.carol} {
			b := s.loggedIn(t, agent)
			for _, path := range []string{"/articles", "/articles?q=kangaroo"} {
				if page := b.shows(path); strings.Contains(page, a.Texts[0].Title) != may {
					t.Errorf("%s: %s, who may read it: %t, is shown\n%s", tt.name, path, may, page)
				}
			}
			got := b.get("/articles/" + a.Slug)
			if (got.StatusCode == http.StatusOK) != may || !may && got.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s, who may read it: %t, is answered %d", tt.name, agent, may, got.StatusCode)
			}
			number := fmt.Sprintf("href=\"/ticket/%d\"", a.Ticket)
			if agent == "alice" && strings.Contains(got.body, number) != tt.aliceNumber {
				t.Errorf("%s: alice is to see where it comes from: %t, in\n%s", tt.name, tt.aliceNumber, got.body)
			}
		}
	}
}

// TestPublic: everybody reads public articles, in their language, and nothing else.
func TestPublic(t *testing.T) {
	s := open(t, func(c *Config) { c.Public = true })
	written(t, s, shelf()...)
	b := s.browser(t)
	in := func(languages, path string) answer {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", languages)
		return b.do(r)
	}
	for languages, want := range map[string][2]string{
		"en": {"<h1>Help</h1>", ">The printer jams<"}, "de-AT,en;q=0.5": {"<h1>Hilfe</h1>", ">The printer jams (deutsch)<"}, "fr": {"<h1>Aide</h1>", ">The printer jams<"},
		"pt-BR": {"<h1>Ajuda</h1>", ">The printer jams<"}, "fi,de;q=0.3": {"<h1>Hilfe</h1>", "deutsch"}, "": {"<h1>Help</h1>", ">The printer jams<"}, "x;;=,,": {"<h1>Help</h1>", ">The printer jams<"},
	} {
		for _, path := range []string{"/kb", "/kb?q=printer"} {
			a := in(languages, path)
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, want[0]) || !strings.Contains(a.body, want[1]) || a.Header.Get("Vary") != "Accept-Language" {
				t.Errorf("GET %s in %q = %d, want %q:\n%s", path, languages, a.StatusCode, want, a.body)
			}
			if strings.Contains(a.body, "master") || strings.Contains(a.body, "draft") || strings.Contains(a.body, "Withdrawn") {
				t.Errorf("GET %s shows what is not public:\n%s", path, a.body)
			}
		}
	}
	if a := in("de", "/kb/paper-jam?lang=en"); !strings.Contains(a.body, "<em>flap</em>") || strings.Contains(a.body, "alice") {
		t.Errorf("the article is shown as\n%s", a.body)
	}
	missing := in("en", "/kb/nothing")
	for _, path := range []string{"/kb/master-key", "/kb/draft", "/kb/gone", "/kb/..%2farticles"} {
		if a := in("en", path); a.StatusCode != http.StatusNotFound || strings.Split(a.body, "<footer>")[0] != strings.Split(missing.body, "<footer>")[0] {
			t.Errorf("GET %s = %d, want as what is not there:\n%s", path, a.StatusCode, a.body)
		}
	}
	for _, path := range []string{"/", "/articles", "/articles/paper-jam", "/tickets", "/kb/paper-jam/edit"} {
		if a := in("en", path); a.StatusCode != http.StatusSeeOther {
			t.Errorf("GET %s without a log-in = %d", path, a.StatusCode)
		}
	}
	if a := in("en", "/kb?q="+strings.Repeat("x", 2000)); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a long query = %d", a.StatusCode)
	}
	for _, path := range []string{"/kb/nothing", "/kb?q=" + strings.Repeat("x", 2000)} {
		if a := in("de", path); !strings.Contains(a.body, `<html lang="de">`) || !strings.Contains(a.body, "Nichts gefunden.") || strings.Contains(a.body, "Log in") {
			t.Errorf("GET %s shows a reader of German\n%s", path, a.body)
		}
	}
	for _, q := range []string{`%22`, `NEAR(`, `a*`, `-`, `title:x`, `%00`, `x%27%20OR%201=1`} {
		if a := in("en", "/kb?q="+q); a.StatusCode != http.StatusOK {
			t.Errorf("GET /kb?q=%s = %d", q, a.StatusCode)
		}
	}
}

// TestManyArticles: each is on one page.
func TestManyArticles(t *testing.T) {
	s := open(t, func(c *Config) { c.Public = true })
	var all []ticket.Article
	for i := range mostArticles + 3 {
		all = append(all, ticket.Article{Slug: fmt.Sprintf("a-%04d", i), State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Texts: []ticket.Text{{Language: "en", Title: "x", Body: "x"}}})
	}
	written(t, s, all...)
	page := s.browser(t).shows("/kb")
	next := s.browser(t).shows(fmt.Sprintf("/kb?after=a-%04d", mostArticles-1))
	if strings.Count(page, "<li>") != mostArticles || !strings.Contains(page, fmt.Sprintf(`href="/kb?after=a-%04d"`, mostArticles-1)) || strings.Count(next, "<li>") != 3 || strings.Contains(next, `rel="next"`) {
		t.Errorf("%d and %d are shown:\n%s", strings.Count(page, "<li>"), strings.Count(next, "<li>"), next)
	}
}

// TestManyArticlesFound: a search shows a page of them after the other, and internal ones hide no public one.
func TestManyArticlesFound(t *testing.T) {
	s := open(t, func(c *Config) { c.Public = true })
	var all []ticket.Article
	for i := range 4*mostFound + 5 {
		a := ticket.Article{Slug: fmt.Sprintf("a-%04d", i), State: ticket.ArticlePublished, Audience: ticket.AudienceInternal, Texts: []ticket.Text{{Language: "en", Title: "vpn", Body: "vpn"}}}
		if i == 0 {
			a.Audience, a.Texts[0].Body = ticket.AudiencePublic, strings.Repeat("and other words ", 30)+"vpn"
		}
		all = append(all, a)
	}
	written(t, s, all...)
	if page := s.browser(t).shows("/kb?q=vpn"); strings.Count(page, "<li>") != 1 || !strings.Contains(page, `href="/kb/a-0000"`) || strings.Contains(page, `rel="next"`) {
		t.Errorf("the public article is not the one that is shown:\n%s", page)
	}
	b := s.loggedIn(t, "alice")
	shown := map[string]bool{}
	path, next := "/articles?q=vpn", regexp.MustCompile(`<a rel="next" href="([^"]+)"`)
	for page := 1; path != ""; page++ {
		body := b.shows(path)
		for _, a := range all {
			if strings.Contains(body, `href="/articles/`+a.Slug+`"`) {
				if shown[a.Slug] {
					t.Errorf("%s is on two pages", a.Slug)
				}
				shown[a.Slug] = true
			}
		}
		if path = ""; page > 5 {
			t.Fatal("there is no last page")
		}
		if m := next.FindStringSubmatch(body); m != nil {
			path = html.UnescapeString(m[1])
		}
		if page == 2 { // it comes before all others
			better := ticket.Article{Slug: "a-better", State: ticket.ArticlePublished, Audience: ticket.AudienceInternal, Texts: []ticket.Text{{Language: "en", Title: "vpn vpn", Body: "vpn vpn vpn"}}}
			written(t, s, better)
			all = append(all, better)
		}
	}
	if len(shown) != len(all) {
		t.Errorf("%d of %d articles are shown", len(shown), len(all))
	}
	for _, mark := range []string{"0", "%25", "AQ", "page"} {
		for _, path := range []string{"/articles?q=vpn&after=", "/kb?q=vpn&after=", "/search?q=vpn&after="} {
			if a := b.get(path + mark); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s%s = %d", path, mark, a.StatusCode)
			}
		}
	}
}

// articlesRead notes the articles that a search reads.
type articlesRead struct {
	ticket.Reader
	slugs map[string]bool
}

func (r articlesRead) SearchArticles(q ticket.ArticleQuery) ([]ticket.ArticleHit, error) {
	hits, err := r.Reader.SearchArticles(q)
	for _, hit := range hits {
		r.slugs[hit.Article.Slug] = true
	}
	return hits, err
}

// TestManyPublicArticles: everybody sees what is found a page at a time, each article once, of
// which no more are read than a page has, and one.
func TestManyPublicArticles(t *testing.T) {
	s := open(t, func(c *Config) { c.Public = true })
	var all []ticket.Article
	for i := range 2*mostFound + 5 {
		all = append(all, ticket.Article{Slug: fmt.Sprintf("a-%04d", i), State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Texts: []ticket.Text{{Language: "en", Title: "vpn", Body: "vpn"}, {Language: "fr", Title: "vpn", Body: "le vpn"}}})
	}
	written(t, s, all...)
	read := map[string]bool{} // for one page
	view := s.web.src.View
	s.web.src.View = func(ctx context.Context, fn func(ticket.Reader) error) error {
		return view(ctx, func(r ticket.Reader) error { return fn(articlesRead{r, read}) })
	}
	b, next, shown := s.browser(t), regexp.MustCompile(`<a rel="next" href="([^"]+)"`), map[string]bool{}
	pages := 0
	for path := "/kb?q=vpn"; path != "" && pages < 9; pages++ {
		clear(read)
		body := b.shows(path)
		if len(read) == 0 || len(read) > mostFound+1 { // one more tells that there is another page
			t.Errorf("for %s %d articles are read, want %d at most", path, len(read), mostFound+1)
		}
		for _, m := range regexp.MustCompile(`href="/kb/(a-\d+)"`).FindAllStringSubmatch(body, -1) {
			if shown[m[1]] {
				t.Errorf("%s is on two pages", m[1])
			}
			shown[m[1]] = true
		}
		path = ""
		if m := next.FindStringSubmatch(body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	if pages != 3 || len(shown) != len(all) {
		t.Errorf("%d pages have %d of %d articles", pages, len(shown), len(all))
	}
}
