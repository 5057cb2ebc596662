package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/search"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// library has tickets for searches; the numbers are those of the tickets.
func library(t *testing.T, s ticket.Store) {
	type text struct{ author, name, text, files string }
	ana, bob, jose := "ana@example.net", "bob@example.org", "jl@example.com"
	for i, one := range []struct {
		ticket ticket.Ticket
		texts  []text
	}{
		{ticket.Ticket{Subject: "Printer jams", Requester: ana, Name: "Ana Lima", Status: ticket.StatusOpen, Queue: "first-line", Level: 1, Category: "printing", Priority: ticket.PriorityHigh, Language: "en", Tags: []string{"VIP", "floor2"}},
			[]text{{ana, "Ana Lima", "It is on the second floor.", "photo of the tray.jpg"}, {bob, "Bob", "Toner is empty, too.", ""}}},
		{ticket.Ticket{Subject: "No VPN", Requester: jose, Name: "José Lopes", Status: ticket.StatusNew, Queue: "network", Level: 2, Category: "vpn", DueResolution: noon.Add(-time.Hour), Assignee: "alice"},
			[]text{{jose, "José Lopes", "The second try fails.", "trace.csv\nhost;error\nwinkle;refused"}}},
		{ticket.Ticket{Subject: "Toner, please", Requester: ana, Name: "Ana Lima", Status: ticket.StatusClosed, ClosedAt: noon, Queue: "first-line", Level: 1},
			[]text{{ana, "Ana Lima", "The printer needs a second one.", ""}, {bob, "Bob", "It is an Epson.", ""}}},
	} {
		made := one.ticket
		made.CreatedAt, made.UpdatedAt = noon.AddDate(0, 0, -30*(3-i)), noon.AddDate(0, 0, -20*(3-i))
		update(t, s, func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(made)
			for _, e := range one.texts {
				if err == nil {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: e.author, Name: e.name, Text: e.text, Files: e.files, At: made.CreatedAt})
				}
			}
			return err
		})
	}
}

func TestSearchLanguage(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		library(t, s)
		for _, tt := range []struct {
			text string
			want string // the tickets, in their order
		}{
			{"second", "1 2 3"}, {"second toner", "1 3"}, {"second toner epson", "3"}, {`"second floor"`, "1"}, {`"floor second"`, ""},
			{"prin*", "1 3"}, {"pri*", "1 3"}, {`"printer nee"*`, "3"}, {"ton* second", "1 3"},
			{"second -toner", "2"}, {"second -ton*", "2"}, {`printer -"second one"`, "1"}, {"-second", ""}, {"-epson", "1 2"}, {"second -subject:toner", "1 2"},
			{"subject:toner", "3"}, {"subject:toner second", "3"}, {"subject:second", ""}, {"subject:vpn subject:no", "2"},
			{"from:ana", "1 3"}, {"from:bob toner", "1"}, {"from:ana toner", "3"}, {"from:bob@example.org epson toner", ""}, {"from:jose second", "2"}, {"from:b@example.org second", ""},
			{"requester:ana", "1 3"}, {"requester:LIMA", "1 3"}, {"requester:ana@example.net toner", "1 3"}, {"requester:jl@example.com", "2"}, {"requester:jos second", "2"},
			{"status:open", "1"}, {"status:new,open", "1 2"}, {"-status:closed second", "1 2"}, {"is:open second", "1 2"},
			{"queue:first-line second", "1 3"}, {"level:2", "2"}, {"category:net", "2"}, {"category:printing second", "1"}, {"priority:high", "1"}, {"priority:normal", "2 3"},
			{"lang:en", "1"}, {"tag:vip tag:floor2", "1"}, {"tag:vip tag:x", ""}, {"agent:alice", "2"}, {"is:unassigned second", "1 3"}, {"is:late", "2"}, {"is:incident", ""},
			{"since:45d", "2 3"}, {"since:30d second", "3"}, {"until:80d", "1"},
			{"has:file", "1 2"}, {"has:file toner", "1"}, {"photo", "1"}, {`"tray.jpg"`, "1"}, {"winkle", "2"}, {"file", ""},
			{"toner tunnel", ""}, {"nothing", ""},
		} {
			q, err := search.Parse(tt.text, search.Desk{
				Queues: []string{"first-line", "network"}, Agents: []string{"alice"}, Categories: []string{"printing", "net", "vpn"},
				Within: func(c, above string) bool { return c == "vpn" && above == "net" }, Now: noon,
			})
			if err != nil {
				t.Errorf("Parse(%s): %v", tt.text, err)
				continue
			}
			view(t, s, func(r ticket.Reader) error {
				got, err := r.Search(q)
				var ids []string
				for _, h := range got.Hits {
					ids = append(ids, fmt.Sprint(h.Ticket.ID))
				}
				slices.Sort(ids)
				equal(t, "Search("+tt.text+")", strings.Join(ids, " "), tt.want)
				equal(t, "Search("+tt.text+"): older ones", got.Older, false)
				return err
			})
		}
	})
}

// The hit says which text matched, the best first.
func TestSearchHits(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		library(t, s)
		toner := []ticket.Term{{Words: "toner"}}
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Search(ticket.Query{All: toner, Now: noon})
			if err != nil || len(got.Hits) != 2 {
				return fmt.Errorf("%d hits, %w", len(got.Hits), err)
			}
			subject, answer := got.Hits[0], got.Hits[1]
			equal(t, "the first: ticket", subject.Ticket.Subject, "Toner, please")
			equal(t, "the first: entry", subject.Entry.ID, int64(0))
			equal(t, "the second: text", search.LineOf(answer, toner), "Toner is empty, too.")
			equal(t, "the second: author", answer.Entry.Name, "Bob")
			equal(t, "the first stands before", subject.Score > answer.Score, true)
			return err
		})
	})
}

// TestSearchPages: the pages of a search have each ticket once, though mails come in between
// them that change the ranks, and tickets that match no more.
func TestSearchPages(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		var all []ticket.ID
		update(t, s, func(tx ticket.Tx) error {
			for n := range 5 {
				made := testTicket("Toner")
				made.UpdatedAt = noon.Add(-time.Duration(n) * 24 * time.Hour)
				id, err := tx.InsertTicket(made)
				if all = append(all, id); err != nil {
					return err
				}
			}
			return nil
		})
		q := ticket.Query{All: []ticket.Term{{Words: "toner"}}, Tickets: ticket.Filter{Status: []ticket.Status{ticket.StatusNew}}, Now: noon, Limit: 2}
		page := func(name string, total int, want ...ticket.ID) {
			t.Helper()
			view(t, s, func(r ticket.Reader) error {
				found, err := r.Search(q)
				var got []ticket.ID
				for _, h := range found.Hits {
					got = append(got, h.Ticket.ID)
				}
				q.Seen = append(q.Seen, got...)
				equal(t, name, got, want)
				equal(t, name+": all", found.Total, total)
				return err
			})
		}
		page("the first page", 5, all[0], all[1])
		update(t, s, func(tx ticket.Tx) error { // the last one is written to, and the first one is solved
			last, err := tx.Ticket(all[4])
			last.UpdatedAt = noon
			first, err2 := tx.Ticket(all[0])
			first.Status, first.ResolvedAt = ticket.StatusResolved, noon
			made := testTicket("Toner, and much that lets it come behind the short ones")
			made.UpdatedAt = noon.Add(-90 * 24 * time.Hour)
			_, err3 := tx.InsertTicket(made)
			return errors.Join(err, err2, err3, tx.UpdateTicket(last), tx.UpdateTicket(first))
		})
		page("the second page", 4, all[4], all[2])
		page("the third page", 2, all[3], all[4]+1)
		page("the fourth page", 0)
	})
}

// TestSearchPagesOfMany: who reads all pages sees each ticket that was there on the first one,
// though more come in than a search looks at.
func TestSearchPagesOfMany(t *testing.T) {
	insert := func(t *testing.T, s ticket.Store, n int, subject, text string) {
		update(t, s, func(tx ticket.Tx) error {
			for range n {
				id, err := tx.InsertTicket(testTicket(subject))
				if err == nil && text != "" {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: "ana@example.net", Text: text, At: noon})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	word := func(all ...string) (terms []ticket.Term) {
		for _, w := range all {
			terms = append(terms, ticket.Term{Words: w})
		}
		return terms
	}
	for _, tt := range []struct {
		name          string
		first, more   int
		subject, text string
		q             ticket.Query
	}{
		{"one word", 900, 300, "Toner", "", ticket.Query{All: word("toner")}},
		{"without another one", 250, 100, "Toner", "", ticket.Query{All: word("toner"), None: word("paper")}},
		{"words in several texts", 250, 100, "Toner", "The drum", ticket.Query{All: word("toner", "drum")}},
		{"who wrote", 550, 100, "Toner", "The drum", ticket.Query{From: "ana"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			every(t, func(t *testing.T, s ticket.Store) {
				insert(t, s, tt.first, tt.subject, tt.text)
				q := tt.q
				q.Now, q.Limit = noon, 100
				for n := 1; ; n++ {
					var found ticket.Found
					view(t, s, func(r ticket.Reader) (err error) { found, err = r.Search(q); return err })
					if len(found.Hits) == 0 {
						break
					}
					for _, h := range found.Hits {
						q.Seen = append(q.Seen, h.Ticket.ID)
					}
					if n == 1 {
						insert(t, s, tt.more, tt.subject, tt.text)
					}
				}
				slices.Sort(q.Seen)
				equal(t, "tickets on a page", len(slices.Compact(q.Seen)), tt.first+tt.more)
			})
		})
	}
}

// TestSearchOfPrivateQueues: tickets in private queues are found, and counted, where they are
// shown to who asks; the name of a queue is one in any case. Each of the best 200 is asked for.
func TestSearchOfPrivateQueues(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		library(t, s)
		update(t, s, func(tx ticket.Tx) error {
			for range 250 {
				closed := testTicket("vault")
				closed.Queue = "closed"
				if _, err := tx.InsertTicket(closed); err != nil {
					return err
				}
			}
			return nil
		})
		none := func(ticket.Ticket) (bool, error) { return false, nil }
		vip := func(x ticket.Ticket) (bool, error) { return slices.Contains(x.Tags, "VIP"), nil }
		wrong := errors.New("wrong")
		for _, tt := range []struct {
			word    string
			private []string
			shown   func(ticket.Ticket) (bool, error)
			total   int
			older   bool
			err     error
		}{
			{"second", nil, nil, 3, false, nil},
			{"second", []string{"Network"}, none, 2, false, nil},
			{"second", []string{"network", "first-line"}, none, 0, false, nil},
			{"second", []string{"first-line"}, vip, 2, false, nil},
			{"second", []string{"first-line"}, func(ticket.Ticket) (bool, error) { return false, wrong }, 0, false, wrong},
			{"vault", []string{"closed"}, func(ticket.Ticket) (bool, error) { return true, nil }, 200, true, nil},
			{"vault", []string{"closed"}, none, 0, true, nil},
		} {
			view(t, s, func(r ticket.Reader) error {
				got, err := r.Search(ticket.Query{All: []ticket.Term{{Words: tt.word}}, Now: noon, Private: tt.private, Shown: tt.shown, Limit: 1})
				if !errors.Is(err, tt.err) || got.Total != tt.total || len(got.Hits) != min(1, tt.total) || got.Older != tt.older {
					t.Errorf("Search(%s), %q private: %d of %d, older %t, %v; want %d, %t, %v", tt.word, tt.private, len(got.Hits), got.Total, got.Older, err, tt.total, tt.older, tt.err)
				}
				return nil
			})
		}
	})
}

// TestT121Search: operators of the index, quotes, bytes and very long words harm nothing.
func TestT121Search(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		library(t, s)
		hostile := []string{`"`, `""`, `*`, `^second`, `second" OR "toner`, `second') OR 1=1 --`, `NEAR(second toner)`, `text:second`, `{text} : second`, `second AND NOT toner`, `-`, `a\x00b`,
			strings.Repeat("x", 1<<20), strings.Repeat("x ", 1<<16), strings.Repeat(`"`, 9999), strings.Repeat("-toner ", 999), "\xff\xfe", search.FileMark, "from:%", "requester:_", "tag:'", "se*" + strings.Repeat("*", 99)}
		for _, text := range hostile {
			view(t, s, func(r ticket.Reader) error {
				q, err := search.Parse(text, search.Desk{Now: noon})
				if err != nil {
					return err
				}
				got, err := r.Search(q)
				if len(got.Hits) > 0 && !strings.HasPrefix(text, "^") && !strings.HasPrefix(text, "-toner") {
					t.Errorf("Search(%.40q) finds %d tickets", text, len(got.Hits))
				}
				return err
			})
		}
		faulttest.Seen(t, "T121", fmt.Sprintf("%d hostile texts are searched for: operators of the index and of SQL, quotes, bytes, a mebibyte", len(hostile)), "each is a text that no ticket holds; none is an error")
	})
}

// Where more texts have a word than are looked at, and few of their tickets have the status that is asked
// for, the search says that older ones may fit, too: of words, beginnings and phrases.
func TestSearchOfFewOpenSaysWhatItDidNotLookAt(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		const texts = 10_050
		update(t, db, func(tx ticket.Tx) error {
			for n := range 2 {
				made := testTicket("matter")
				if n > 0 {
					made.Status = ticket.StatusClosed
				}
				id, err := tx.InsertTicket(made)
				for of := 0; of < n*texts+1 && err == nil; of++ {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Text: "paper jam", At: noon})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		for text, older := range map[string]bool{
			"status:new paper": true, "status:new pap*": true, `status:new "paper jam"`: true, "pap* status:new jam": true, "status:new nowhere": false, "status:new matter": false, "status:new matt*": false,
		} {
			view(t, db, func(r ticket.Reader) error {
				q, _ := search.Parse(text, search.Desk{Now: noon})
				all, err := r.Search(q)
				equal(t, text+": older ones", all.Older, older)
				return err
			})
		}
	})
}

// Of very many hits the newest are looked at, and the search says so.
func TestSearchIsBounded(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		const entries = 1010
		update(t, db, func(tx ticket.Tx) error {
			for n := range entries {
				id, err := tx.InsertTicket(testTicket(fmt.Sprint("matter ", n)))
				if err == nil {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Text: fmt.Sprintf("common word%d", n%2), At: noon})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		for _, tt := range []struct {
			text  string
			older bool
			first bool // the oldest ticket is found
		}{{"common", true, false}, {"word1", false, false}, {"word0", false, true}, {"common -word1", true, false}, {"matter word0", true, false}} {
			view(t, db, func(r ticket.Reader) error {
				if db.server != nil { // a plan that keeps no order is the server's to choose
					if _, err := r.(*tables.Reader).Querier().ExecContext(t.Context(), "SET LOCAL enable_nestloop = off"); err != nil {
						return err
					}
				}
				got, err := found(r, tt.text)
				equal(t, tt.text+": the oldest ticket is found", slices.Contains(got, 1), tt.first)
				q, _ := search.Parse(tt.text, search.Desk{Now: noon})
				all, err2 := r.Search(q)
				equal(t, tt.text+": older ones", all.Older, tt.older)
				if err == nil {
					err = err2
				}
				return err
			})
		}
	})
}
