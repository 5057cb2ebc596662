package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestStatsAsked: an agent who asks for figures gets those of the last week or month, in
// text and HTML, without the subjects of private queues that are others'; nobody else gets
// any.
func TestStatsAsked(t *testing.T) {
	for _, tt := range []struct{ who, ask, subject string }{
		{alice, "stats", "Figures from 24 January 2000 to 30 January 2000"}, {alice, "stats week", "Figures from 24 January 2000 to 30 January 2000"},
		{alice, "Statistik Monat", "January 2000"}, {bobAt, "chiffres", "Figures from 24 January 2000 to 30 January 2000"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := filled(t)
			time.Sleep(32 * 24 * time.Hour)
			before := len(b.outbox())
			m := b.question(tt.who, tt.ask+"\n")
			mails := b.outbox()[before:]
			if len(mails) != 1 || mails[0].Template != "figures" || mails[0].Recipient != tt.who || m.Reason != "question" {
				t.Fatalf("%q (%s) is answered with %q", tt.ask, m.Reason, b.since(before))
			}
			s := mails[0]
			if !strings.Contains(s.msg.Subject, tt.subject) || strings.Contains(tt.ask, "Monat") && strings.Contains(s.msg.Subject, "24") || !strings.Contains(string(s.Bytes), "text/html") || len(s.msg.InReplyTo) == 0 {
				t.Errorf("%q: %s reads %q\n%s", tt.ask, tt.who, s.msg.Subject, s.msg.Text)
			}
			if strings.Contains(string(s.Bytes), "salary") {
				t.Errorf("%s reads of a private queue:\n%s", tt.who, s.msg.Text)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
	b := filled(t)
	if b.question(alice, "stats yesterday\n"); !says(b.last(notify.TemplateAnswer, alice), "as in: stats month") {
		t.Errorf("alice reads\n%s", b.last(notify.TemplateAnswer, alice).msg.Text)
	}
	if m := b.take(letter{from: "eve@example.com", to: control, subject: "?", text: "stats\n"}); m.Disposition == ticket.DispositionMachine && m.Reason == "question" {
		t.Error("a stranger is answered")
	}
}
