package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"maildesk/desk"
)

// outgoing gives the outbox of two tickets; a letter tells the recipient.
func addOutgoing(t *testing.T, s desk.Store, mails ...desk.OutboxMail) []desk.OutboxID {
	t.Helper()
	ids := make([]desk.OutboxID, len(mails))
	update(t, s, func(tx desk.Tx) (err error) {
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

func claim(t *testing.T, s desk.Store, now, until time.Time, limit int) []desk.OutboxID {
	t.Helper()
	var ids []desk.OutboxID
	update(t, s, func(tx desk.Tx) error {
		mails, err := tx.ClaimOutbox("sender", now, until, limit)
		for _, m := range mails {
			ids = append(ids, m.ID)
			if m.State != desk.OutboxClaimed || m.LeaseOwner != "sender" || !m.LeaseUntil.Equal(until) || len(m.Bytes) == 0 {
				t.Errorf("ClaimOutbox: %+v: want it claimed until %v, with bytes", m, until)
			}
			if kept, err := tx.OutboxMail(m.ID); err != nil || kept.LeaseOwner != "sender" || !kept.LeaseUntil.Equal(until) {
				t.Errorf("OutboxMail after the claim = %+v, %v: want the lease", kept, err)
			}
		}
		return err
	})
	return ids
}

func attempted(t *testing.T, s desk.Store, a desk.Attempt) (m desk.OutboxMail) {
	t.Helper()
	update(t, s, func(tx desk.Tx) (err error) {
		m, err = tx.Attempted(a)
		return err
	})
	return m
}

func twoTickets(t *testing.T, s desk.Store) (a, b desk.TicketID) {
	t.Helper()
	update(t, s, func(tx desk.Tx) (err error) {
		if a, err = tx.InsertTicket(testTicket("a")); err == nil {
			b, err = tx.InsertTicket(testTicket("b"))
		}
		return err
	})
	return a, b
}

func TestOutboxRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		ticket, _ := twoTickets(t, s)
		m := desk.OutboxMail{Ticket: ticket, CauseEvent: 7, Template: "reply", Language: "fr", Recipient: "Ana@example.net", ReversePath: "bounce@example.org", Automatic: true,
			MessageID: "<1@example.org>", Bytes: []byte("x"), Priority: 1, State: desk.OutboxReady, NextAt: noon.Add(time.Minute), CreatedAt: noon}
		update(t, s, func(tx desk.Tx) error {
			p, err := tx.AddParticipant(desk.Participant{Ticket: ticket, Address: "Ana@example.net", Role: desk.RoleRequester})
			if err != nil {
				return err
			}
			mail, raw := testMail("a")
			m.Participant = p.ID
			if m.Cause, _, err = tx.AppendMail(mail, raw); err != nil {
				return err
			}
			m.ID, err = tx.AddOutbox(m)
			return err
		})
		view(t, s, func(r desk.Reader) error {
			got, err := r.OutboxMail(m.ID)
			m.Size, m.SHA256 = 1, sha256.Sum256([]byte("x"))
			equal(t, "OutboxMail", got, m)
			return err
		})
	})
}

func TestOutboxMailIsKeptOnce(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		a, b := twoTickets(t, s)
		m := desk.OutboxMail{Ticket: a, Template: "reply", Recipient: "ana@example.net", CauseEvent: 1}
		for _, tt := range []struct {
			name   string
			change func(*desk.OutboxMail)
			kept   bool
		}{
			{"first", func(*desk.OutboxMail) {}, true},
			{"again", func(*desk.OutboxMail) {}, false},
			{"again, in another case", func(m *desk.OutboxMail) { m.Recipient = "Ana@Example.net" }, false},
			{"another recipient", func(m *desk.OutboxMail) { m.Recipient = "ben@example.net" }, true},
			{"another template", func(m *desk.OutboxMail) { m.Template = "closing" }, true},
			{"another event", func(m *desk.OutboxMail) { m.CauseEvent = 2 }, true},
			{"another ticket", func(m *desk.OutboxMail) { m.Ticket = b }, true},
			{"no ticket", func(m *desk.OutboxMail) { m.Ticket = 0 }, true},
			{"no ticket, again", func(m *desk.OutboxMail) { m.Ticket = 0 }, false},
		} {
			update(t, s, func(tx desk.Tx) error {
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
	every(t, func(t *testing.T, s desk.Store) {
		a, b := twoTickets(t, s)
		ids := addOutgoing(t, s,
			desk.OutboxMail{Ticket: a, Recipient: "bulk@example.net", Priority: 2},
			desk.OutboxMail{Ticket: a, Recipient: "ana@example.net", Priority: 1},
			desk.OutboxMail{Ticket: a, Recipient: "ANA@example.net", Priority: 0}, // waits for the one before
			desk.OutboxMail{Ticket: b, Recipient: "ana@example.net", Priority: 0},
			desk.OutboxMail{Ticket: b, Recipient: "later@example.net", NextAt: noon.Add(time.Hour)},
			desk.OutboxMail{Recipient: "eve@example.net"}, // of no ticket: nothing to wait for
			desk.OutboxMail{Recipient: "eve@example.net"},
		)
		until := noon.Add(5 * time.Minute)
		equal(t, "ClaimOutbox too early", claim(t, s, noon.Add(-time.Second), until, 10), []desk.OutboxID(nil))
		equal(t, "ClaimOutbox limit 2", claim(t, s, noon, until, 2), []desk.OutboxID{ids[3], ids[5]})
		equal(t, "ClaimOutbox the rest", claim(t, s, noon, until, 10), []desk.OutboxID{ids[6], ids[1], ids[0]})
		equal(t, "ClaimOutbox again", claim(t, s, noon, until, 10), []desk.OutboxID(nil))

		attempted(t, s, desk.Attempt{Outbox: ids[1], At: noon, State: desk.OutboxSent})
		equal(t, "ClaimOutbox once the older is done", claim(t, s, noon, until, 10), []desk.OutboxID{ids[2]})

		equal(t, "ClaimOutbox when the leases end", claim(t, s, until, until.Add(time.Minute), 3), []desk.OutboxID{ids[2], ids[3], ids[5]})
	})
}

func TestClaimTakesTheLongestDueFirst(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		ids := addOutgoing(t, s,
			desk.OutboxMail{Recipient: "a@example.net", NextAt: noon.Add(2 * time.Second)},
			desk.OutboxMail{Recipient: "b@example.net", NextAt: noon},
			desk.OutboxMail{Recipient: "c@example.net", NextAt: noon.Add(time.Second)},
		)
		equal(t, "ClaimOutbox", claim(t, s, noon.Add(time.Minute), noon.Add(time.Hour), 10), []desk.OutboxID{ids[1], ids[2], ids[0]})
	})
}

func TestNextOutboxAt(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		next := func(want time.Time) {
			t.Helper()
			view(t, s, func(r desk.Reader) error {
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
			desk.OutboxMail{Ticket: a, Recipient: "ana@example.net", NextAt: noon.Add(time.Hour)},
			desk.OutboxMail{Ticket: a, Recipient: "ana@example.net", NextAt: noon}, // waits for the first: does not count
			desk.OutboxMail{Ticket: a, Recipient: "ben@example.net", NextAt: noon.Add(2 * time.Hour), Priority: 2},
		)
		next(noon.Add(time.Hour))
		claim(t, s, noon.Add(time.Hour), noon.Add(90*time.Minute), 1)
		next(noon.Add(90 * time.Minute)) // the end of the lease
		attempted(t, s, desk.Attempt{Outbox: ids[0], At: noon, State: desk.OutboxFailed})
		next(noon)
		for _, id := range ids[1:] {
			attempted(t, s, desk.Attempt{Outbox: id, At: noon, State: desk.OutboxSent})
		}
		next(time.Time{})
	})
}

func TestAttempts(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		a, _ := twoTickets(t, s)
		id := addOutgoing(t, s, desk.OutboxMail{Ticket: a, Recipient: "ana@example.net"})[0]
		claim(t, s, noon, noon.Add(time.Minute), 1)
		attempts := []desk.Attempt{
			{Outbox: id, At: noon, State: desk.OutboxReady, NextAt: noon.Add(time.Hour), Host: "127.0.0.1:25", Code: 451, Text: "try later"},
			{Outbox: id, At: noon.Add(time.Hour), State: desk.OutboxSent, Host: "127.0.0.1:25", Code: 250, Text: "ok: queued"},
			{Outbox: id, At: noon.Add(2 * time.Hour), State: desk.OutboxFailed, Host: "127.0.0.1:25", Code: 550, Text: "no"},
		}
		m := attempted(t, s, attempts[0])
		if m.State != desk.OutboxReady || m.Attempts != 1 || !m.NextAt.Equal(noon.Add(time.Hour)) || m.LeaseOwner != "" || m.LastCode != 451 || m.LastText != "try later" || m.Bytes != nil {
			t.Errorf("Attempted(%+v) = %+v", attempts[0], m)
		}
		m = attempted(t, s, attempts[1])
		if m.State != desk.OutboxSent || m.Attempts != 2 || !m.DoneAt.Equal(noon.Add(time.Hour)) || m.LastCode != 250 {
			t.Errorf("Attempted(%+v) = %+v", attempts[1], m)
		}
		equal(t, "Attempted when it is done", attempted(t, s, attempts[2]), m)
		view(t, s, func(r desk.Reader) error {
			got, err := r.Attempts(id)
			equal(t, "Attempts", got, attempts)
			return err
		})
		if err := s.Update(t.Context(), func(tx desk.Tx) error {
			_, err := tx.Attempted(desk.Attempt{Outbox: id, At: noon, State: desk.OutboxCancelled})
			return err
		}); err == nil {
			t.Errorf("Attempted with state cancelled = nil, want an error")
		}
	})
}

func TestSetOutboxState(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		id := addOutgoing(t, s, desk.OutboxMail{Recipient: "ana@example.net"})[0]
		attempted(t, s, desk.Attempt{Outbox: id, At: noon, State: desk.OutboxFailed})
		update(t, s, func(tx desk.Tx) error { return tx.SetOutboxState(id, desk.OutboxReady, noon.Add(time.Hour)) })
		equal(t, "ClaimOutbox after ready", claim(t, s, noon.Add(time.Hour), noon.Add(2*time.Hour), 1), []desk.OutboxID{id})
		update(t, s, func(tx desk.Tx) error { return tx.SetOutboxState(id, desk.OutboxCancelled, noon) })
		view(t, s, func(r desk.Reader) error {
			m, err := r.OutboxMail(id)
			if m.State != desk.OutboxCancelled || m.LeaseOwner != "" || !m.DoneAt.Equal(noon) {
				t.Errorf("OutboxMail after cancelled = %+v", m)
			}
			return err
		})
		if err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.SetOutboxState(99, desk.OutboxReady, noon) }); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("SetOutboxState of none = %v, want ErrNotFound", err)
		}
		if err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.SetOutboxState(id, desk.OutboxClaimed, noon) }); err == nil {
			t.Errorf("SetOutboxState(claimed) = nil, want an error")
		}
	})
}

func TestOutboxOfAndCount(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		a, b := twoTickets(t, s)
		ids := addOutgoing(t, s,
			desk.OutboxMail{Ticket: a, Template: "acknowledgement", Automatic: true, Recipient: "Ana@example.net"},
			desk.OutboxMail{Ticket: b, Template: "acknowledgement", Automatic: true, Recipient: "ana@example.net", CreatedAt: noon.Add(time.Hour)},
			desk.OutboxMail{Ticket: a, Template: "reply", Recipient: "ana@example.net"},
		)
		attempted(t, s, desk.Attempt{Outbox: ids[0], At: noon, State: desk.OutboxSent})
		for _, tt := range []struct {
			ticket desk.TicketID
			states []desk.OutboxState
			want   []desk.OutboxID
		}{
			{0, nil, ids},
			{a, nil, []desk.OutboxID{ids[0], ids[2]}},
			{a, []desk.OutboxState{desk.OutboxSent}, []desk.OutboxID{ids[0]}},
			{0, []desk.OutboxState{desk.OutboxReady, desk.OutboxFailed}, ids[1:]},
		} {
			view(t, s, func(r desk.Reader) error {
				mails, err := r.OutboxOf(tt.ticket, tt.states...)
				var got []desk.OutboxID
				for _, m := range mails {
					got = append(got, m.ID)
					if m.Bytes != nil {
						t.Errorf("OutboxOf gives bytes of %d", m.ID)
					}
				}
				equal(t, "OutboxOf", got, tt.want)
				return err
			})
		}
	})
}

func TestClaimIsBoundedInBytes(t *testing.T) {
	db := openTest(t)
	big := make([]byte, 20<<20)
	now := time.Now()
	var claimed []desk.OutboxMail
	err := db.Update(t.Context(), func(tx desk.Tx) error {
		for i := range 4 {
			m := desk.OutboxMail{Template: "reply", CauseEvent: int64(i), Recipient: fmt.Sprintf("u%d@example.net", i), MessageID: fmt.Sprintf("<%d@example.org>", i), Bytes: big, CreatedAt: now}
			if _, err := tx.AddOutbox(m); err != nil {
				return err
			}
		}
		var err error
		claimed, err = tx.ClaimOutbox("test", now, now.Add(time.Minute), 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(claimed) != 2 {
		t.Errorf("%d mails of 20 MiB were claimed at once, want 2", len(claimed))
	}
}
