package imappoll

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/store"
	"maildesk/ticket"
)

// books is a ledger, and the desk to which its mails go.
type books struct {
	*world
	ledger
	handled int64 // mails in the journal
}

func openBooks(t *testing.T) *books {
	w := openWorld(t, store.Options{})
	return &books{w, ledger{w.db, w.log()}, 0}
}

// selectMailbox opens the mailbox as the server shows it.
func (b *books) selectMailbox(s ticket.Selected, all bool) ticket.Mailbox {
	b.t.Helper()
	m, err := b.open(b.t.Context(), "support@imap", "INBOX")
	if err == nil {
		m, err = b.selected(b.t.Context(), m.ID, s, all)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// fetch brings mail i of a mailbox into custody, as if it had arrived some time ago.
func (b *books) fetch(m ticket.Mailbox, i uint32, ago time.Duration, change func(*ticket.Fetched)) bool {
	b.t.Helper()
	found := ticket.Fetched{Place: ticket.Place{Mailbox: m.ID, UIDValidity: m.UIDValidity, UID: i}, ArrivedAt: time.Now().Add(-ago), Then: ticket.UIDDone}
	if change != nil {
		change(&found)
	}
	f := &fetcher{desk: b.Desk, ledger: b.ledger, cfg: Mailbox{Address: support}, log: b.world.log(), box: m}
	_, isNew, err := f.custody(b.t.Context(), found, []byte(letter(int(i))))
	if err != nil {
		b.t.Fatalf("custody of mail %d: %v", i, err)
	}
	if isNew {
		b.handled++
	}
	b.world.handled(b.handled)
	return isNew
}

// acknowledged returns whose requests were acknowledged.
func (b *books) acknowledged() (to []string) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		mails, err := r.OutboxOf(0)
		for _, m := range mails {
			if m.Template == string(notify.TemplateAcknowledgement) {
				to = append(to, m.Recipient)
			}
		}
		return err
	})
	slices.Sort(to)
	return to
}

func TestLedger(t *testing.T) {
	l := openBooks(t)
	m := l.selectMailbox(ticket.Selected{UIDValidity: 7, UIDNext: 11, Messages: 10}, false)
	if m.LowWater != 10 || m.PassedOver != 10 || m.Backlog != "" {
		t.Fatalf("at the first contact the mailbox is %+v, want 10 mails passed over", m)
	}
	l.fetch(m, 11, 0, nil)
	l.fetch(m, 12, 25*time.Hour, nil) // late
	l.fetch(m, 13, 0, func(f *ticket.Fetched) { f.Whole, f.Then = 1<<30, ticket.UIDTooLarge })
	l.fetch(m, 14, 0, func(f *ticket.Fetched) { f.Then = ticket.UIDKept })
	if got, want := l.acknowledged(), []string{"ana11@example.net", "ana14@example.net"}; !slices.Equal(got, want) {
		t.Errorf("acknowledged: %v, want %v", got, want)
	}
	place := ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: 15}
	for i, want := range []ticket.UIDState{ticket.UIDFailed, ticket.UIDFailed, ticket.UIDBlocked} {
		if u, err := l.fail(t.Context(), place, "broken"); err != nil || u.State != want || u.Attempts != i+1 {
			t.Errorf("fail, time %d = %+v, %v, want %s", i+1, u, err, want)
		}
	}
	if _, err := l.fail(t.Context(), ticket.Place{Mailbox: m.ID, UIDValidity: 7, UID: 16}, "broken"); err != nil {
		t.Fatal(err)
	}
	plan, err := l.plan(t.Context(), m, []uint32{10, 11, 12, 13, 14, 15, 16, 17}, time.Hour)
	if want := (ticket.MailboxPlan{Fetch: []uint32{17}, After: []uint32{14}, Blocked: 1}); err != nil || !reflect.DeepEqual(plan, want) {
		t.Errorf("plan = %+v, %v, want %+v", plan, err, want)
	}
	if plan, err = l.plan(t.Context(), m, []uint32{17}, 0); err != nil || !slices.Equal(plan.Fetch, []uint32{17, 16}) {
		t.Errorf("plan without a pause = %+v, %v, want 17, then 16 again", plan, err)
	}
	for _, uid := range []uint32{13, 15} {
		if n, err := RetryUID(t.Context(), l.db, uid); n != 1 || err != nil {
			t.Errorf("RetryUID(%d) = %d, %v", uid, n, err)
		}
	}
	if n, err := RetryUID(t.Context(), l.db, 11); n != 0 || err != nil {
		t.Errorf("RetryUID of a mail that is done = %d, %v, want 0", n, err)
	}

	// The UIDs change: what is known is recognised, the rest is not acknowledged.
	m = l.selectMailbox(ticket.Selected{UIDValidity: 8, UIDNext: 22, Messages: 21}, false)
	if l.fetch(m, 11, 0, nil) {
		t.Error("mail 11 is new, want it recognised")
	}
	if l.fetch(m, 20, 48*time.Hour, nil) {
		t.Error("a mail from before the first contact is new, want it left alone")
	}
	l.fetch(m, 21, 0, nil)
	if err := l.finish(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	m = l.selectMailbox(ticket.Selected{UIDValidity: 8, UIDNext: 22, Messages: 21}, false)
	if m.Backlog != "" || m.LowWater != 21 || m.Recognised != 2 || m.Taken != 5 {
		t.Errorf("after the pass the mailbox is %+v, want 2 recognised, 5 taken", m)
	}
	l.fetch(m, 22, 0, nil)
	if got, want := l.acknowledged(), []string{"ana11@example.net", "ana14@example.net", "ana22@example.net"}; !slices.Equal(got, want) {
		t.Errorf("acknowledged: %v, want %v", got, want)
	}
}
