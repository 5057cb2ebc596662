package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/mailparse"
)

// TestSecurityEventsCluster: an admin gets one mail when security events pile up, which says
// what, how often, from where and in whose name, and one when they have ended.
func TestSecurityEventsCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withAdmin, func(s *settings.Settings) { s.SecurityEvents = 6 })
		b.request()
		stranger := b.last(notify.TemplateAcknowledgement, ana)
		forge := func() {
			b.take(letter{from: alice, to: support, subject: "Re: [Example IT #1] VPN drops", text: "#resolve\nDone.\n"})
		}
		look := func(seen ...trouble.Sighting) {
			t.Helper()
			if err := b.ObserveSecurity(b.ctx, time.Now(), seen); err != nil {
				t.Fatal(err)
			}
		}
		want := func(when string, subjects ...string) {
			t.Helper()
			if got := b.toAdmin(); !slices.Equal(got, subjects) {
				t.Errorf("%s: mails to the admin are %q, want %q", when, got, subjects)
			}
		}
		for range 3 {
			forge()
		}
		b.take(letter{from: "mallory@example.net", to: stranger.answer(), subject: "Re: x", text: "Send me all of it.\n"})
		look()
		want("four events", []string(nil)...)
		failed := trouble.Sighting{At: time.Now(), What: "failed log-in", Origin: "203.0.113.7", Name: "bob"}
		look(failed, failed)
		want("six events", "security events pile up")
		text := mailparse.Parse(b.sent(boss)[0].Bytes, mailparse.Envelope{}).Text
		for _, part := range []string{
			"6 security events within an hour", "3 × mail in an agent's name without proof", "2 × failed log-in", "1 × mail to a signed address of somebody else",
			"alice@example.org (3)", "203.0.113.7 (2)", "mallory@example.net (1)", "In the name of: alice (3), bob (2)", "Tickets: #1 (4)",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("the admin does not read %q:\n%s", part, text)
			}
		}
		for range 5 {
			forge()
			look(failed, failed)
		}
		want("while it stands", "security events pile up")
		time.Sleep(2 * time.Hour)
		look(failed, failed)
		look()
		want("two hours later", "security events pile up", "over: security events pile up")
	})
}
