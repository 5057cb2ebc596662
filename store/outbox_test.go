package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
)

// outgoing returns the outbox of two tickets; a letter tells the recipient.
func addOutgoing(t *testing.T, s ticket.Store, mails ...ticket.OutboxMail) []ticket.OutboxID {
	t.Helper()
	ids := make([]ticket.OutboxID, len(mails))
	update(t, s, func(tx ticket.Tx) (err error) {
		for i, m := range mails {
			if m.CreatedAt.IsZero() {
				m.CreatedAt = noon
			}
			m.CauseEvent = int64(i)
			m.Bytes = []byte("Subject: x\r\n\r\n")
			if ids[i], err = tx.AddOutbox(m); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

func claim(t *testing.T, s ticket.Store, now, until time.Time, limit int) []ticket.OutboxID {
	t.Helper()
	mails, err := s.Claim(t.Context(), "sender", now, until, limit)
	if err != nil {
		t.Fatal(err)
	}
	var ids []ticket.OutboxID
	for _, m := range mails {
		ids = append(ids, m.ID)
		if m.State != ticket.OutboxClaimed || m.LeaseOwner != "sender" || !m.LeaseUntil.Equal(until) || len(m.Bytes) == 0 {
			t.Errorf("Claim: %+v: want it claimed until %v, with bytes", m, until)
		}
		view(t, s, func(r ticket.Reader) error {
			kept, err := r.OutboxMail(m.ID)
			if err != nil || kept.LeaseOwner != "sender" || !kept.LeaseUntil.Equal(until) {
				t.Errorf("OutboxMail after the claim = %+v, %v: want the lease", kept, err)
			}
			return nil
		})
	}
	return ids
}

func attempted(t *testing.T, s ticket.Store, a ticket.Attempt) (m ticket.OutboxMail) {
	t.Helper()
	update(t, s, func(tx ticket.Tx) (err error) {
		m, err = tx.Attempted(a)
		return err
	})
	return m
}

func twoTickets(t *testing.T, s ticket.Store) (a, b ticket.ID) {
	t.Helper()
	update(t, s, func(tx ticket.Tx) (err error) {
		if a, err = tx.InsertTicket(testTicket("a")); err == nil {
			b, err = tx.InsertTicket(testTicket("b"))
		}
		return err
	})
	return a, b
}

func TestOutboxRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		opened, _ := twoTickets(t, s)
		m := ticket.OutboxMail{Ticket: opened, CauseEvent: 7, Template: "reply", Language: "fr", Recipient: "Ana@example.net", ReversePath: "bounce@example.org", Automatic: true,
			MessageID: "<1@example.org>", Bytes: []byte("x"), Priority: 1, State: ticket.OutboxReady, NextAt: noon.Add(time.Minute), CreatedAt: noon}
		update(t, s, func(tx ticket.Tx) error {
			p, err := tx.AddParticipant(ticket.Participant{Ticket: opened, Address: "Ana@example.net", Role: ticket.RoleRequester})
			if err != nil {
				return err
			}
			mail, raw := testMail("a")
			m.Participant = p.ID
			if m.Cause, _, err = appendMail(s, mail, raw); err != nil {
				return err
			}
			m.ID, err = tx.AddOutbox(m)
			return err
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.OutboxMail(m.ID)
			m.Size, m.SHA256 = 1, sha256.Sum256([]byte("x"))
			equal(t, "OutboxMail", got, m)
			return err
		})
	})
}

func TestOutboxMailIsKeptOnce(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		a, b := twoTickets(t, s)
		m := ticket.OutboxMail{Ticket: a, Template: "reply", Recipient: "ana@example.net", CauseEvent: 1}
		for _, tt := range []struct {
			name   string
			change func(*ticket.OutboxMail)
			kept   bool
		}{
			{"first", func(*ticket.OutboxMail) {}, true},
			{"again", func(*ticket.OutboxMail) {}, false},
			{"again, in another case", func(m *ticket.OutboxMail) { m.Recipient = "Ana@Example.net" }, false},
			{"another recipient", func(m *ticket.OutboxMail) { m.Recipient = "ben@example.net" }, true},
			{"another template", func(m *ticket.OutboxMail) { m.Template = "closing" }, true},
			{"another event", func(m *ticket.OutboxMail) { m.CauseEvent = 2 }, true},
			{"another ticket", func(m *ticket.OutboxMail) { m.Ticket = b }, true},
			{"no ticket", func(m *ticket.OutboxMail) { m.Ticket = 0 }, true},
			{"no ticket, again", func(m *ticket.OutboxMail) { m.Ticket = 0 }, false},
		} {
			update(t, s, func(tx ticket.Tx) error {
				c := m
				tt.change(&c)
				id, err := tx.AddOutbox(c)
				if (id != 0) != tt.kept {
					t.Errorf("%s: AddOutbox = %d, want kept: %t", tt.name, id, tt.kept)
				}
				return err
			})
		}
	})
}

func TestClaimOrder(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		a, b := twoTickets(t, s)
		ids := addOutgoing(t, s,
			ticket.OutboxMail{Ticket: a, Recipient: "bulk@example.net", Priority: 2},
			ticket.OutboxMail{Ticket: a, Recipient: "ana@example.net", Priority: 1},
			ticket.OutboxMail{Ticket: a, Recipient: "ANA@example.net", Priority: 0}, // waits for the one before
			ticket.OutboxMail{Ticket: b, Recipient: "ana@example.net", Priority: 0},
			ticket.OutboxMail{Ticket: b, Recipient: "later@example.net", NextAt: noon.Add(time.Hour)},
			ticket.OutboxMail{Recipient: "eve@example.net"}, // of no ticket: nothing to wait for
			ticket.OutboxMail{Recipient: "eve@example.net"},
		)
		until := noon.Add(5 * time.Minute)
		equal(t, "Claim too early", claim(t, s, noon.Add(-time.Second), until, 10), []ticket.OutboxID(nil))
		equal(t, "Claim limit 2", claim(t, s, noon, until, 2), []ticket.OutboxID{ids[3], ids[5]})
		equal(t, "Claim the rest", claim(t, s, noon, until, 10), []ticket.OutboxID{ids[6], ids[1], ids[0]})
		equal(t, "Claim again", claim(t, s, noon, until, 10), []ticket.OutboxID(nil))

		attempted(t, s, ticket.Attempt{Outbox: ids[1], At: noon, State: ticket.OutboxSent})
		equal(t, "Claim once the older is done", claim(t, s, noon, until, 10), []ticket.OutboxID{ids[2]})

		equal(t, "Claim when the leases end", claim(t, s, until, until.Add(time.Minute), 3), []ticket.OutboxID{ids[2], ids[3], ids[5]})
	})
}

func TestClaimTakesTheLongestDueFirst(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		ids := addOutgoing(t, s,
			ticket.OutboxMail{Recipient: "a@example.net", NextAt: noon.Add(2 * time.Second)},
			ticket.OutboxMail{Recipient: "b@example.net", NextAt: noon},
			ticket.OutboxMail{Recipient: "c@example.net", NextAt: noon.Add(time.Second)},
		)
		equal(t, "Claim", claim(t, s, noon.Add(time.Minute), noon.Add(time.Hour), 10), []ticket.OutboxID{ids[1], ids[2], ids[0]})
	})
}

func TestNextOutboxAt(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		next := func(want time.Time) {
			t.Helper()
			view(t, s, func(r ticket.Reader) error {
				got, err := r.NextOutboxAt()
				if !got.Equal(want) {
					t.Errorf("NextOutboxAt = %v, want %v", got, want)
				}
				return err
			})
		}
		next(time.Time{})
		a, _ := twoTickets(t, s)
		ids := addOutgoing(t, s,
			ticket.OutboxMail{Ticket: a, Recipient: "ana@example.net", NextAt: noon.Add(time.Hour)},
			ticket.OutboxMail{Ticket: a, Recipient: "ana@example.net", NextAt: noon}, // waits for the first: does not count
			ticket.OutboxMail{Ticket: a, Recipient: "ben@example.net", NextAt: noon.Add(2 * time.Hour), Priority: 2},
		)
		next(noon.Add(time.Hour))
		claim(t, s, noon.Add(time.Hour), noon.Add(90*time.Minute), 1)
		next(noon.Add(90 * time.Minute)) // the end of the lease
		attempted(t, s, ticket.Attempt{Outbox: ids[0], At: noon, State: ticket.OutboxFailed})
		next(noon)
		for _, id := range ids[1:] {
			attempted(t, s, ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxSent})
		}
		next(time.Time{})
	})
}

func TestAttempts(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		a, _ := twoTickets(t, s)
		id := addOutgoing(t, s, ticket.OutboxMail{Ticket: a, Recipient: "ana@example.net"})[0]
		claim(t, s, noon, noon.Add(time.Minute), 1)
		attempts := []ticket.Attempt{
			{Outbox: id, At: noon, State: ticket.OutboxReady, NextAt: noon.Add(time.Hour), Host: "127.0.0.1:25", Code: 451, Text: "try later"},
			{Outbox: id, At: noon.Add(time.Hour), State: ticket.OutboxSent, Host: "127.0.0.1:25", Code: 250, Text: "ok: queued"},
			{Outbox: id, At: noon.Add(2 * time.Hour), State: ticket.OutboxFailed, Host: "127.0.0.1:25", Code: 550, Text: "no"},
		}
		m := attempted(t, s, attempts[0])
		if m.State != ticket.OutboxReady || m.Attempts != 1 || !m.NextAt.Equal(noon.Add(time.Hour)) || m.LeaseOwner != "" || m.LastCode != 451 || m.LastText != "try later" || m.Bytes != nil {
			t.Errorf("Attempted(%+v) = %+v", attempts[0], m)
		}
		m = attempted(t, s, attempts[1])
		if m.State != ticket.OutboxSent || m.Attempts != 2 || !m.DoneAt.Equal(noon.Add(time.Hour)) || m.LastCode != 250 {
			t.Errorf("Attempted(%+v) = %+v", attempts[1], m)
		}
		equal(t, "Attempted when it is done", attempted(t, s, attempts[2]), m)
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Attempts(id)
			equal(t, "Attempts", got, attempts)
			return err
		})
		if err := s.Update(t.Context(), func(tx ticket.Tx) error {
			_, err := tx.Attempted(ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxCancelled})
			return err
		}); err == nil {
			t.Errorf("Attempted with state cancelled = nil, want an error")
		}
	})
}

func TestSetOutboxState(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		id := addOutgoing(t, s, ticket.OutboxMail{Recipient: "ana@example.net"})[0]
		attempted(t, s, ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxFailed})
		update(t, s, func(tx ticket.Tx) error { return tx.SetOutboxState(id, ticket.OutboxReady, noon.Add(time.Hour)) })
		equal(t, "Claim after ready", claim(t, s, noon.Add(time.Hour), noon.Add(2*time.Hour), 1), []ticket.OutboxID{id})
		update(t, s, func(tx ticket.Tx) error { return tx.SetOutboxState(id, ticket.OutboxCancelled, noon) })
		view(t, s, func(r ticket.Reader) error {
			m, err := r.OutboxMail(id)
			if m.State != ticket.OutboxCancelled || m.LeaseOwner != "" || !m.DoneAt.Equal(noon) {
				t.Errorf("OutboxMail after cancelled = %+v", m)
			}
			return err
		})
		if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.SetOutboxState(99, ticket.OutboxReady, noon) }); !errors.Is(err, ticket.ErrNotFound) {
			t.Errorf("SetOutboxState of none = %v, want ErrNotFound", err)
		}
		if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.SetOutboxState(id, ticket.OutboxClaimed, noon) }); err == nil {
			t.Errorf("SetOutboxState(claimed) = nil, want an error")
		}
	})
}

func TestOutboxOfAndCount(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		a, b := twoTickets(t, s)
		ids := addOutgoing(t, s,
			ticket.OutboxMail{Ticket: a, Template: "acknowledgement", Automatic: true, Recipient: "Ana@example.net"},
			ticket.OutboxMail{Ticket: b, Template: "acknowledgement", Automatic: true, Recipient: "ana@example.net", CreatedAt: noon.Add(time.Hour)},
			ticket.OutboxMail{Ticket: a, Template: "reply", Recipient: "ana@example.net"},
		)
		attempted(t, s, ticket.Attempt{Outbox: ids[0], At: noon, State: ticket.OutboxSent})
		for _, tt := range []struct {
			ticket ticket.ID
			states []ticket.OutboxState
			want   []ticket.OutboxID
		}{
			{0, nil, ids},
			{a, nil, []ticket.OutboxID{ids[0], ids[2]}},
			{a, []ticket.OutboxState{ticket.OutboxSent}, []ticket.OutboxID{ids[0]}},
			{0, []ticket.OutboxState{ticket.OutboxReady, ticket.OutboxFailed}, ids[1:]},
		} {
			view(t, s, func(r ticket.Reader) error {
				mails, err := r.OutboxOf(tt.ticket, tt.states...)
				var got []ticket.OutboxID
				for _, m := range mails {
					got = append(got, m.ID)
					if m.Bytes != nil {
						t.Errorf("OutboxOf returns bytes of %d", m.ID)
					}
				}
				equal(t, "OutboxOf", got, tt.want)
				return err
			})
		}
	})
}

func TestClaimIsBoundedInBytes(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		big := make([]byte, 17<<20)
		now := time.Now()
		err := db.Update(t.Context(), func(tx ticket.Tx) error {
			for i := range 3 {
				m := ticket.OutboxMail{Template: "reply", CauseEvent: int64(i), Recipient: fmt.Sprintf("u%d@example.net", i), MessageID: fmt.Sprintf("<%d@example.org>", i), Bytes: big, CreatedAt: now}
				if _, err := tx.AddOutbox(m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		claimed, err := db.Claim(t.Context(), "test", now, now.Add(time.Minute), 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(claimed) != 2 {
			t.Errorf("%d mails of 17 MiB were claimed at once, want 2", len(claimed))
		}
	})
}
