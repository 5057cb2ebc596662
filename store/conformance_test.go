package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"maildesk/ticket"
)

// The tests of this package run on every engine: those that begin with every(…) know only
// [ticket.Store], those with both(…) the store of a daemon, those with sites(…) open it themselves.
// The others, and why they run on one engine, are in oneEngine.

// engines are the databases that tests run on, and where each lies.
var engines = map[string]func(*testing.T) site{
	"sqlite":     func(t *testing.T) site { return site{folder: t.TempDir()} },
	"postgresql": func(t *testing.T) site { return site{t.TempDir(), newDatabase(t)} },
}

// site is where a desk has its data: a folder, and, on a server, a database.
type site struct{ folder, database string }

// options adds the database of a site to options.
func (s site) options(o Options) Options {
	o.Database = s.database
	return o
}

// open opens the store of a site until the test ends.
func (s site) open(t *testing.T, o Options) *DB {
	t.Helper()
	return openFolder(t, s.folder, s.options(o))
}

// sites runs a test on every engine, where there is no desk yet, beside other tests.
func sites(t *testing.T, test func(*testing.T, site)) {
	t.Parallel()
	for name, site := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, site(t))
		})
	}
}

// both runs a test on every engine, in the store of a daemon that has just been made.
func both(t *testing.T, test func(*testing.T, *DB)) {
	sites(t, func(t *testing.T, s site) { test(t, s.open(t, Options{Exclusive: true, Played: true})) })
}

// every runs a test on every engine.
func every(t *testing.T, test func(*testing.T, ticket.Store)) {
	both(t, func(t *testing.T, db *DB) { test(t, db) })
}

// either returns what a test needs on the engine of a store.
func either[T any](db *DB, sqlite, postgresql T) T {
	if db.server == nil {
		return sqlite
	}
	return postgresql
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

func update(t *testing.T, s ticket.Store, fn func(ticket.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("Update = %v", err)
	}
}

func view(t *testing.T, s ticket.Store, fn func(ticket.Reader) error) {
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

// testMail returns a mail of the journal and its bytes; name makes it distinct.
func testMail(name string) (ticket.Mail, []byte) {
	raw := []byte("Message-ID: <" + name + "@example.net>\r\n\r\nhello\r\n")
	return ticket.Mail{
		Envelope:    ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}, Client: "192.0.2.1"},
		ReceivedAt:  noon,
		Size:        int64(len(raw)),
		SHA256:      sha256.Sum256(raw),
		Fingerprint: sha256.Sum256([]byte("fingerprint" + name)),
		MessageID:   "<" + name + "@example.net>",
		Disposition: ticket.DispositionPending,
	}, raw
}

func testTicket(subject string) ticket.Ticket {
	return ticket.Ticket{Subject: subject, Requester: "Ana@example.net", Status: ticket.StatusNew, Queue: "first-line", Level: 1, CreatedAt: noon, UpdatedAt: noon}
}

func TestNotFound(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		for call, fn := range map[string]func(ticket.Reader) error{
			"Mail":        func(r ticket.Reader) error { _, err := r.Mail(1); return err },
			"Raw":         func(r ticket.Reader) error { _, err := r.Raw(1); return err },
			"Ticket":      func(r ticket.Reader) error { _, err := r.Ticket(1); return err },
			"Participant": func(r ticket.Reader) error { _, err := r.Participant(1); return err },
			"OutboxMail":  func(r ticket.Reader) error { _, err := r.OutboxMail(1); return err },
		} {
			if err := s.View(t.Context(), fn); !errors.Is(err, ticket.ErrNotFound) {
				t.Errorf("%s(1) = %v, want ErrNotFound", call, err)
			}
		}
	})
}

func TestTextIsCleaned(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		dirty := testTicket("a\x00b\xffc")
		dirty.Tags = []string{"x\xff"}
		update(t, s, func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(dirty)
			if err != nil {
				return err
			}
			got, err := tx.Ticket(id)
			equal(t, "Subject", got.Subject, "a\uFFFDb\uFFFDc")
			equal(t, "Tags", got.Tags, []string{"x\uFFFD"})
			return err
		})
		view(t, s, func(r ticket.Reader) error {
			_, err := found(r, "a\x00b \xff")
			return err
		})
	})
}

func TestClosedSetsAreRefused(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		m, raw := testMail("kept")
		kept, _, err := appendMail(s, m, raw)
		if err != nil {
			t.Fatal(err)
		}
		for name, fn := range map[string]func(ticket.Tx) error{
			"source": func(tx ticket.Tx) error {
				m, raw := testMail("a")
				m.Envelope.Source = "fax"
				_, _, err := appendMail(s, m, raw)
				return err
			},
			"status": func(tx ticket.Tx) error { _, err := tx.InsertTicket(ticket.Ticket{Status: "odd"}); return err },
			"no ticket": func(tx ticket.Tx) error {
				_, err := tx.AddEntry(ticket.Entry{Ticket: 99, Kind: ticket.EntryNote})
				return err
			},
			"disposition": func(tx ticket.Tx) error { return tx.Dispose(kept, "lost", "", 0, noon) },
			"priority":    func(tx ticket.Tx) error { _, err := tx.AddOutbox(ticket.OutboxMail{Priority: 3}); return err },
		} {
			if err := s.Update(t.Context(), fn); err == nil {
				t.Errorf("%s: Update = nil, want an error", name)
			}
		}
		view(t, s, func(r ticket.Reader) error {
			y, err := r.Tally()
			equal(t, "Tally: accepted", y.Accepted, int64(1))
			equal(t, "Tally: pending", y.Dispositions[ticket.DispositionPending], int64(1))
			return err
		})
	})
}

func TestViewIsASnapshot(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		view(t, s, func(r ticket.Reader) error {
			if _, err := r.Tally(); err != nil { // the snapshot begins
				return err
			}
			update(t, s, func(tx ticket.Tx) error { _, err := tx.InsertTicket(testTicket("s")); return err })
			tickets, err := r.Tickets(ticket.Filter{})
			equal(t, "Tickets within the older snapshot", len(tickets), 0)
			return err
		})
	})
}

func TestBytesOfOutgoingMail(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		body := bytes.Repeat([]byte("x\x00\r\n"), 10000)
		update(t, s, func(tx ticket.Tx) error {
			id, err := tx.AddOutbox(ticket.OutboxMail{Template: "reply", Recipient: "a@example.net", Bytes: body, CreatedAt: noon})
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

// TestLatest reads the ends of what grows: the last entries of a ticket and the
// last mails to a reader.
func TestLatest(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			opened, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			p, err := tx.AddParticipant(ticket.Participant{Ticket: opened, Address: "a@example.net", Role: ticket.RoleRequester})
			if err != nil {
				return err
			}
			for i := range 5 {
				name := fmt.Sprint(i)
				if _, err := tx.AddEntry(ticket.Entry{Ticket: opened, Kind: ticket.EntryMessage, Author: "a@example.net", Text: name, At: noon}); err != nil {
					return err
				}
				if _, err := tx.AddOutbox(ticket.OutboxMail{Ticket: opened, Participant: p.ID, CauseEvent: int64(i), Template: "reply", Recipient: "a@example.net", Bytes: []byte(name), CreatedAt: noon}); err != nil {
					return err
				}
			}
			entries, err := tx.LatestEntries(opened, 2)
			if err != nil {
				return err
			}
			sent, err := tx.LatestSent(p.ID, 3)
			if err != nil {
				return err
			}
			if len(entries) != 2 || entries[0].Text != "4" || entries[1].Text != "3" {
				t.Errorf("LatestEntries = %+v, want 4 and 3", entries)
			}
			equal(t, "LatestSent", sent, [][]byte{[]byte("4"), []byte("3"), []byte("2")})
			return nil
		})
	})
}
