package desk_test

import (
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT147RetryOfAMailThatCameBack: a mail that the next hop had taken, that came
// back and is tried again by hand is no damage; a backup is made all the same. The
// tickets made anew from the journal know all of it.
func TestT147RetryOfAMailThatCameBack(t *testing.T) {
	for _, tt := range []struct {
		name     string
		template notify.Template
		to       string
		agent    string // what alice does first
	}{
		{"reply", notify.TemplateReply, ana, "Which version do you have?\n"},
		{"resolution", notify.TemplateResolution, ana, "#resolve\n\nPlease restart once.\n"},
		{"notice to an agent", notify.TemplateNewTicket, "alice@example.org", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.request()
			if tt.agent != "" {
				b.agentWrites("alice@example.org", notify.TemplateNewTicket, tt.agent)
			}
			m, path := b.signed(tt.template, tt.to)
			b.comeBack(m, dsn{to: path, action: "failed", status: "5.2.2", reported: m.MessageID, said: "552 5.2.2 mailbox full"})
			if got := b.state(m.ID); got != ticket.OutboxFailed {
				t.Fatalf("the mail that came back is %s, want failed", got)
			}
			b.sound()
			for _, step := range []struct {
				name string
				do   func()
				want ticket.OutboxState
			}{
				{"retried", func() {
					if err := b.RetryOutbox(b.ctx, m.ID, "root at the console"); err != nil {
						t.Fatal(err)
					}
				}, ticket.OutboxReady},
				{"sent once more", func() { b.deliver() }, ticket.OutboxSent},
			} {
				step.do()
				if got := b.state(m.ID); got != step.want {
					t.Errorf("%s, the mail is %s, want %s", step.name, got, step.want)
				}
				b.sound()
			}
			now := b.rebuilt()
			now.sound()
			if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) { t.Errorf("rebuilt: %s", d) }); err != nil {
				t.Fatal(err)
			}
			for _, was := range b.outbox() {
				if is := now.state(was.ID); is != was.State {
					t.Errorf("outgoing mail %d, %s to %s, was %s, is %s", was.ID, was.Template, was.Recipient, was.State, is)
				}
			}
		})
	}
	faulttest.Seen(t, "T147", "three kinds of mail are sent, come back, are retried by hand and sent", "check --data is content at each step; rebuild makes the same, each mail with its number")
}

// state returns the state of an outgoing mail.
func (b *bench) state(id ticket.OutboxID) (state ticket.OutboxState) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		m, err := r.OutboxMail(id)
		state = m.State
		return err
	})
	return state
}
