package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/login"
	"maildesk/desk/settings"
	"maildesk/templates"
	"maildesk/ticket"
)

// A link to log in goes to the agent in their language, as a mail that no program answers;
// two links are two mails. A rebuild makes none again.
func TestLoginLink(t *testing.T) {
	b := open(t, func(s *settings.Settings) {
		words, err := templates.New("")
		if err != nil {
			t.Fatal(err)
		}
		s.LoginWords = words
	})
	b.request()
	carol, _ := b.Settings().AgentNamed("carol")
	for _, link := range []string{"https://desk.example.org/login/ONE", "https://desk.example.org/login/TWO", "https://desk.example.org/login/TWO"} {
		if err := b.SendLogin(t.Context(), carol, "carol@example.org", settings.LoginMail{Link: link, Client: "192.0.2.7", Within: 15 * time.Minute}); err != nil {
			t.Fatal(err)
		}
	}
	links := func(b *bench) (all []sent) {
		for _, m := range b.outbox() {
			if m.Template == login.Template {
				all = append(all, m)
			}
		}
		return all
	}
	got := links(b)
	if len(got) != 2 {
		t.Fatalf("%d links were mailed, want 2", len(got))
	}
	m := got[0]
	if m.Recipient != "carol@example.org" || m.Language != "de" || m.ReversePath != "" || m.Automatic || m.State != ticket.OutboxReady || m.Ticket != 0 || m.MessageID == got[1].MessageID {
		t.Errorf("the mail is %+v", m.OutboxMail)
	}
	if !strings.Contains(m.msg.Text, "https://desk.example.org/login/ONE") || m.msg.Header.Get("Auto-Submitted") != "auto-generated" || !strings.HasPrefix(m.msg.Subject, "[Example IT] ") {
		t.Errorf("the mail says %q, Auto-Submitted %q:\n%s", m.msg.Subject, m.msg.Header.Get("Auto-Submitted"), m.msg.Text)
	}
	now := b.rebuilt()
	if again := links(now); len(again) != 0 {
		t.Errorf("a rebuild makes %d links again", len(again))
	}
	now.sound()
}
