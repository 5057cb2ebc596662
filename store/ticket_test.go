package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/search"
	"maildesk/ticket"
)

func TestTicketRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		opened := ticket.Ticket{
			Subject: "VPN “down”", Address: "support@example.org", Requester: "Ana@example.net", Name: "Ana", Status: ticket.StatusResolved, Category: "network", Kind: "incident",
			Priority: "high", Queue: "network", Level: 2, Assignee: "bob", Language: "fr", Tags: []string{"a", "b"}, Rules: []string{"VPN"},
			CreatedAt: noon, UpdatedAt: noon.Add(1 * time.Hour), ResolvedAt: noon.Add(2 * time.Hour), InformedAt: noon.Add(3 * time.Hour),
			ClosedAt: noon.Add(4 * time.Hour), WakeAt: noon.Add(5 * time.Hour), Target: "vip", DueFirstResponse: noon.Add(6 * time.Hour),
			DueUpdate: noon.Add(7 * time.Hour), DueResolution: noon.Add(8 * time.Hour), TargetAt: noon.Add(9 * time.Hour),
		}
		update(t, s, func(tx ticket.Tx) error {
			first, err := tx.InsertTicket(testTicket("first"))
			if err != nil {
				return err
			}
			opened.Follows = first
			if opened.ID, err = tx.InsertTicket(opened); err != nil {
				return err
			}
			got, err := tx.Ticket(opened.ID)
			equal(t, "Ticket within Update", got, opened)
			return err
		})
		opened.Status, opened.Tags, opened.Follows, opened.WakeAt = ticket.StatusOpen, nil, 0, time.Time{}
		update(t, s, func(tx ticket.Tx) error { return tx.UpdateTicket(opened) })
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Ticket(opened.ID)
			equal(t, "Ticket after UpdateTicket", got, opened)
			return err
		})
		none := opened
		none.ID = 99
		if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.UpdateTicket(none) }); !errors.Is(err, ticket.ErrNotFound) {
			t.Errorf("UpdateTicket of none = %v, want ErrNotFound", err)
		}
	})
}

func TestTicketsFilter(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		tickets := []ticket.Ticket{
			{Status: ticket.StatusNew, Queue: "q1", Requester: "Ana@Example.net"},
			{Status: ticket.StatusOpen, Queue: "q2", Requester: "ben@example.net", Assignee: "bob", Category: "network", TargetAt: noon},
			{Status: ticket.StatusPending, Queue: "q1", Requester: "ana@example.net", WakeAt: noon},
			{Status: ticket.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon},
			{Status: ticket.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon.Add(time.Hour), InformedAt: noon.Add(time.Hour), TargetAt: noon.Add(-time.Hour)},
			{Status: ticket.StatusClosed, Queue: "q3", ClosedAt: noon, UpdatedAt: noon},
			{Status: ticket.StatusClosed, Queue: "q3", ClosedAt: noon, UpdatedAt: noon.Add(time.Hour)},
			{Status: ticket.StatusClosed, Queue: "q3", ClosedAt: noon, UpdatedAt: noon},
			{Status: ticket.StatusClosed, Queue: "q3", ClosedAt: noon, UpdatedAt: noon},
		}
		update(t, s, func(tx ticket.Tx) error {
			for _, opened := range tickets {
				if _, err := tx.InsertTicket(opened); err != nil {
					return err
				}
			}
			_, rated := tx.AddEvent(ticket.Event{Ticket: 8, Kind: ticket.EventRated, To: ticket.RatingBad, At: noon.Add(time.Hour)})
			_, cameBack := tx.AddEvent(ticket.Event{Ticket: 9, Kind: ticket.EventUndeliverable, At: noon.Add(time.Hour)})
			return errors.Join(rated, cameBack)
		})
		for _, tt := range []struct {
			name string
			f    ticket.Filter
			want []ticket.ID
		}{
			{"all", ticket.Filter{}, []ticket.ID{1, 2, 3, 4, 5, 6, 7, 8, 9}},
			{"newest two", ticket.Filter{Newest: true, Limit: 2}, []ticket.ID{9, 8}},
			{"two statuses", ticket.Filter{Status: []ticket.Status{ticket.StatusNew, ticket.StatusOpen}}, []ticket.ID{1, 2}},
			{"queue", ticket.Filter{Queue: "q2"}, []ticket.ID{2}},
			{"assignee", ticket.Filter{Assignee: "bob"}, []ticket.ID{2}},
			{"category", ticket.Filter{Category: "network"}, []ticket.ID{2}},
			{"requester in any case", ticket.Filter{Requester: "ANA@example.NET"}, []ticket.ID{1, 3}},
			{"not informed", ticket.Filter{NotInformed: true}, []ticket.ID{4}},
			{"informed", ticket.Filter{Informed: true}, []ticket.ID{5}},
			{"resolved by", ticket.Filter{ResolvedBy: noon}, []ticket.ID{4}},
			{"resolved by later", ticket.Filter{ResolvedBy: noon.Add(time.Hour)}, []ticket.ID{4, 5}},
			{"wake by", ticket.Filter{WakeBy: noon}, []ticket.ID{3}},
			{"target by", ticket.Filter{TargetBy: noon}, []ticket.ID{5, 2}},
			{"target too early", ticket.Filter{TargetBy: noon.Add(-2 * time.Hour)}, nil},
			{"after", ticket.Filter{After: 3, Limit: 1}, []ticket.ID{4}},
			{"active since", ticket.Filter{ActiveSince: noon.Add(time.Minute)}, []ticket.ID{1, 2, 3, 4, 5, 7, 8, 9}},
			{"wake too early", ticket.Filter{WakeBy: noon.Add(-time.Second)}, nil},
			{"together", ticket.Filter{Status: []ticket.Status{ticket.StatusResolved}, Queue: "q1", Requester: "eve@example.net", Newest: true, Limit: 1}, []ticket.ID{5}},
		} {
			view(t, s, func(r ticket.Reader) error {
				got, err := r.Tickets(tt.f)
				equal(t, "Tickets: "+tt.name, ticketIDs(got), tt.want)
				return err
			})
		}
	})
}

// TestDueFirst: with a limit, too, the tickets come whose next time is the earliest.
func TestDueFirst(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		r := rand.New(rand.NewPCG(7, 15))
		var all []ticket.Ticket
		update(t, s, func(tx ticket.Tx) error {
			for n := range 60 {
				made := testTicket(fmt.Sprint("Matter ", n))
				for _, due := range []*time.Time{&made.DueFirstResponse, &made.DueUpdate, &made.DueResolution} {
					if r.IntN(2) == 0 {
						*due = noon.Add(time.Duration(r.IntN(20)) * time.Hour)
					}
				}
				id, err := tx.InsertTicket(made)
				if err != nil {
					return err
				}
				made.ID = id
				all = append(all, made)
			}
			return nil
		})
		slices.SortStableFunc(all, ticket.ByDue)
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Tickets(ticket.Filter{DueFirst: true})
			equal(t, "what is due first", ticketIDs(got), ticketIDs(all))
			soon, err2 := r.Tickets(ticket.Filter{DueFirst: true, LateAt: noon.Add(24 * time.Hour), Limit: 20})
			equal(t, "the first of what is due", ticketIDs(soon), ticketIDs(all[:20]))
			return errors.Join(err, err2)
		})
	})
}

func ticketIDs(tickets []ticket.Ticket) []ticket.ID {
	var ids []ticket.ID
	for _, t := range tickets {
		ids = append(ids, t.ID)
	}
	return ids
}

// found returns the tickets that a search finds, best first.
func found(r ticket.Reader, text string) ([]ticket.ID, error) {
	q, err := search.Parse(text, search.Desk{Now: noon})
	if err != nil {
		return nil, err
	}
	got, err := r.Search(q)
	var ids []ticket.ID
	for _, h := range got.Hits {
		ids = append(ids, h.Ticket.ID)
	}
	return ids, err
}

func TestSearch(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		add := func(subject string, texts ...string) (id ticket.ID) {
			update(t, s, func(tx ticket.Tx) (err error) {
				if id, err = tx.InsertTicket(testTicket(subject)); err != nil {
					return err
				}
				for _, text := range texts {
					if _, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Text: text, At: noon}); err != nil {
						return err
					}
				}
				return nil
			})
			return id
		}
		printer := add("Der Drücker klemmt", "He is on the second floor.", "Toner is empty, too.")
		network := add("No VPN", "error: connection-refused (code 17) on the second try")
		update(t, s, func(tx ticket.Tx) error {
			opened, err := tx.Ticket(network)
			opened.Subject = "No tunnel"
			return errors.Join(err, tx.UpdateTicket(opened))
		})
		for _, tt := range []struct {
			words string
			want  []ticket.ID
		}{
			{"drucker", []ticket.ID{printer}},
			{"DRÜCKER toner", []ticket.ID{printer}}, // in subject and in an entry
			{"second toner", []ticket.ID{printer}},  // in two entries
			{"toner tunnel", nil},
			{"connection-refused", []ticket.ID{network}},
			{"refused-connection", nil},
			{"tunnel", []ticket.ID{network}},
			{"vpn", nil}, // the subject was changed
			{`tunnel - "`, []ticket.ID{network}},
			{`OR AND NOT`, nil},
			{`tunnel*`, []ticket.ID{network}},
			{`text:tunnel`, nil},
			{`"`, nil},
			{"", nil},
		} {
			view(t, s, func(r ticket.Reader) error {
				got, err := found(r, tt.words)
				equal(t, "Search("+tt.words+")", got, tt.want)
				return err
			})
		}
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Search(ticket.Query{All: []ticket.Term{{Words: "second"}}, Limit: 1})
			equal(t, "Search with limit: number", len(got.Hits), 1)
			equal(t, "Search with limit: all", got.Total, 2)
			return err
		})
	})
}

// Of two subjects of one ticket in one commit the search knows the last.
func TestSearchKnowsTheLastSubject(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		update(t, db, func(tx ticket.Tx) error {
			opened := testTicket("alpha")
			var err error
			if opened.ID, err = tx.InsertTicket(opened); err != nil {
				return err
			}
			opened.Subject = "beta"
			return tx.UpdateTicket(opened)
		})
		view(t, db, func(r ticket.Reader) error {
			old, err := found(r, "alpha")
			current, err2 := found(r, "beta")
			equal(t, "found by the subject before", len(old), 0)
			equal(t, "found by the last subject", len(current), 1)
			return errors.Join(err, err2)
		})
	})
}

// Whatever people type is a text to look for, never a query: a subject is
// found by itself.
func FuzzSearch(f *testing.F) { fuzzSearch(f, openTest(f)) }

// FuzzServerSearch is the same on PostgreSQL.
func FuzzServerSearch(f *testing.F) { fuzzSearch(f, openServerTest(f)) }

func fuzzSearch(f *testing.F, db *DB) {
	for _, text := range []string{"VPN down", `"quo"ted" AND NOT (x OR y*) ^z`, "Drücker", "a:b -c +d", "NEAR(a b, 3)", "x\x00y \xff", strings.Repeat("a b ", 40), "日本語 テスト", "\u0301a", "𞤀𞤣"} {
		f.Add(text)
	}
	var opened ticket.Ticket
	err := db.Update(f.Context(), func(tx ticket.Tx) (err error) {
		opened = testTicket("")
		opened.ID, err = tx.InsertTicket(opened)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		opened := opened
		opened.Subject = text
		update(t, db, func(tx ticket.Tx) error { return tx.UpdateTicket(opened) })
		view(t, db, func(r ticket.Reader) error {
			q, err := search.Parse(text, search.Desk{Now: noon})
			if err != nil || len(q.All) == 0 || len(q.None) > 0 || q.Tickets.Language != "" || len(q.Tickets.Tags) > 0 || q.From+q.Requester != "" {
				return nil // it is no plain text
			}
			q.Tickets = ticket.Filter{}
			got, err := r.Search(q)
			if !slices.ContainsFunc(got.Hits, func(h ticket.Hit) bool { return h.Ticket.ID == opened.ID }) {
				t.Errorf("Search(%q) does not find the ticket with this subject", text)
			}
			return err
		})
	})
}

// TestFoundOnceCommitted: whatever is written is found by the first search after its commit,
// and what was replaced is not.
func TestFoundOnceCommitted(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		finds := func(word string, want ...ticket.ID) {
			t.Helper()
			view(t, s, func(r ticket.Reader) error {
				got, err := found(r, word)
				if !slices.Equal(got, want) {
					t.Errorf("Search(%s) = %v, want %v", word, got, want)
				}
				return err
			})
		}
		made := testTicket("begonia")
		update(t, s, func(tx ticket.Tx) (err error) { made.ID, err = tx.InsertTicket(made); return err })
		finds("begonia", made.ID)
		update(t, s, func(tx ticket.Tx) error {
			_, err := tx.AddEntry(ticket.Entry{Ticket: made.ID, Kind: ticket.EntryNote, Text: "endivie", Files: "invoice.txt\ngeranium", At: noon})
			return err
		})
		finds("endivie", made.ID)
		finds("invoice", made.ID)
		finds("geranium", made.ID)
		made.Subject = "rhubarb"
		update(t, s, func(tx ticket.Tx) error { return tx.UpdateTicket(made) })
		finds("rhubarb", made.ID)
		finds("begonia")
	})
}

// TestIndexIsBounded: of a long text the search finds the beginning; words of more than 100
// characters are not found.
func TestIndexIsBounded(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		const indexed = 256 << 10 // how much of a text the search finds
		text := "begonia " + strings.Repeat("word ", indexed/5) + "endivie"
		longest, tooLong := strings.Repeat("kä", 50), strings.Repeat("qö", 50)+"q"
		for _, full := range []string{text, strings.Repeat("x", indexed) + " endivie", "endivie", "with " + longest + " and " + tooLong + " geranium"} {
			update(t, s, func(tx ticket.Tx) error {
				id, err := tx.InsertTicket(testTicket("a"))
				if err == nil {
					_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Text: "short", Full: full, At: noon})
				}
				return err
			})
		}
		view(t, s, func(r ticket.Reader) error {
			for word, want := range map[string][]ticket.ID{"begonia": {1}, "endivie": {3}, "geranium": {4}, longest: {4}, "kakaka*": {4}, "xxx*": nil, "qoqoqo*": nil} {
				if got, err := found(r, word); err != nil || !slices.Equal(got, want) {
					t.Errorf("Search(%s) = %v, %v; want %v", word, got, err, want)
				}
			}
			return nil
		})
	})
}
