package store

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/ticket"
)

func TestCorrespondence(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		m, raw := testMail("a")
		var opened ticket.ID
		entries := []ticket.Entry{
			{Kind: ticket.EntryMessage, Author: "ana@example.net", Name: "Ana", Subject: "s", Text: "new", Full: "new and old", At: noon},
			{Kind: ticket.EntryNote, Author: "bob@example.org", Text: "a note", At: noon},
		}
		events := []ticket.Event{{At: noon, Actor: "desk", Kind: ticket.EventCreated, To: "network", Number: 2, Reason: "VPN"}, {At: noon, Actor: "bob", Kind: ticket.EventStatus, From: "new", To: "open"}}
		update(t, s, func(tx ticket.Tx) (err error) {
			if m.ID, _, err = appendMail(s, m, raw); err != nil {
				return err
			}
			if opened, err = tx.InsertTicket(testTicket("s")); err != nil {
				return err
			}
			entries[0].Mail, events[0].Mail = m.ID, m.ID
			for i := range entries {
				entries[i].Ticket, events[i].Ticket = opened, opened
				if entries[i].ID, err = tx.AddEntry(entries[i]); err != nil {
					return err
				}
				if events[i].ID, err = tx.AddEvent(events[i]); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Correspondence(opened)
			equal(t, "Correspondence", got, entries)
			if err != nil {
				return err
			}
			gotEvents, err := r.Events(opened)
			equal(t, "Events", gotEvents, events)
			return err
		})
	})
}

// TestEventsOfAll reads the events of several tickets, ticket by ticket.
func TestEventsOfAll(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		var want []ticket.Event // of tickets 2 and 3
		update(t, s, func(tx ticket.Tx) error {
			for range 4 {
				if _, err := tx.InsertTicket(testTicket("s")); err != nil {
					return err
				}
			}
			for _, e := range []ticket.Event{
				{Ticket: 3, Kind: ticket.EventCreated}, {Ticket: 2, Kind: ticket.EventCreated}, {Ticket: 1, Kind: ticket.EventStatus}, {Ticket: 4, Kind: ticket.EventStatus},
				{Ticket: 2, Kind: ticket.EventStatus}, {Ticket: 2, Kind: ticket.EventThanked}, {Ticket: 3, Kind: ticket.EventStatus},
			} {
				e.At = noon
				if _, err := tx.AddEvent(e); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			for _, id := range []ticket.ID{2, 3} {
				events, err := r.Events(id, ticket.EventCreated, ticket.EventStatus)
				if err != nil {
					return err
				}
				want = append(want, events...)
			}
			got, err := r.EventsOfAll([]ticket.ID{2, 3}, ticket.EventCreated, ticket.EventStatus)
			equal(t, "EventsOfAll", got, want)
			if len(got) != 4 {
				t.Errorf("%d events, want 4", len(got))
			}
			return err
		})
	})
}

func TestParticipantIsAddedOnce(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			opened, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			var got [3]ticket.Participant
			for i, p := range []ticket.Participant{
				{Address: "Ana@example.net", Name: "Ana", Role: ticket.RoleRequester},
				{Address: "ana@EXAMPLE.net", Role: ticket.RoleRequester},
				{Address: "ana@example.net", Role: ticket.RoleAgent},
			} {
				p.Ticket = opened
				if got[i], err = tx.AddParticipant(p); err != nil {
					return err
				}
			}
			equal(t, "AddParticipant again", got[1], got[0])
			equal(t, "first", got[0], ticket.Participant{ID: got[0].ID, Ticket: opened, Address: "Ana@example.net", Name: "Ana", Role: ticket.RoleRequester})
			if got[2].ID == got[0].ID {
				t.Errorf("another role has the same participant %d", got[2].ID)
			}
			all, err := tx.Participants(opened)
			equal(t, "Participants", all, []ticket.Participant{got[0], got[2]})
			if err != nil {
				return err
			}
			one, err := tx.Participant(got[2].ID)
			equal(t, "Participant", one, got[2])
			return err
		})
	})
}

func TestMessageRefs(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		m, raw := testMail("a")
		update(t, s, func(tx ticket.Tx) error {
			opened, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			p, err := tx.AddParticipant(ticket.Participant{Ticket: opened, Address: "a@example.net", Role: ticket.RoleRequester})
			if err != nil {
				return err
			}
			id, _, err := appendMail(s, m, raw)
			if err != nil {
				return err
			}
			refs := []ticket.MessageRef{
				{MessageID: "<x@example.org>", Ticket: opened, Participant: p.ID, Own: true},
				{MessageID: "<x@example.org>", Ticket: opened, Mail: id},
			}
			for range 2 { // the same twice is no error
				for _, ref := range refs {
					if err := tx.AddMessageRef(ref); err != nil {
						return err
					}
				}
			}
			got, err := tx.FindMessageID("<x@example.org>")
			equal(t, "FindMessageID", got, refs)
			if err != nil {
				return err
			}
			got, err = tx.FindMessageID("<X@example.org>")
			equal(t, "FindMessageID in another case", len(got), 0)
			return err
		})
	})
}

// TestLongCorrespondence: of a ticket with very much text the latest entries are
// read whole, and of older ones the beginning.
func TestLongCorrespondence(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		opened, _ := twoTickets(t, s)
		long := strings.Repeat("é", 1<<20)
		update(t, s, func(tx ticket.Tx) error {
			for range 20 {
				if _, err := tx.AddEntry(ticket.Entry{Ticket: opened, Kind: ticket.EntryMessage, Text: "short", Full: long, At: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			entries, err := r.Correspondence(opened)
			size := 0
			for i, e := range entries {
				size += len(e.Full)
				if e.Text != "short" || i > 0 && e.ID <= entries[i-1].ID || !utf8.ValidString(e.Full) {
					t.Errorf("entry %d is %q with %d bytes, want them in order and short texts as they are", e.ID, e.Text, len(e.Full))
				}
			}
			if last := entries[len(entries)-1].Full; len(entries) != 20 || size > 16<<20+20*(4<<10+8) || last != long {
				t.Errorf("%d entries with %d bytes, the last with %d; want all, bounded, the last one whole", len(entries), size, len(last))
			}
			return err
		})
	})
}

// TestEventsAfter reads the events of all tickets by their numbers.
func TestEventsAfter(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		var ids []int64
		update(t, s, func(tx ticket.Tx) error {
			for range 3 {
				id, err := tx.InsertTicket(testTicket("x"))
				if err != nil {
					return err
				}
				for _, kind := range []ticket.EventKind{ticket.EventCreated, ticket.EventCategory, ticket.EventStatus} {
					n, err := tx.AddEvent(ticket.Event{Ticket: id, At: noon, Kind: kind, Actor: "alice"})
					if err != nil {
						return err
					}
					ids = append(ids, n)
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			for _, tt := range []struct {
				after int64
				limit int
				kinds []ticket.EventKind
				want  []int64
			}{
				{0, 100, nil, ids},
				{ids[2], 2, nil, ids[3:5]},
				{ids[0], 3, []ticket.EventKind{ticket.EventCategory, ticket.EventStatus}, []int64{ids[1], ids[2], ids[4]}},
				{ids[8], 1, nil, nil},
			} {
				events, err := r.EventsAfter(tt.after, tt.limit, tt.kinds...)
				if err != nil {
					return err
				}
				var got []int64
				for _, e := range events {
					got = append(got, e.ID)
				}
				equal(t, "EventsAfter", got, tt.want)
			}
			return nil
		})
	})
}
