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

// The tests that begin with every(…) know only [desk.Store]: each engine must
// pass them.

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
