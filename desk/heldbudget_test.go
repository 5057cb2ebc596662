package desk_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestRebuildKeepsWhatIsHeld: receipts that waited and went, that wait, and that
// were overtaken end in a rebuilt store as they did; so does what was suppressed
// by hand.
func TestRebuildKeepsWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{Hour: 1} })
		b.request()
		for i := range 3 {
			b.take(letter{from: fmt.Sprintf("u@d%d.example", i), to: support, subject: "matter " + word(i), text: "About " + word(i) + ".\n"})
		}
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "An answer to the last one.\n")
		b.pass(61 * time.Minute)
		if err := b.Suppress(t.Context(), "eva@example.net", time.Time{}, "asked for it"); err != nil {
			t.Fatal(err)
		}
		if n := len(b.held()); n != 2 {
			t.Fatalf("%d receipts are held, want 2", n)
		}
		now := b.rebuilt()
		equal(t, "mails", now.summary(), b.summary())
		is := now.outbox()
		for i, was := range b.outbox() {
			if is[i].State != was.State || is[i].MessageID != was.MessageID || was.State == ticket.OutboxReady && is[i].Held != was.Held {
				t.Errorf("%s to %s is %s, held by %q; was %s, held by %q", was.Template, was.Recipient, is[i].State, is[i].Held, was.State, was.Held)
			}
		}
		if len(now.suppressions("eva@example.net")) != 1 {
			t.Error("what was suppressed by hand is forgotten")
		}
	})
}
