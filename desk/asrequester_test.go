package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestAgentAsksThemselves: an agent whose own request it is and who answers its receipt with
// commands learns once that they work in answer to mails to agents; answering that one they
// do. What is for requesters too works, and mails without commands are told nothing.
func TestAgentAsksThemselves(t *testing.T) {
	for _, tt := range []struct {
		text string
		told bool
	}{
		{"#resolve It was the cable.\n", true},
		{"#gelöst Es war das Kabel.\n", true},
		{"#priority high\n#assign bob\n", true},
		{"#close\n", false},
		{"#language de\n", false},
		{"It still drops.\n", false},
		{"#foo bar\n", false},
	} {
		t.Run(tt.text, func(t *testing.T) {
			b := open(t)
			of := b.take(letter{from: alices, to: support, subject: "My own VPN", text: "It drops.\n"}).Ticket
			receipt := b.last(notify.TemplateAcknowledgement, alices)
			answer := func() {
				b.take(letter{from: alices, to: receipt.answer(), subject: "Re: My own VPN", text: tt.text, header: "Content-Type: text/plain; charset=utf-8\nIn-Reply-To: " + receipt.MessageID + "\n"})
			}
			before := len(b.summary())
			answer()
			told := strings.Count(strings.Join(b.since(before), "\n"), "transcript "+alices)
			if want := map[bool]int{true: 1}[tt.told]; told != want {
				t.Fatalf("alice is told %d times: %q", told, b.since(before))
			}
			if !tt.told {
				return
			}
			m := b.last(notify.TemplateTranscript, alices)
			if !strings.Contains(m.msg.Text, "✗ #") || !strings.Contains(m.msg.Text, "commands work in answer to emails to agents, such as this one") || strings.Contains(m.msg.Text, "✓") {
				t.Errorf("alice reads\n%s", m.msg.Text)
			}
			answer()
			if again := strings.Count(strings.Join(b.summary(), "\n"), "transcript "+alices); again != 1 {
				t.Errorf("alice is told %d times", again)
			}
			b.take(letter{from: alices, to: m.answer(), subject: "Re: x", text: "#take\n#hold\n"})
			if got := b.ticket(of).Status; got != ticket.StatusOnHold {
				t.Errorf("in answer to that mail #hold makes the ticket %s", got)
			}
			b.sameRebuilt()
		})
	}
}
