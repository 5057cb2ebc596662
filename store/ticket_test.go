package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
)

func TestTicketRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		ticket := desk.Ticket{
			Subject: "VPN “down”", Address: "support@example.org", Requester: "Ana@example.net", Name: "Ana", Status: desk.StatusResolved, Category: "network", Kind: "incident",
			Priority: "high", Queue: "network", Level: 2, Assignee: "bob", Language: "fr", Tags: []string{"a", "b"}, Rules: []string{"VPN"},
			CreatedAt: noon, UpdatedAt: noon.Add(1 * time.Hour), ResolvedAt: noon.Add(2 * time.Hour), InformedAt: noon.Add(3 * time.Hour),
			ClosedAt: noon.Add(4 * time.Hour), WakeAt: noon.Add(5 * time.Hour), Target: "vip", DueFirstResponse: noon.Add(6 * time.Hour),
			DueUpdate: noon.Add(7 * time.Hour), DueResolution: noon.Add(8 * time.Hour), TargetAt: noon.Add(9 * time.Hour),
		}
		update(t, s, func(tx desk.Tx) error {
			first, err := tx.InsertTicket(testTicket("first"))
			if err != nil {
				return err
			}
			ticket.Follows = first
			if ticket.ID, err = tx.InsertTicket(ticket); err != nil {
				return err
			}
			got, err := tx.Ticket(ticket.ID)
			equal(t, "Ticket within Update", got, ticket)
			return err
		})
		ticket.Status, ticket.Tags, ticket.Follows, ticket.WakeAt = desk.StatusOpen, nil, 0, time.Time{}
		update(t, s, func(tx desk.Tx) error { return tx.UpdateTicket(ticket) })
		view(t, s, func(r desk.Reader) error {
			got, err := r.Ticket(ticket.ID)
			equal(t, "Ticket after UpdateTicket", got, ticket)
			return err
		})
		none := ticket
		none.ID = 99
		if err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.UpdateTicket(none) }); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("UpdateTicket of none = %v, want ErrNotFound", err)
		}
	})
}

func TestTicketsFilter(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		tickets := []desk.Ticket{
			{Status: desk.StatusNew, Queue: "q1", Requester: "Ana@Example.net"},
			{Status: desk.StatusOpen, Queue: "q2", Requester: "ben@example.net", Assignee: "bob", Category: "network", TargetAt: noon},
			{Status: desk.StatusPending, Queue: "q1", Requester: "ana@example.net", WakeAt: noon},
			{Status: desk.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon},
			{Status: desk.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon.Add(time.Hour), InformedAt: noon.Add(time.Hour), TargetAt: noon.Add(-time.Hour)},
		}
		update(t, s, func(tx desk.Tx) error {
			for _, ticket := range tickets {
				if _, err := tx.InsertTicket(ticket); err != nil {
					return err
				}
			}
			return nil
		})
		for _, tt := range []struct {
			name string
			f    desk.Filter
			want []desk.TicketID
		}{
			{"all", desk.Filter{}, []desk.TicketID{1, 2, 3, 4, 5}},
			{"newest two", desk.Filter{Newest: true, Limit: 2}, []desk.TicketID{5, 4}},
			{"two statuses", desk.Filter{Status: []desk.Status{desk.StatusNew, desk.StatusOpen}}, []desk.TicketID{1, 2}},
			{"queue", desk.Filter{Queue: "q2"}, []desk.TicketID{2}},
			{"assignee", desk.Filter{Assignee: "bob"}, []desk.TicketID{2}},
			{"category", desk.Filter{Category: "network"}, []desk.TicketID{2}},
			{"requester in any case", desk.Filter{Requester: "ANA@example.NET"}, []desk.TicketID{1, 3}},
			{"not informed", desk.Filter{NotInformed: true}, []desk.TicketID{4}},
			{"informed", desk.Filter{Informed: true}, []desk.TicketID{5}},
			{"resolved by", desk.Filter{ResolvedBy: noon}, []desk.TicketID{4}},
			{"resolved by later", desk.Filter{ResolvedBy: noon.Add(time.Hour)}, []desk.TicketID{4, 5}},
			{"wake by", desk.Filter{WakeBy: noon}, []desk.TicketID{3}},
			{"target by", desk.Filter{TargetBy: noon}, []desk.TicketID{5, 2}},
			{"target too early", desk.Filter{TargetBy: noon.Add(-2 * time.Hour)}, nil},
			{"after", desk.Filter{After: 3, Limit: 1}, []desk.TicketID{4}},
			{"wake too early", desk.Filter{WakeBy: noon.Add(-time.Second)}, nil},
			{"together", desk.Filter{Status: []desk.Status{desk.StatusResolved}, Queue: "q1", Requester: "eve@example.net", Newest: true, Limit: 1}, []desk.TicketID{5}},
		} {
			view(t, s, func(r desk.Reader) error {
				got, err := r.Tickets(tt.f)
				equal(t, "Tickets: "+tt.name, ticketIDs(got), tt.want)
				return err
			})
		}
	})
}

func ticketIDs(tickets []desk.Ticket) []desk.TicketID {
	var ids []desk.TicketID
	for _, t := range tickets {
		ids = append(ids, t.ID)
	}
	return ids
}

func TestSearch(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		add := func(subject string, texts ...string) (id desk.TicketID) {
			update(t, s, func(tx desk.Tx) (err error) {
				if id, err = tx.InsertTicket(testTicket(subject)); err != nil {
					return err
				}
				for _, text := range texts {
					if _, err = tx.AddEntry(desk.Entry{Ticket: id, Kind: desk.EntryMessage, Text: text, At: noon}); err != nil {
						return err
					}
				}
				return nil
			})
			return id
		}
		printer := add("Der Drücker klemmt", "He is on the second floor.", "Toner is empty, too.")
		network := add("No VPN", "error: connection-refused (code 17) on the second try")
		update(t, s, func(tx desk.Tx) error {
			ticket, err := tx.Ticket(network)
			ticket.Subject = "No tunnel"
			return errors.Join(err, tx.UpdateTicket(ticket))
		})
		for _, tt := range []struct {
			words string
			want  []desk.TicketID
		}{
			{"drucker", []desk.TicketID{printer}},
			{"DRÜCKER toner", []desk.TicketID{printer}}, // in subject and in an entry
			{"second toner", []desk.TicketID{printer}},  // in two entries
			{"toner tunnel", nil},
			{"connection-refused", []desk.TicketID{network}},
			{"refused-connection", nil},
			{"tunnel", []desk.TicketID{network}},
			{"vpn", nil}, // the subject was changed
			{`tunnel - "`, []desk.TicketID{network}},
			{`OR AND NOT`, nil},
			{`tunnel*`, []desk.TicketID{network}},
			{`text:tunnel`, nil},
			{`"`, nil},
			{"", nil},
		} {
			view(t, s, func(r desk.Reader) error {
				got, err := r.Search(tt.words, 10)
				equal(t, "Search("+tt.words+")", ticketIDs(got), tt.want)
				return err
			})
		}
		view(t, s, func(r desk.Reader) error {
			got, err := r.Search("second", 1)
			equal(t, "Search with limit: number", len(got), 1)
			return err
		})
	})
}

// Of two subjects of one ticket in one commit the search knows the last.
func TestSearchKnowsTheLastSubject(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx desk.Tx) error {
		ticket := testTicket("alpha")
		var err error
		if ticket.ID, err = tx.InsertTicket(ticket); err != nil {
			return err
		}
		ticket.Subject = "beta"
		return tx.UpdateTicket(ticket)
	})
	view(t, db, func(r desk.Reader) error {
		old, err := r.Search("alpha", 10)
		current, err2 := r.Search("beta", 10)
		equal(t, "found by the subject before", len(old), 0)
		equal(t, "found by the last subject", len(current), 1)
		return errors.Join(err, err2)
	})
}

// Whatever people type is a text to look for, never a query: a subject is
// found by itself.
func FuzzSearch(f *testing.F) {
	for _, text := range []string{"VPN down", `"quo"ted" AND NOT (x OR y*) ^z`, "Drücker", "a:b -c +d", "NEAR(a b, 3)", "x\x00y \xff", strings.Repeat("a b ", 40), "日本語 テスト", "\u0301a", "𞤀𞤣"} {
		f.Add(text)
	}
	db := openTest(f)
	var ticket desk.Ticket
	err := db.Update(f.Context(), func(tx desk.Tx) (err error) {
		ticket = testTicket("")
		ticket.ID, err = tx.InsertTicket(ticket)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ticket := ticket
		ticket.Subject = text
		update(t, db, func(tx desk.Tx) error { return tx.UpdateTicket(ticket) })
		view(t, db, func(r desk.Reader) error {
			found, err := r.Search(text, 10)
			if words := wordsOf(text); len(words) > 0 && !slices.Contains(ticketIDs(found), ticket.ID) {
				t.Errorf("Search(%q) does not find the ticket with this subject, words %q", text, words)
			}
			return err
		})
	})
}

// TestIndexIsBounded: of a long text the search finds the beginning.
func TestIndexIsBounded(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		text := "begonia " + strings.Repeat("word ", maxIndexed/5) + "endivie"
		for _, full := range []string{text, strings.Repeat("x", maxIndexed) + " endivie", "endivie"} {
			update(t, s, func(tx desk.Tx) error {
				id, err := tx.InsertTicket(testTicket("a"))
				if err == nil {
					_, err = tx.AddEntry(desk.Entry{Ticket: id, Kind: desk.EntryMessage, Text: "short", Full: full, At: noon})
				}
				return err
			})
		}
		view(t, s, func(r desk.Reader) error {
			for word, want := range map[string][]desk.TicketID{"begonia": {1}, "endivie": {3}} {
				if got, err := r.Search(word, 10); err != nil || !slices.Equal(ticketIDs(got), want) {
					t.Errorf("Search(%s) = %v, %v; want %v", word, ticketIDs(got), err, want)
				}
			}
			return nil
		})
	})
}
