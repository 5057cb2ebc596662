package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/desk"
)

func TestMailboxLedger(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		var box desk.Mailbox
		update(t, s, func(tx desk.Tx) (err error) {
			if _, err := tx.OpenMailbox("other", "INBOX"); err != nil {
				return err
			}
			box, err = tx.OpenMailbox("support@imap", "INBOX")
			return err
		})
		box.UIDValidity, box.LowWater, box.FirstAt, box.PassedOver = 7, 3, noon, 3
		box.Backlog, box.BacklogTo = desk.BacklogRelisted, 9
		box.Status = desk.MailboxStatus{State: desk.MailboxDegraded, Reason: "no MOVE", Since: noon, ContactAt: noon}
		place := desk.Place{Mailbox: box.ID, UIDValidity: 7, UID: 4}
		var mail desk.MailID
		update(t, s, func(tx desk.Tx) error {
			if err := tx.SaveMailbox(box); err != nil {
				return err
			}
			m, raw := testMail("a")
			m.Envelope.Source = desk.SourceIMAP
			m.Envelope.Fetched = &desk.Fetched{Place: place, ArrivedAt: noon, Relisted: true, Whole: 99, Then: desk.UIDKept}
			id, _, err := tx.AppendMail(m, raw)
			mail = id
			return err
		})
		box.Taken = 1
		view(t, s, func(r desk.Reader) error {
			got, err := r.Mailbox(box.ID)
			equal(t, "Mailbox", got, box)
			u, err2 := r.MailboxUID(place)
			equal(t, "MailboxUID", u, desk.MailboxUID{Place: place, State: desk.UIDKept, Mail: mail, At: noon})
			f, err3 := r.Fetched(mail)
			equal(t, "Fetched", f, desk.Fetched{Place: place, ArrivedAt: noon, Relisted: true, Whole: 99})
			m, _ := testMail("a")
			first, err4 := r.FindFingerprint(m.Fingerprint)
			equal(t, "FindFingerprint", first, mail)
			none, err5 := r.FindFingerprint([32]byte{1})
			equal(t, "FindFingerprint of nothing", none, desk.MailID(0))
			return errors.Join(err, err2, err3, err4, err5)
		})
		update(t, s, func(tx desk.Tx) error {
			again, err := tx.OpenMailbox("support@imap", "INBOX")
			equal(t, "OpenMailbox again", again, box)
			return err
		})
	})
}

func TestPruneUIDs(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		update(t, s, func(tx desk.Tx) error {
			box, err := tx.OpenMailbox("a", "INBOX")
			if err != nil {
				return err
			}
			for _, u := range []struct {
				uid   uint32
				state desk.UIDState
				at    time.Time
			}{{1, desk.UIDDone, noon}, {2, desk.UIDBlocked, noon}, {3, desk.UIDDone, noon}, {4, desk.UIDKept, noon}, {5, desk.UIDDone, noon.Add(time.Hour)}, {6, desk.UIDDone, noon.Add(time.Hour)}} {
				if err := tx.SetUID(desk.MailboxUID{Place: desk.Place{Mailbox: box.ID, UIDValidity: 1, UID: u.uid}, State: u.state, At: u.at}); err != nil {
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
			blocked, err3 := tx.MailboxUIDs(box.ID, desk.UIDBlocked)
			equal(t, "blocked", len(blocked), 1)
			err4 := tx.DropUID(desk.Place{Mailbox: box.ID, UIDValidity: 1, UID: 2})
			err5 := tx.DropUID(desk.Place{Mailbox: box.ID, UIDValidity: 1, UID: 77})
			_, gone := tx.MailboxUID(desk.Place{Mailbox: box.ID, UIDValidity: 1, UID: 2})
			if !errors.Is(gone, desk.ErrNotFound) {
				t.Errorf("MailboxUID after DropUID = %v, want ErrNotFound", gone)
			}
			mark, err6 := tx.PruneUIDs(box.ID, 0, noon)
			equal(t, "PruneUIDs with nothing to prune", mark, uint32(0))
			return errors.Join(err, err2, err3, err4, err5, err6, tx.ForgetUIDs(box.ID))
		})
	})
}
