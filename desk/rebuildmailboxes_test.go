package desk_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"maildesk/desk/settings"
	"maildesk/store"
	"maildesk/ticket"
)

// TestRebuildMailboxes: the ledgers come along, and decisions that hang on them.
func TestRebuildMailboxes(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Limits.Late = time.Hour })
	var m ticket.Mailbox
	err := b.db.Update(b.ctx, func(tx ticket.Tx) (err error) {
		if m, err = tx.OpenMailbox("support@imap", "INBOX"); err != nil {
			return err
		}
		m.UIDValidity, m.LowWater, m.Taken = 7, 1, 2
		return tx.SaveMailbox(m)
	})
	if err != nil {
		t.Fatal(err)
	}
	uids := []ticket.MailboxUID{{State: ticket.UIDDone}, {State: ticket.UIDKept}, {State: ticket.UIDFailed, Attempts: 1, Reason: "broken"}}
	for i := range uids {
		u := &uids[i]
		u.Place, u.At = ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: uint32(i + 1)}, time.Now()
		if u.State != ticket.UIDFailed {
			f := ticket.Fetched{Place: u.Place, ArrivedAt: time.Now().Add(-2 * time.Hour * time.Duration(i)), Then: u.State}
			l := letter{from: fmt.Sprintf("u%d@example.net", i), to: support, subject: fmt.Sprintf("request %d", i), text: fmt.Sprintf("text %d", i), id: fmt.Sprintf("<f%d@example.net>", i)}
			if u.Mail, err = b.AcceptFetched(b.ctx, f, support, false, l.bytes()); err != nil {
				t.Fatal(err)
			}
			b.work()
		}
		if err := b.db.Update(b.ctx, func(tx ticket.Tx) error { return tx.SetUID(*u) }); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(d *store.DB) (all []any) {
		err := d.View(b.ctx, func(r ticket.Reader) error {
			boxes, err := r.Mailboxes()
			all = append(all, boxes)
			if err != nil {
				return err
			}
			uids, err := r.MailboxUIDs(m.ID)
			all = append(all, uids)
			if err != nil {
				return err
			}
			f, err := r.Fetched(2)
			all = append(all, f)
			if err != nil {
				return err
			}
			mails, err := r.OutboxOf(0)
			for _, o := range mails {
				all = append(all, o.Template+" to "+o.Recipient)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got, want := kept(b.rebuilt().db), kept(b.db); !reflect.DeepEqual(got, want) {
		t.Errorf("rebuilt:\n%+v\nwant\n%+v", got, want)
	}
}
