package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/search"
	"maildesk/ticket"
)

// plainly has words as they are written, and what people ask for who have no such letters.
var plainly = []struct{ written, asked string }{
	{"łódź", "lodz"}, {"DZIAŁA", "dziala"}, {"Straße", "strasse"}, {"GROẞE", "grosse"}, {"smørrebrød", "smorrebrod"}, {"Đorđe", "dorde"}, {"Ærø", "aero"}, {"cœur", "coeur"},
	{"Guðrún", "gudrun"}, {"Þór", "thor"}, {"ılık", "ilik"}, {"İzmir", "izmir"}, {"Għaxaq", "ghaxaq"}, {"Ŧuŋŋel", "tunnel"}, {"vrĳdag", "vrijdag"}, {"ǿǽ", "oae"},
	{"Drücker", "drucker"}, {"Dru\u0308cker", "drucker"}, {"Nguyễn", "nguyen"}, {"Ελληνικά", "ΕΛΛΗΝΙΚΑ"}, {"οδός", "ΟΔΟΣ"}, {"ещё", "ЕЩЕ"}, {"한글", "한글"},
}

// ticketsWith returns the numbers of the tickets that a query finds.
func ticketsWith(t *testing.T, s ticket.Store, text string) (ids []string) {
	q, err := search.Parse(text, search.Desk{Now: noon})
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	view(t, s, func(r ticket.Reader) error {
		got, err := r.Search(q)
		for _, h := range got.Hits {
			ids = append(ids, fmt.Sprint(h.Ticket.ID))
		}
		slices.Sort(ids)
		return err
	})
	return ids
}

// TestSearchPlainLetters: what is written with a letter that a keyboard may lack is found with
// it and without: in texts, subjects, articles, and names of people; the line is as it was written.
func TestSearchPlainLetters(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		for n, word := range plainly {
			made := testTicket("Fault")
			made.Requester, made.Name = fmt.Sprintf("r%d@example.net", n), word.written+" Lima"
			update(t, s, func(tx ticket.Tx) error {
				id, err := tx.InsertTicket(made)
				if err == nil {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: made.Requester, Name: made.Name, Text: "Hello,\nthe " + word.written + " breaks.\nThanks", At: noon})
				}
				if err == nil {
					made.Subject = "Other " + word.written
					_, err = tx.InsertTicket(made)
				}
				if err == nil {
					err = tx.SaveArticle(ticket.Article{Slug: fmt.Sprint("a", n), State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Revision: 1, ChangedBy: "bob",
						Texts: []ticket.Text{{Language: "en", Title: "About " + word.written, Body: "Of " + word.written + ", more."}}})
				}
				return err
			})
			text, subject := fmt.Sprint(2*n+1), fmt.Sprint(2*n+2)
			for _, asked := range []string{word.written, word.asked} {
				for query, want := range map[string]string{
					asked + " the": text, `"the ` + asked + ` breaks"`: text, "the " + beginning(asked): text, "subject:" + asked: subject,
					"from:" + asked + " breaks": text, "requester:" + asked + " other": subject,
				} {
					if got := ticketsWith(t, s, query); !slices.Contains(got, want) {
						t.Errorf("Search(%s) = %q, lacks %s", query, got, want)
					}
				}
				if got := ticketsWith(t, s, "the -"+asked); slices.Contains(got, text) {
					t.Errorf("Search(the -%s) = %q", asked, got)
				}
				terms := []ticket.Term{{Words: asked}}
				view(t, s, func(r ticket.Reader) error {
					for _, title := range []bool{false, true} {
						hits, err := r.SearchArticles(ticket.ArticleQuery{All: []ticket.Term{{Words: asked, Subject: title}}})
						if err != nil || !slices.ContainsFunc(hits, func(h ticket.ArticleHit) bool { return h.Article.Slug == fmt.Sprint("a", n) }) {
							t.Errorf("SearchArticles(%s), in titles alone %t = %v, %v", asked, title, hits, err)
						}
					}
					found, err := r.Search(ticket.Query{All: append(terms, ticket.Term{Words: "breaks"}), Now: noon})
					for _, h := range found.Hits {
						if fmt.Sprint(h.Ticket.ID) == text {
							equal(t, "the line of "+asked, search.LineOf(h, terms), "the "+word.written+" breaks.")
						}
					}
					return err
				})
			}
		}
	})
}

// beginning returns a word without its last letter, where enough is left.
func beginning(word string) string {
	if runes := []rune(word); len(runes) > 3 {
		word = string(runes[:len(runes)-1]) + "*"
	}
	return word
}

// TestSearchBeforePlainLetters: what was indexed when accents alone were folded is found as it
// is written, beside what is indexed since.
func TestSearchBeforePlainLetters(t *testing.T) {
	old := map[string][]string{
		"sqlite":     {`INSERT OR REPLACE INTO search (rowid, text) VALUES (1, 'Die Łódź in der Straße, Ελληνικά und ς')`, `INSERT OR REPLACE INTO search_article (rowid, title, body) VALUES (1, 'Straße', 'Łódź')`},
		"postgresql": {`UPDATE search SET words = '''die'':1 ''łodz'':2 ''in'':3 ''der'':4 ''straße'':5 ''ελληνικα'':6 ''und'':7 ''ς'':8' WHERE id = 1`, `UPDATE search_article SET words = '''straße'':1A ''łodz'':3' WHERE id = 1`},
	}
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			for range 2 {
				id, err := tx.InsertTicket(testTicket("Fault"))
				if err == nil {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Text: "Die Łódź in der Straße, Ελληνικά und ς", At: noon})
				}
				if err != nil {
					return err
				}
			}
			return tx.SaveArticle(ticket.Article{Slug: "lodz", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Revision: 1, ChangedBy: "bob", Texts: []ticket.Text{{Language: "en", Title: "Straße", Body: "Łódź"}}})
		})
		_, engine, _ := strings.Cut(t.Name(), "/")
		for _, statement := range old[engine] {
			if err := s.(*DB).tickets.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		for query, want := range map[string]string{
			"łódź": "1 2", "ŁÓDŹ straße": "1 2", `"in der Straße"`: "1 2", "łód*": "1 2", "Ελληνικά": "1 2", "ς": "1 2", "die -straße": "", "fault straße": "1 2", "lodz": "2", "strasse": "2",
		} {
			equal(t, "Search("+query+")", strings.Join(ticketsWith(t, s, query), " "), want)
		}
		view(t, s, func(r ticket.Reader) error {
			hits, err := r.SearchArticles(ticket.ArticleQuery{All: []ticket.Term{{Words: "łódź"}, {Words: "straße", Subject: true}}})
			equal(t, "articles", len(hits), 1)
			return err
		})
		problems, err := s.(*DB).Check(t.Context())
		for _, p := range problems {
			if strings.Contains(p.Law, "search index") {
				t.Error(p)
			}
		}
		equal(t, "Check", err, nil)
	})
}
