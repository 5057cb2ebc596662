package desk_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/store"
	"maildesk/ticket"
)

func openMailbox(t *testing.T, b *bench, s ticket.Selected, all bool) ticket.Mailbox {
	t.Helper()
	m, err := b.OpenMailbox(b.ctx, "support@imap", "INBOX")
	if err == nil {
		m, err = b.SelectMailbox(b.ctx, m.ID, s, all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fetch brings mail i of a mailbox into custody, as if it had arrived some time ago.
func (b *bench) fetch(m ticket.Mailbox, i uint32, ago time.Duration, change func(*ticket.Fetched)) bool {
	b.t.Helper()
	f := ticket.Fetched{Place: ticket.Place{Mailbox: m.ID, UIDValidity: m.UIDValidity, UID: i}, ArrivedAt: time.Now().Add(-ago), Then: ticket.UIDDone}
	if change != nil {
		change(&f)
	}
	l := letter{from: fmt.Sprintf("u%d@example.net", i), to: support, subject: fmt.Sprintf("request %d", i), text: fmt.Sprintf("text %d", i), id: fmt.Sprintf("<f%d@example.net>", i)}
	isNew, err := b.TakeMail(b.ctx, m, f, support, l.bytes())
	if err != nil {
		b.t.Fatalf("TakeMail(%d) = %v", i, err)
	}
	b.work()
	return isNew
}

func (b *bench) acknowledged() (to []string) {
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateAcknowledgement) {
			to = append(to, s.Recipient)
		}
	}
	slices.Sort(to)
	return to
}

func TestMailboxLedger(t *testing.T) {
	b := open(t, func(s *desk.Settings) { s.Limits.Late = time.Hour })
	m := openMailbox(t, b, ticket.Selected{UIDValidity: 7, UIDNext: 11, Messages: 10}, false)
	if m.LowWater != 10 || m.PassedOver != 10 || m.Backlog != "" {
		t.Fatalf("at the first contact the mailbox is %+v, want 10 mails passed over", m)
	}
	b.fetch(m, 11, 0, nil)
	b.fetch(m, 12, 2*time.Hour, nil) // late
	b.fetch(m, 13, 0, func(f *ticket.Fetched) { f.Whole, f.Then = 1<<30, ticket.UIDTooLarge })
	b.fetch(m, 14, 0, func(f *ticket.Fetched) { f.Then = ticket.UIDKept })
	if got, want := b.acknowledged(), []string{"u11@example.net", "u14@example.net"}; !slices.Equal(got, want) {
		t.Errorf("acknowledged: %v, want %v", got, want)
	}
	place := ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: 15}
	for i, want := range []ticket.UIDState{ticket.UIDFailed, ticket.UIDFailed, ticket.UIDBlocked} {
		if u, err := b.FailUID(b.ctx, place, "broken"); err != nil || u.State != want || u.Attempts != i+1 {
			t.Errorf("FailUID, time %d = %+v, %v, want %s", i+1, u, err, want)
		}
	}
	if _, err := b.FailUID(b.ctx, ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: 16}, "broken"); err != nil {
		t.Fatal(err)
	}
	plan, err := b.PlanMailbox(b.ctx, m, []uint32{10, 11, 12, 13, 14, 15, 16, 17}, time.Hour)
	if want := (ticket.MailboxPlan{Fetch: []uint32{17}, After: []uint32{14}, Blocked: 1}); err != nil || !reflect.DeepEqual(plan, want) {
		t.Errorf("PlanMailbox = %+v, %v, want %+v", plan, err, want)
	}
	if plan, err = b.PlanMailbox(b.ctx, m, []uint32{17}, 0); err != nil || !slices.Equal(plan.Fetch, []uint32{17, 16}) {
		t.Errorf("PlanMailbox without a pause = %+v, %v, want 17, then 16 again", plan, err)
	}
	for _, uid := range []uint32{13, 15} {
		if n, err := b.RetryUID(b.ctx, uid); n != 1 || err != nil {
			t.Errorf("RetryUID(%d) = %d, %v", uid, n, err)
		}
	}
	if n, err := b.RetryUID(b.ctx, 11); n != 0 || err != nil {
		t.Errorf("RetryUID of a mail that is done = %d, %v, want 0", n, err)
	}

	// The UIDs change: what is known is recognised, the rest is not acknowledged.
	m = openMailbox(t, b, ticket.Selected{UIDValidity: 8, UIDNext: 22, Messages: 21}, false)
	if b.fetch(m, 11, 0, nil) {
		t.Error("mail 11 is new, want it recognised")
	}
	if b.fetch(m, 20, 48*time.Hour, nil) {
		t.Error("a mail from before the first contact is new, want it left alone")
	}
	b.fetch(m, 21, 0, nil)
	if err := b.FinishMailbox(b.ctx, m.ID); err != nil {
		t.Fatal(err)
	}
	m = openMailbox(t, b, ticket.Selected{UIDValidity: 8, UIDNext: 22, Messages: 21}, false)
	if m.Backlog != "" || m.LowWater != 21 || m.Recognised != 2 || m.Taken != 5 {
		t.Errorf("after the pass the mailbox is %+v, want 2 recognised, 5 taken", m)
	}
	b.fetch(m, 22, 0, nil)
	if got, want := b.acknowledged(), []string{"u11@example.net", "u14@example.net", "u22@example.net"}; !slices.Equal(got, want) {
		t.Errorf("acknowledged: %v, want %v", got, want)
	}
}

// TestRebuildMailboxes: the ledgers come along, and decisions that hang on them.
func TestRebuildMailboxes(t *testing.T) {
	b := open(t, func(s *desk.Settings) { s.Limits.Late = time.Hour })
	m := openMailbox(t, b, ticket.Selected{UIDValidity: 7, UIDNext: 1}, false)
	b.fetch(m, 1, 0, nil)
	b.fetch(m, 2, 2*time.Hour, func(f *ticket.Fetched) { f.Then = ticket.UIDKept })
	if _, err := b.FailUID(b.ctx, ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: 3}, "broken"); err != nil {
		t.Fatal(err)
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
