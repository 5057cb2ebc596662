package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"testing"
	"time"

	"maildesk/desk"
)

// The tests of this file know only [desk.Store]: every engine must pass them.

// engines are the stores that the conformance tests run on.
var engines = map[string]func(*testing.T) desk.Store{
	"sqlite": func(t *testing.T) desk.Store { return openTest(t) },
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

// every runs a test on every engine.
func every(t *testing.T, test func(*testing.T, desk.Store)) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func update(t *testing.T, s desk.Store, fn func(desk.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("Update = %v", err)
	}
}

func view(t *testing.T, s desk.Store, fn func(desk.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatalf("View = %v", err)
	}
}

func equal(t *testing.T, call string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %+v\nwant %+v", call, got, want)
	}
}

// testMail gives a mail of the journal and its bytes; name makes it distinct.
func testMail(name string) (desk.Mail, []byte) {
	raw := []byte("Message-ID: <" + name + "@example.net>\r\n\r\nhello\r\n")
	return desk.Mail{
		Envelope:    desk.Envelope{Source: desk.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}, Client: "192.0.2.1"},
		ReceivedAt:  noon,
		Size:        int64(len(raw)),
		SHA256:      sha256.Sum256(raw),
		Fingerprint: sha256.Sum256([]byte("fingerprint" + name)),
		MessageID:   "<" + name + "@example.net>",
		Disposition: desk.DispositionPending,
	}, raw
}

func testTicket(subject string) desk.Ticket {
	return desk.Ticket{Subject: subject, Requester: "Ana@example.net", Status: desk.StatusNew, Queue: "first-line", Level: 1, CreatedAt: noon, UpdatedAt: noon}
}

func TestMailRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		m, raw := testMail("a")
		raw = append(raw, 0, 0xff, '\n') // raw bytes are kept to the byte
		m.Size = int64(len(raw))
		m.Envelope = desk.Envelope{Source: desk.SourcePipe, Unknown: true, ForwardPaths: []string{"a@example.org", "b,\"c\"@example.org"},
			Client: "2001:db8::1", Helo: "mx.example.net", TLS: true, AuthUser: "bob"}
		m.Trusted, m.Attempts = true, 2
		update(t, s, func(tx desk.Tx) (err error) {
			var first desk.MailID
			m.ID, first, err = tx.AppendMail(m, raw)
			equal(t, "AppendMail: first", first, desk.MailID(0))
			return err
		})
		view(t, s, func(r desk.Reader) error {
			got, err := r.Mail(m.ID)
			equal(t, "Mail", got, m)
			if err != nil {
				return err
			}
			bytes, err := r.Raw(m.ID)
			equal(t, "Raw", bytes, raw)
			return err
		})
	})
}

func TestMailIsDisposedOnce(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		var ids [3]desk.MailID
		for i, name := range []string{"a", "b", "c"} {
			update(t, s, func(tx desk.Tx) (err error) {
				m, raw := testMail(name)
				ids[i], _, err = tx.AppendMail(m, raw)
				return err
			})
		}
		update(t, s, func(tx desk.Tx) error {
			n, err := tx.BeginAttempt(ids[1])
			equal(t, "BeginAttempt", n, 1)
			return err
		})
		update(t, s, func(tx desk.Tx) error { return tx.Dispose(ids[1], desk.DispositionMachine, "auto-reply", 0, noon) })
		err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.Dispose(ids[1], desk.DispositionNew, "", 0, noon) })
		if err == nil {
			t.Errorf("second Dispose = nil, want an error")
		}
		if err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.Dispose(99, desk.DispositionNew, "", 0, noon) }); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("Dispose of no mail = %v, want ErrNotFound", err)
		}
		view(t, s, func(r desk.Reader) error {
			m, err := r.Mail(ids[1])
			if m.Disposition != desk.DispositionMachine || m.Reason != "auto-reply" || m.Attempts != 1 || !m.HandledAt.Equal(noon) {
				t.Errorf("Mail = %+v, %v: want the first disposition", m, err)
			}
			pending, err := r.Pending(0, 10)
			equal(t, "Pending", mailIDs(pending), []desk.MailID{ids[0], ids[2]})
			if err != nil {
				return err
			}
			pending, err = r.Pending(ids[0], 1)
			equal(t, "Pending after", mailIDs(pending), []desk.MailID{ids[2]})
			if err != nil {
				return err
			}
			all, err := r.Mails("", 0, 2)
			equal(t, "Mails", mailIDs(all), []desk.MailID{ids[0], ids[1]})
			return err
		})
	})
}

func mailIDs(mails []desk.Mail) []desk.MailID {
	var ids []desk.MailID
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestFingerprintIsRememberedThirtyDays(t *testing.T) {
	const day = 24 * time.Hour
	every(t, func(t *testing.T, s desk.Store) {
		var ids []desk.MailID
		for _, tt := range []struct {
			name  string
			after time.Duration
			first int // index into ids, -1: none
		}{
			{"first", 0, -1},
			{"at once", 0, 0},
			{"20 days later", 20 * day, 0},
			{"20 days after the copy", 40 * day, 0},
			{"30 days after the last copy", 70 * day, -1},
			{"copy of the new first", 71 * day, 4},
		} {
			update(t, s, func(tx desk.Tx) error {
				m, raw := testMail("a")
				m.ReceivedAt = noon.Add(tt.after)
				id, first, err := tx.AppendMail(m, raw)
				ids = append(ids, id)
				var want desk.MailID
				if tt.first >= 0 {
					want = ids[tt.first]
				}
				if first != want {
					t.Errorf("%s: AppendMail = mail %d, first %d; want first %d", tt.name, id, first, want)
				}
				return err
			})
		}
		view(t, s, func(r desk.Reader) error {
			d, err := r.DuplicatesOf(ids[0])
			equal(t, "DuplicatesOf", mailIDs(d), ids[1:4])
			return err
		})
	})
}

func TestTicketRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		ticket := desk.Ticket{
			Subject: "VPN “down”", Address: "support@example.org", Requester: "Ana@example.net", Name: "Ana", Status: desk.StatusResolved, Category: "network", Kind: "incident",
			Priority: "high", Queue: "network", Level: 2, Assignee: "bob", Language: "fr", Tags: []string{"a", "b"}, Rules: []string{"VPN"},
			CreatedAt: noon, UpdatedAt: noon.Add(1 * time.Hour), ResolvedAt: noon.Add(2 * time.Hour), InformedAt: noon.Add(3 * time.Hour),
			ClosedAt: noon.Add(4 * time.Hour), WakeAt: noon.Add(5 * time.Hour),
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
			{Status: desk.StatusOpen, Queue: "q2", Requester: "ben@example.net", Assignee: "bob", Category: "network"},
			{Status: desk.StatusPending, Queue: "q1", Requester: "ana@example.net", WakeAt: noon},
			{Status: desk.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon},
			{Status: desk.StatusResolved, Queue: "q1", Requester: "eve@example.net", ResolvedAt: noon.Add(time.Hour), InformedAt: noon.Add(time.Hour)},
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

func TestNotFound(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		for call, fn := range map[string]func(desk.Reader) error{
			"Mail":        func(r desk.Reader) error { _, err := r.Mail(1); return err },
			"Raw":         func(r desk.Reader) error { _, err := r.Raw(1); return err },
			"Ticket":      func(r desk.Reader) error { _, err := r.Ticket(1); return err },
			"Participant": func(r desk.Reader) error { _, err := r.Participant(1); return err },
			"OutboxMail":  func(r desk.Reader) error { _, err := r.OutboxMail(1); return err },
		} {
			if err := s.View(t.Context(), fn); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s(1) = %v, want ErrNotFound", call, err)
			}
		}
	})
}

func TestTextIsCleaned(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		dirty := testTicket("a\x00b\xffc")
		dirty.Tags = []string{"x\xff"}
		update(t, s, func(tx desk.Tx) error {
			id, err := tx.InsertTicket(dirty)
			if err != nil {
				return err
			}
			got, err := tx.Ticket(id)
			equal(t, "Subject", got.Subject, "a\uFFFDb\uFFFDc")
			equal(t, "Tags", got.Tags, []string{"x\uFFFD"})
			return err
		})
		view(t, s, func(r desk.Reader) error {
			_, err := r.Search("a\x00b \xff", 10)
			return err
		})
	})
}

func TestClosedSetsAreRefused(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		for name, fn := range map[string]func(desk.Tx) error{
			"source": func(tx desk.Tx) error {
				m, raw := testMail("a")
				m.Envelope.Source = "fax"
				_, _, err := tx.AppendMail(m, raw)
				return err
			},
			"status": func(tx desk.Tx) error { _, err := tx.InsertTicket(desk.Ticket{Status: "odd"}); return err },
			"no ticket": func(tx desk.Tx) error {
				_, err := tx.AddEntry(desk.Entry{Ticket: 99, Kind: desk.EntryNote})
				return err
			},
			"disposition": func(tx desk.Tx) error {
				m, raw := testMail("a")
				id, _, err := tx.AppendMail(m, raw)
				return errors.Join(err, tx.Dispose(id, "lost", "", 0, noon))
			},
			"priority": func(tx desk.Tx) error { _, err := tx.AddOutbox(desk.OutboxMail{Priority: 3}); return err },
		} {
			if err := s.Update(t.Context(), fn); err == nil {
				t.Errorf("%s: Update = nil, want an error", name)
			}
		}
		view(t, s, func(r desk.Reader) error {
			y, err := r.Tally()
			equal(t, "Tally: accepted", y.Accepted, int64(0))
			return err
		})
	})
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

func TestTally(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		update(t, s, func(tx desk.Tx) error {
			for i, name := range []string{"a", "b", "c"} {
				m, raw := testMail(name)
				id, _, err := tx.AppendMail(m, raw)
				if err != nil {
					return err
				}
				if i == 0 {
					if err := tx.Dispose(id, desk.DispositionSpam, "", 0, noon); err != nil {
						return err
					}
				}
			}
			id, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			if _, err := tx.AddEntry(desk.Entry{Ticket: id, Kind: desk.EntryNote}); err != nil {
				return err
			}
			_, err = tx.AddOutbox(desk.OutboxMail{Ticket: id, Recipient: "a@example.net"})
			return err
		})
		view(t, s, func(r desk.Reader) error {
			got, err := r.Tally()
			equal(t, "Tally", got, desk.Tally{
				Accepted:     3,
				Dispositions: map[desk.Disposition]int64{desk.DispositionPending: 2, desk.DispositionSpam: 1},
				Tickets:      map[desk.Status]int64{desk.StatusNew: 1},
				Outbox:       map[desk.OutboxState]int64{desk.OutboxReady: 1},
				Entries:      1,
			})
			return err
		})
	})
}

func TestViewIsASnapshot(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		view(t, s, func(r desk.Reader) error {
			if _, err := r.Tally(); err != nil { // the snapshot begins
				return err
			}
			update(t, s, func(tx desk.Tx) error { _, err := tx.InsertTicket(testTicket("s")); return err })
			tickets, err := r.Tickets(desk.Filter{})
			equal(t, "Tickets within the older snapshot", len(tickets), 0)
			return err
		})
	})
}

func TestBytesOfOutgoingMail(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		body := bytes.Repeat([]byte("x\x00\r\n"), 10000)
		update(t, s, func(tx desk.Tx) error {
			id, err := tx.AddOutbox(desk.OutboxMail{Template: "reply", Recipient: "a@example.net", Bytes: body, CreatedAt: noon})
			if err != nil {
				return err
			}
			m, err := tx.OutboxMail(id)
			if !bytes.Equal(m.Bytes, body) {
				t.Errorf("OutboxMail: %d bytes differ from the %d kept", len(m.Bytes), len(body))
			}
			return err
		})
	})
}
