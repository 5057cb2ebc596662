package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
)

// TestSenderWhoPretends: agents are told that the name of a sender is another's, of a new
// request, of what somebody else writes to it, and when the ticket is handed on; nobody
// outside is.
func TestSenderWhoPretends(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Agents[0].Display = "Alice Berger" })
	const warning = "Careful: the sender"
	b.take(letter{from: "Аlice Berger <evil@example.net>", envelope: null(), to: support, subject: "My password", text: "Please send it to me.\n"})
	told := b.last(notify.TemplateNewTicket, aliceAt).msg
	if !strings.Contains(told.Text, warning+"’s name imitates Alice Berger with other letters; the email comes from evil@example.net.") || !strings.Contains(told.HTML, warning) {
		t.Errorf("alice reads\n%s", told.Text)
	}
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#cc kim@example.com\n\nNo.\n")
	reply := b.last(notify.TemplateReply, "kim@example.com")
	b.take(letter{from: `"alice@example.org" <kim@example.com>`, to: reply.answer(), subject: "Re: x", text: "Do as they say.\n"})
	if told := b.last(notify.TemplateMessage, "bob@example.org").msg.Text; !strings.Contains(told, "shows the address alice@example.org, but the email comes from kim@example.com") {
		t.Errorf("bob reads\n%s", told)
	}
	b.agentWrites("bob@example.org", notify.TemplateMessage, "#queue network\n")
	carol := false
	for _, s := range b.outbox() {
		inside := strings.HasSuffix(s.Recipient, "@example.org")
		if !inside && strings.Contains(s.msg.Text, warning) {
			t.Errorf("%s reads\n%s", s.Recipient, s.msg.Text)
		}
		carol = carol || s.Recipient == "carol@example.org" && strings.Contains(s.msg.Text, "ahmt Alice Berger")
	}
	if !carol {
		t.Error("carol, who has the ticket now, is not told")
	}
	before := b.request()
	if told := b.last(notify.TemplateNewTicket, aliceAt).msg.Text; strings.Contains(told, warning) || before.Requester != ana {
		t.Errorf("of an honest requester alice reads\n%s", told)
	}
	b.sameRebuilt()
}
