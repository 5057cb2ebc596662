package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestMailRoundTrip(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		m, raw := testMail("a")
		raw = append(raw, 0, 0xff, '\n') // raw bytes are kept to the byte
		m.Size = int64(len(raw))
		m.Envelope = ticket.Envelope{Source: ticket.SourcePipe, Unknown: true, ForwardPaths: []string{"a@example.org", "b,\"c\"@example.org"},
			Client: "2001:db8::1", Helo: "mx.example.net", TLS: true, AuthUser: "bob"}
		m.Trusted, m.Attempts = true, 2
		update(t, s, func(tx ticket.Tx) (err error) {
			var first ticket.MailID
			m.ID, first, err = appendMail(s, m, raw)
			equal(t, "Keep: first", first, ticket.MailID(0))
			return err
		})
		view(t, s, func(r ticket.Reader) error {
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
	every(t, func(t *testing.T, s ticket.Store) {
		var ids [3]ticket.MailID
		for i, name := range []string{"a", "b", "c"} {
			update(t, s, func(tx ticket.Tx) (err error) {
				m, raw := testMail(name)
				ids[i], _, err = appendMail(s, m, raw)
				return err
			})
		}
		update(t, s, func(tx ticket.Tx) error {
			n, err := tx.BeginAttempt(ids[1])
			equal(t, "BeginAttempt", n, 1)
			return err
		})
		update(t, s, func(tx ticket.Tx) error { _, err := tx.BeginAttempt(ids[2]); return err })
		for _, want := range []int{0, 0} {
			update(t, s, func(tx ticket.Tx) error {
				err := tx.TakeBackAttempt(ids[2])
				m, err2 := tx.Mail(ids[2])
				equal(t, "Attempts after TakeBackAttempt", m.Attempts, want)
				return errors.Join(err, err2)
			})
		}
		update(t, s, func(tx ticket.Tx) error { return tx.Dispose(ids[1], ticket.DispositionMachine, "auto-reply", 0, noon) })
		err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.Dispose(ids[1], ticket.DispositionNew, "", 0, noon) })
		if err == nil {
			t.Errorf("second Dispose = nil, want an error")
		}
		if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.Dispose(99, ticket.DispositionNew, "", 0, noon) }); !errors.Is(err, ticket.ErrNotFound) {
			t.Errorf("Dispose of no mail = %v, want ErrNotFound", err)
		}
		view(t, s, func(r ticket.Reader) error {
			m, err := r.Mail(ids[1])
			if m.Disposition != ticket.DispositionMachine || m.Reason != "auto-reply" || m.Attempts != 1 || !m.HandledAt.Equal(noon) {
				t.Errorf("Mail = %+v, %v: want the first disposition", m, err)
			}
			pending, err := r.Pending(0, 10)
			equal(t, "Pending", mailIDs(pending), []ticket.MailID{ids[0], ids[2]})
			if err != nil {
				return err
			}
			pending, err = r.Pending(ids[0], 1)
			equal(t, "Pending after", mailIDs(pending), []ticket.MailID{ids[2]})
			if err != nil {
				return err
			}
			all, err := r.Mails("", 0, 2)
			equal(t, "Mails", mailIDs(all), []ticket.MailID{ids[0], ids[1]})
			return err
		})
	})
}

func mailIDs(mails []ticket.Mail) []ticket.MailID {
	var ids []ticket.MailID
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestFingerprintIsRememberedThirtyDays(t *testing.T) {
	const day = 24 * time.Hour
	every(t, func(t *testing.T, s ticket.Store) {
		var ids []ticket.MailID
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
			update(t, s, func(tx ticket.Tx) error {
				m, raw := testMail("a")
				m.ReceivedAt = noon.Add(tt.after)
				id, first, err := appendMail(s, m, raw)
				ids = append(ids, id)
				var want ticket.MailID
				if tt.first >= 0 {
					want = ids[tt.first]
				}
				if first != want {
					t.Errorf("%s: Keep = mail %d, first %d; want first %d", tt.name, id, first, want)
				}
				return err
			})
		}
		view(t, s, func(r ticket.Reader) error {
			d, err := r.DuplicatesOf(ids[0])
			equal(t, "DuplicatesOf", mailIDs(d), ids[1:4])
			return err
		})
	})
}

// TestOtherCopies: of the copies of a mail those are returned that were handled as mails of their own, however many
// duplicates came between them.
func TestOtherCopies(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		const copies = 520 // more than one statement names
		handled := map[int]ticket.Disposition{3: ticket.DispositionSpam, 499: ticket.DispositionMachine, 510: ticket.DispositionQuarantined}
		var ids, want []ticket.MailID
		update(t, s, func(tx ticket.Tx) error {
			for i := range copies {
				m, raw := testMail("a")
				m.ReceivedAt = noon
				id, _, err := appendMail(s, m, raw)
				if err != nil {
					return err
				}
				ids = append(ids, id)
				d, other := handled[i]
				switch {
				case i == 0:
					d = ticket.DispositionSpam
				case i == copies-1:
					return nil // it is pending
				case other:
					want = append(want, id)
				default:
					d = ticket.DispositionDuplicate
				}
				if err := tx.Dispose(id, d, "", 0, noon); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.OtherCopies(ids[0])
			equal(t, "OtherCopies", mailIDs(got), want)
			for _, m := range got {
				if m.Disposition == ticket.DispositionPending || m.DuplicateOf != ids[0] {
					t.Errorf("mail %d is %s, a copy of %d", m.ID, m.Disposition, m.DuplicateOf)
				}
			}
			none, err2 := r.OtherCopies(ids[1])
			equal(t, "OtherCopies of a copy", len(none), 0)
			return errors.Join(err, err2)
		})
	})
}

func TestTally(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			for i, name := range []string{"a", "b", "c"} {
				m, raw := testMail(name)
				id, _, err := appendMail(s, m, raw)
				if err != nil {
					return err
				}
				if i == 0 {
					if err := tx.Dispose(id, ticket.DispositionSpam, "", 0, noon); err != nil {
						return err
					}
				}
			}
			id, err := tx.InsertTicket(testTicket("s"))
			if err != nil {
				return err
			}
			if _, err := tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryNote}); err != nil {
				return err
			}
			_, err = tx.AddOutbox(ticket.OutboxMail{Ticket: id, Recipient: "a@example.net"})
			return err
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Tally()
			equal(t, "Tally", got, ticket.Tally{
				Accepted:     3,
				Dispositions: map[ticket.Disposition]int64{ticket.DispositionPending: 2, ticket.DispositionSpam: 1},
				Tickets:      map[ticket.Status]int64{ticket.StatusNew: 1},
				Outbox:       map[ticket.OutboxState]int64{ticket.OutboxReady: 1},
				Entries:      1,
			})
			return err
		})
	})
}

func TestCondition(t *testing.T) {
	trouble := ticket.TroubleState{
		Trouble: ticket.Trouble{Kind: ticket.TroubleQuarantine, Subject: "mails in quarantine", Text: "look", Mark: "m"},
		Since:   noon, Told: true, ToldMark: "m", Hour: noon.Truncate(time.Hour), Mails: 1,
	}
	every(t, func(t *testing.T, s ticket.Store) {
		view(t, s, func(r ticket.Reader) error {
			c, err := r.Condition(noon)
			if !c.OldestPending.IsZero() || !c.OldestUntried.IsZero() || len(c.Mails) > 0 {
				t.Errorf("Condition of an empty store = %+v", c)
			}
			return err
		})
		update(t, s, func(tx ticket.Tx) error {
			for i, name := range []string{"a", "b", "c"} {
				m, raw := testMail(name)
				m.ReceivedAt = noon.Add(time.Duration(i) * time.Hour)
				id, _, err := appendMail(s, m, raw)
				if err == nil && i == 0 {
					err = tx.Dispose(id, ticket.DispositionSpam, "", 0, noon)
				}
				if err != nil {
					return err
				}
			}
			told, not := testTicket("told"), testTicket("not told")
			told.Status, told.InformedAt, not.Status = ticket.StatusResolved, noon, ticket.StatusResolved
			told.ResolvedAt, not.ResolvedAt = noon.Add(-2*time.Hour), noon.Add(-time.Hour)
			hours, days, weeks := testTicket("hours old"), testTicket("days old"), testTicket("weeks old")
			hours.DueFirstResponse, hours.DueResolution = noon.Add(time.Hour), noon.Add(2*time.Hour)
			days.CreatedAt, days.DueUpdate = noon.AddDate(0, 0, -3), noon.AddDate(0, 0, 1)
			weeks.CreatedAt, weeks.Queue, weeks.Level, weeks.Status = noon.AddDate(0, 0, -30), "network", 2, ticket.StatusOnHold
			for _, x := range []ticket.Ticket{told, not, hours, days, weeks} {
				if _, err := tx.InsertTicket(x); err != nil {
					return err
				}
			}
			over := trouble
			over.Subject, over.OverAt = "mails were in quarantine", noon
			for _, s := range []ticket.TroubleState{trouble, over} {
				if err := tx.SaveTrouble(s); err != nil {
					return err
				}
			}
			for _, i := range []ticket.Incident{{Lead: 3, OpenedAt: noon}, {Lead: 4, OpenedAt: noon, SolvedAt: noon}} {
				if err := tx.SaveIncident(i); err != nil {
					return err
				}
			}
			// The first was tried; the second waits for it; the third is the oldest that has its turn.
			for i, m := range []ticket.OutboxMail{
				{Ticket: 1, Recipient: "a@example.net", Template: "x", Attempts: 1},
				{Ticket: 1, Recipient: "a@example.net", Template: "y"},
				{Ticket: 2, Recipient: "a@example.net", Template: "z"},
				{Ticket: 2, Recipient: "b@example.net", Template: "z"},
				{Ticket: 3, Recipient: "c@example.net", Template: "z", NextAt: noon.Add(20 * time.Hour), Held: "budget-hour"},
			} {
				m.CreatedAt = noon.Add(time.Duration(i) * time.Minute)
				if _, err := tx.AddOutbox(m); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Condition(noon.Add(2 * time.Hour))
			equal(t, "Condition", got, ticket.Condition{
				Mails:         map[ticket.Disposition]int64{ticket.DispositionPending: 2, ticket.DispositionSpam: 1},
				Tickets:       map[ticket.Status]int64{ticket.StatusResolved: 2, ticket.StatusNew: 2, ticket.StatusOnHold: 1},
				Uninformed:    1,
				Outbox:        map[ticket.OutboxState]int64{ticket.OutboxReady: 5},
				OldestPending: noon.Add(time.Hour),
				OldestUntried: noon.Add(2 * time.Minute),

				Breached:         map[ticket.TargetKind]int64{ticket.TargetFirstResponse: 1, ticket.TargetUpdate: 0, ticket.TargetResolution: 1},
				Open:             []ticket.OpenTickets{{Queue: "first-line", Level: 1, Age: "day", Tickets: 1, Late: 1}, {Queue: "first-line", Level: 1, Age: "week", Tickets: 1}, {Queue: "network", Level: 2, Age: "older", Tickets: 1}},
				Incidents:        1,
				Held:             map[string]int64{"budget-hour": 1},
				OldestDeferred:   noon,
				OldestUninformed: noon.Add(-time.Hour),
				Troubles:         []ticket.TroubleState{trouble},
			})
			return err
		})
	})
}
