package desk_test

import (
	"fmt"
	"strings"
	"testing"
)

// aboutEvent returns a mail about an event, as calendar programs write them: they name no
// mail in it, and write another subject each time.
func aboutEvent(from, subject, method, uid, start string) letter {
	return letter{from: from, to: support, subject: subject, header: "MIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8; method=" + method + "\n",
		text: fmt.Sprintf("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:%s\nBEGIN:VEVENT\nUID:%s\nORGANIZER:mailto:%s\nATTENDEE:mailto:%s\nSUMMARY:Move of the printer\nDTSTART:%s\nDTEND:20261203T120000Z\nEND:VEVENT\nEND:VCALENDAR\n",
			method, uid, ana, support, start)}
}

// TestMailsAboutOneEvent sends what follows upon an invitation. A mail about the same event
// belongs to the same ticket, if its writer may write to that.
func TestMailsAboutOneEvent(t *testing.T) {
	const uid, start = "040000008200E00074C5B7101A82E008", "20261203T080000Z"
	for _, tt := range []struct {
		name  string
		mail  letter
		joins bool
		told  string // what alice reads then
	}{
		{"another time", aboutEvent(ana, "Updated: Move of the printer", "REQUEST", uid, "20261203T100000Z"), true, "10:00"},
		{"called off", aboutEvent(ana, "Canceled: Move of the printer", "CANCEL", uid, start), true, "Cancelled"},
		{"a comment to it", aboutEvent(ana, "Re: Move", "COUNTER", uid, "20261203T110000Z"), true, "11:00"},
		{"another event", aboutEvent(ana, "Move of the scanner", "REQUEST", "other", start), false, "08:00"},
		{"by a stranger", aboutEvent(gus, "Canceled: Move of the printer", "CANCEL", uid, start), false, "Cancelled"},
		{"in an answer to another ticket", letter{from: ana, to: support, subject: "Re: [Example IT #2] Door", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
			text: "--b\n\nThe door again.\n--b\nContent-Type: text/calendar\n\n" + aboutEvent(ana, "", "REQUEST", uid, start).text + "--b--\n"}, false, "The door again"},
		{"an event without a name", aboutEvent(ana, "Canceled: Move of the printer", "CANCEL", "", start), false, "Cancelled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.take(aboutEvent(ana, "Move of the printer", "REQUEST", uid, start))
			b.take(letter{from: ana, to: support, subject: "Door", text: "It sticks.\n"})
			b.deliver()
			n := len(b.outbox())
			m := b.take(tt.mail)
			if joined := m.Ticket == 1; joined != tt.joins || strings.Contains(tt.mail.subject, "#2") && m.Ticket != 2 {
				t.Fatalf("it is %s (%s) in #%d; joins = %t, want %t", m.Disposition, m.Reason, m.Ticket, joined, tt.joins)
			}
			told := b.to("alice@example.org", n)
			if len(told) != 1 || !strings.Contains(told[0].msg.Text, tt.told) {
				t.Errorf("alice is told %v, want one notice with %q", told, tt.told)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
