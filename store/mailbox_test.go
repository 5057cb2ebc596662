package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestMailboxLedger(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		var box ticket.Mailbox
		update(t, s, func(tx ticket.Tx) (err error) {
			if _, err := tx.OpenMailbox("other", "INBOX"); err != nil {
				return err
			}
			box, err = tx.OpenMailbox("support@imap", "INBOX")
			return err
		})
		box.UIDValidity, box.LowWater, box.FirstAt, box.PassedOver = 7, 3, noon, 3
		box.Backlog, box.BacklogTo = ticket.BacklogRelisted, 9
		box.Status = ticket.MailboxStatus{State: ticket.MailboxDegraded, Reason: "no MOVE", Since: noon, ContactAt: noon}
		place := ticket.Place{Mailbox: box.ID, UIDValidity: 7, UID: 4}
		var mail ticket.MailID
		update(t, s, func(tx ticket.Tx) error {
			if err := tx.SaveMailbox(box); err != nil {
				return err
			}
			m, raw := testMail("a")
			m.Envelope.Source = ticket.SourceIMAP
			m.Envelope.Fetched = &ticket.Fetched{Place: place, ArrivedAt: noon, Relisted: true, Whole: 99, Then: ticket.UIDKept}
			id, _, err := appendMail(s, m, raw)
			mail = id
			return errors.Join(err, tx.SetUID(ticket.MailboxUID{Place: place, State: ticket.UIDKept, Mail: mail, At: noon}))
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Mailbox(box.ID)
			equal(t, "Mailbox", got, box)
			u, err2 := r.MailboxUID(place)
			equal(t, "MailboxUID", u, ticket.MailboxUID{Place: place, State: ticket.UIDKept, Mail: mail, At: noon})
			f, err3 := r.Fetched(mail)
			equal(t, "Fetched", f, ticket.Fetched{Place: place, ArrivedAt: noon, Relisted: true, Whole: 99})
			m, _ := testMail("a")
			first, err4 := r.FindFingerprint(m.Fingerprint)
			equal(t, "FindFingerprint", first, mail)
			none, err5 := r.FindFingerprint([32]byte{1})
			equal(t, "FindFingerprint of nothing", none, ticket.MailID(0))
			return errors.Join(err, err2, err3, err4, err5)
		})
		update(t, s, func(tx ticket.Tx) error {
			again, err := tx.OpenMailbox("support@imap", "INBOX")
			equal(t, "OpenMailbox again", again, box)
			return err
		})
	})
}

func TestPruneUIDs(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			box, err := tx.OpenMailbox("a", "INBOX")
			if err != nil {
				return err
			}
			for _, u := range []struct {
				uid   uint32
				state ticket.UIDState
				at    time.Time
			}{{1, ticket.UIDDone, noon}, {2, ticket.UIDBlocked, noon}, {3, ticket.UIDDone, noon}, {4, ticket.UIDKept, noon}, {5, ticket.UIDDone, noon.Add(time.Hour)}, {6, ticket.UIDDone, noon.Add(time.Hour)}} {
				if err := tx.SetUID(ticket.MailboxUID{Place: ticket.Place{Mailbox: box.ID, UIDValidity: 1, UID: u.uid}, State: u.state, At: u.at}); err != nil {
					return err
				}
			}
			mark, err := tx.PruneUIDs(box.ID, 5, noon.Add(time.Minute))
			equal(t, "PruneUIDs", mark, uint32(5))
			left, err2 := tx.MailboxUIDs(box.ID)
			var uids []uint32
			for _, u := range left {
				uids = append(uids, u.UID)
			}
			equal(t, "left", uids, []uint32{2, 4, 6})
			blocked, err3 := tx.MailboxUIDs(box.ID, ticket.UIDBlocked)
			equal(t, "blocked", len(blocked), 1)
			err4 := tx.DropUID(ticket.Place{Mailbox: box.ID, UIDValidity: 1, UID: 2})
			err5 := tx.DropUID(ticket.Place{Mailbox: box.ID, UIDValidity: 1, UID: 77})
			_, gone := tx.MailboxUID(ticket.Place{Mailbox: box.ID, UIDValidity: 1, UID: 2})
			if !errors.Is(gone, ticket.ErrNotFound) {
				t.Errorf("MailboxUID after DropUID = %v, want ErrNotFound", gone)
			}
			mark, err6 := tx.PruneUIDs(box.ID, 0, noon)
			equal(t, "PruneUIDs with nothing to prune", mark, uint32(0))
			return errors.Join(err, err2, err3, err4, err5, err6, tx.ForgetUIDs(box.ID))
		})
	})
}
