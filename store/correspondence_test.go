package store

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/desk"
)

func TestCorrespondence(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		m, raw := testMail("a")
		var ticket desk.TicketID
		entries := []desk.Entry{
			{Kind: desk.EntryMessage, Author: "ana@example.net", Name: "Ana", Subject: "s", Text: "new", Full: "new and old", At: noon},
			{Kind: desk.EntryNote, Author: "bob@example.org", Text: "a note", At: noon},
		}
		events := []desk.Event{{At: noon, Actor: "desk", What: "created", Detail: "VPN"}, {At: noon, Actor: "bob", What: "status", Detail: "new → open"}}
		update(t, s, func(tx desk.Tx) (err error) {
			if m.ID, _, err = tx.AppendMail(m, raw); err != nil {
				return err
			}
			if ticket, err = tx.InsertTicket(testTicket("s")); err != nil {
				return err
			}
			entries[0].Mail, events[0].Mail = m.ID, m.ID
			for i := range entries {
				entries[i].Ticket, events[i].Ticket = ticket, ticket
				if entries[i].ID, err = tx.AddEntry(entries[i]); err != nil {
					return err
				}
				if events[i].ID, err = tx.AddEvent(events[i]); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r desk.Reader) error {
			got, err := r.Correspondence(ticket)
			equal(t, "Correspondence", got, entries)
			if err != nil {
				return err
			}
			gotEvents, err := r.Events(ticket)
			equal(t, "Events", gotEvents, events)
			return err
		})
	})
}

func TestParticipantIsAddedOnce(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		update(t, s, func(tx desk.Tx) error {
			ticket, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			var got [3]desk.Participant
			for i, p := range []desk.Participant{
				{Address: "Ana@example.net", Name: "Ana", Role: desk.RoleRequester},
				{Address: "ana@EXAMPLE.net", Role: desk.RoleRequester},
				{Address: "ana@example.net", Role: desk.RoleAgent},
			} {
				p.Ticket = ticket
				if got[i], err = tx.AddParticipant(p); err != nil {
					return err
				}
			}
			equal(t, "AddParticipant again", got[1], got[0])
			equal(t, "first", got[0], desk.Participant{ID: got[0].ID, Ticket: ticket, Address: "Ana@example.net", Name: "Ana", Role: desk.RoleRequester})
			if got[2].ID == got[0].ID {
				t.Errorf("another role has the same participant %d", got[2].ID)
			}
			all, err := tx.Participants(ticket)
			equal(t, "Participants", all, []desk.Participant{got[0], got[2]})
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
	every(t, func(t *testing.T, s desk.Store) {
		m, raw := testMail("a")
		update(t, s, func(tx desk.Tx) error {
			ticket, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			p, err := tx.AddParticipant(desk.Participant{Ticket: ticket, Address: "a@example.net", Role: desk.RoleRequester})
			if err != nil {
				return err
			}
			id, _, err := tx.AppendMail(m, raw)
			if err != nil {
				return err
			}
			refs := []desk.MessageRef{
				{MessageID: "<x@example.org>", Ticket: ticket, Participant: p.ID, Own: true},
				{MessageID: "<x@example.org>", Ticket: ticket, Mail: id},
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
	every(t, func(t *testing.T, s desk.Store) {
		ticket, _ := twoTickets(t, s)
		long := strings.Repeat("é", 1<<20)
		update(t, s, func(tx desk.Tx) error {
			for range 20 {
				if _, err := tx.AddEntry(desk.Entry{Ticket: ticket, Kind: desk.EntryMessage, Text: "short", Full: long, At: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r desk.Reader) error {
			entries, err := r.Correspondence(ticket)
			size := 0
			for i, e := range entries {
				size += len(e.Full)
				if e.Text != "short" || i > 0 && e.ID <= entries[i-1].ID || !utf8.ValidString(e.Full) {
					t.Errorf("entry %d is %q with %d bytes, want them in order and short texts as they are", e.ID, e.Text, len(e.Full))
				}
			}
			if last := entries[len(entries)-1].Full; len(entries) != 20 || size > maxTexts+20*(shortText+8) || last != long {
				t.Errorf("%d entries with %d bytes, the last with %d; want all, bounded, the last one whole", len(entries), size, len(last))
			}
			return err
		})
	})
}
