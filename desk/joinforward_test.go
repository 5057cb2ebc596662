package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestForwardOfWhatIsThere: an agent passes on a mail that the desk has, or one about a
// request that is there. It joins that request as a note, the agent learns so, and the
// requester hears nothing.
func TestForwardOfWhatIsThere(t *testing.T) {
	const jams = "The printer in hall 4 jams on every second page."
	const head = "-----Original Message-----\nFrom: Hugo Brandt <hugo@harbor.example.com>\nSent: Friday, November 27, 2026 16:20\nTo: Alice\nSubject: Printer jams\n\n"
	attachedHead, attachedBody := attached("He rang twice.", "Hugo Brandt <"+hugo+">")
	inline := "He rang twice.\n\n" + head
	for _, tt := range []struct {
		name, header, text string
		joins              bool
		note               string // that bob reads
	}{
		{"attached", attachedHead, attachedBody, true, "He rang twice."},
		{"inline", "", inline + jams + "\n\nHugo\n", true, "He rang twice."},
		{"inline, with the id of the mail", "In-Reply-To: " + hugosID + "\n", inline + jams + "\n\nHugo\n", true, "He rang twice."},
		{"without a word of the agent", "", head + jams + "\n\nHugo\n", true, ""},
		{"another mail of the thread", "References: " + hugosID + "\n", inline + "Now it makes a noise as well, and the paper is torn to pieces.\n", true, "torn to pieces"},
		{"another mail under the subject", "", inline + "Now it makes a noise as well, and the paper is torn to pieces.\n", false, "torn to pieces"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople, func(s *settings.Settings) { s.SameWithin = 72 * time.Hour })
			first := b.take(letter{from: "Hugo Brandt <" + hugo + ">", to: support, subject: "Printer jams", text: jams + "\n\nHugo\n", id: hugosID, envelope: new(string)})
			n := len(b.summary())
			m := b.take(letter{from: alices, to: support, subject: "FW: Printer jams", header: tt.header, text: tt.text})
			if joined := m.Ticket == first.Ticket && m.Disposition == ticket.DispositionAppended; joined != tt.joins {
				t.Fatalf("the forward is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			if tt.joins {
				for _, s := range b.since(n) {
					if strings.HasSuffix(s, hugo) {
						t.Errorf("%s, who is told of nothing", s)
					}
				}
				if text := b.last(notify.TemplateTranscript, alices).msg.Text; !strings.Contains(text, "#1") {
					t.Errorf("alice is not told where it is:\n%s", text)
				}
				if tt.note != "" {
					if text := b.last(notify.TemplateNote, "bob@example.org").msg.Text; !strings.Contains(text, tt.note) {
						t.Errorf("bob does not read %q:\n%s", tt.note, text)
					}
				}
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestMailAfterItsAnswer: whoever stood in copy answers to all, and the answer is here before
// the mail that it answers. One whom nobody named does not get in by that.
func TestMailAfterItsAnswer(t *testing.T) {
	for _, tt := range []struct {
		from  string
		joins bool
	}{{"rosa@example.com", true}, {"eve@elsewhere.example", false}} {
		b := open(t, withPeople)
		answer := b.take(letter{from: "piet@example.com", to: "rosa@example.com", subject: "Re: Drive P", text: "With me, too.\n",
			header: "Cc: support@example.org\nIn-Reply-To: <drive@example.com>\nReferences: <drive@example.com>\n", rcpt: []string{support}})
		m := b.take(letter{from: tt.from, to: support, subject: "Drive P", text: "I can save nothing on drive P.\n", id: "<drive@example.com>"})
		if joined := m.Ticket == answer.Ticket; joined != tt.joins {
			t.Errorf("the mail of %s is %s in #%d, its answer in #%d", tt.from, m.Disposition, m.Ticket, answer.Ticket)
		}
		b.sound()
		b.sameRebuilt()
	}
}
