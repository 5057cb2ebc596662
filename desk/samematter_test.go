package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

func withinDays(s *settings.Settings) { s.SameWithin = 7 * 24 * time.Hour }

const printerText = "The printer on the second floor jams on every page, we have opened all its doors and found nothing inside it.\n"

func TestSameSenderAndSubject(t *testing.T) {
	for _, tt := range []struct {
		name          string
		from, subject string
		text, header  string
		joins, offers bool
	}{
		{name: "the same again", from: ana, subject: "Printer jams", text: printerText, joins: true},
		{name: "with other blanks and marks", from: ana, subject: "PRINTER jams!", text: strings.ToUpper(strings.ReplaceAll(printerText, " ", "\n")), joins: true},
		{name: "with one other word", from: ana, subject: "Printer jams", text: strings.Replace(printerText, "all its", "both its", 1), joins: true},
		{name: "with another figure", from: ana, subject: "Printer jams", text: strings.Replace(printerText, "second", "2nd", 1), offers: true},
		{name: "something new", from: ana, subject: "Printer jams", text: "Could we get a second printer for the gallery?\n", offers: true},
		{name: "the same and something new", from: ana, subject: "Printer jams", text: printerText + "And please order toner.\n", offers: true},
		{name: "few words", from: ana, subject: "Printer jams", text: "Please help!\n", offers: true},
		{name: "with a file", from: ana, subject: "Printer jams", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
			text: "--b\nContent-Type: text/plain\n\n" + printerText + "--b\nContent-Type: image/png; name=photo.png\nContent-Disposition: attachment; filename=photo.png\n\npicture\n--b--\n", offers: true},
		{name: "another subject", from: ana, subject: "Door camera", text: printerText},
		{name: "another sender", from: gus, subject: "Printer jams", text: printerText},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withinDays)
			b.take(letter{from: ana, to: support, subject: "Printer jams", text: printerText})
			b.deliver()
			n := len(b.outbox())
			m := b.take(letter{from: tt.from, to: support, subject: tt.subject, text: tt.text, header: tt.header})
			if joined := m.Ticket == 1; joined != tt.joins {
				t.Fatalf("it is %s (%s) in #%d; joins = %t, want %t", m.Disposition, m.Reason, m.Ticket, joined, tt.joins)
			}
			told := b.to("alice@example.org", n)
			if len(told) != 1 {
				t.Fatalf("alice is told %v, want one notice", b.since(n))
			}
			if offers := strings.Contains(told[0].msg.Text, "#merge 1"); offers != tt.offers {
				t.Errorf("the notice offers the merge: %t, want %t\n%s", offers, tt.offers, told[0].msg.Text)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

func TestNewSubject(t *testing.T) {
	for _, tt := range []struct {
		subject string
		shown   bool
	}{
		{"Order: 4 headsets", true},
		{"Re: [Example IT #1] Order: 4 headsets", true},
		{"Re: VPN drops", false},
		{"AW: [Example IT #1] VPN drops", false},
		{"VPN drops (urgent)", false},
		{"Re: [Example IT #1] Your request", false}, // as the acknowledgement to somebody unproven is called
		{"", false},
	} {
		t.Run(tt.subject, func(t *testing.T) {
			b := open(t)
			b.request()
			b.deliver()
			ack := b.last(notify.TemplateAcknowledgement, ana)
			n := len(b.outbox())
			b.take(letter{from: ana, to: ack.answer(), subject: tt.subject, text: "We need something for the gallery, please.\n"})
			told := b.to("alice@example.org", n)
			if len(told) != 1 || strings.Contains(told[0].msg.Text, "New subject:") != tt.shown {
				t.Errorf("shown = %t, want %t: %v", !tt.shown, tt.shown, b.since(n))
			}
			if tt.shown && (!strings.Contains(told[0].msg.Text, "Order: 4 headsets") || !strings.Contains(told[0].msg.Text, "Reply with #split") || !strings.Contains(told[0].msg.HTML, "%23split%20mail%202")) {
				t.Errorf("the subject or the action is missing:\n%s", told[0].msg.Text)
			}
		})
	}
}

// TestSubjectSaysAll: who answers in the subject, with no text or hardly any, is heard; a prefix of gateways above a
// text is no new subject.
func TestSubjectSaysAll(t *testing.T) {
	for _, tt := range []struct {
		subject, text string
		shown         bool
	}{
		{"Re: [Example IT #1] VPN drops - still today", "", true},
		{"Re: VPN drops still today", "see subject\n", true},
		{"Re: VPN drops still today", "It drops each hour.\n", false},
		{"Re: [Example IT #1] VPN drops", "", false},
		{"Re: [EXTERNAL] [Example IT #1] VPN drops", "", false},
		{"Re: VPN", "", false},
	} {
		t.Run(tt.subject+tt.text, func(t *testing.T) {
			b := open(t)
			b.request()
			b.deliver()
			ack := b.last(notify.TemplateAcknowledgement, ana)
			n := len(b.outbox())
			b.take(letter{from: ana, to: ack.answer(), subject: tt.subject, text: tt.text})
			told := b.to("alice@example.org", n)
			if len(told) != 1 || strings.Contains(told[0].msg.Text, "New subject:") != tt.shown {
				t.Errorf("shown = %t, want %t: %v", !tt.shown, tt.shown, b.since(n))
			}
		})
	}
}

func TestFormerName(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Former = []string{"Old IT"} })
	b.request()
	for _, subject := range []string{"Re: [Old IT #1] VPN drops", "Re: Old IT #1 VPN drops", "RE: (Example IT #1) VPN drops", "Re: Example_IT_#1"} {
		if m := b.take(letter{from: ana, to: support, subject: subject, text: "It drops at " + subject + ".\n"}); m.Ticket != 1 {
			t.Errorf("%q is %s in #%d, want in #1", subject, m.Disposition, m.Ticket)
		}
		if m := b.take(letter{from: gus, to: support, subject: subject, text: "Show me " + subject + ".\n"}); m.Ticket == 1 {
			t.Errorf("a stranger's %q joins #1", subject)
		}
	}
	if got := b.ticket(2).Subject; got != "VPN drops" {
		t.Errorf("the subject of a ticket is %q, want it without the old tag", got)
	}
	if !slices.ContainsFunc(b.entries(1), func(e ticket.Entry) bool { return strings.Contains(e.Text, "Old IT") }) {
		t.Error("nothing was filed")
	}
}

// TestRepeatOfAnOlderMail: what repeats the first of several requests under one subject
// joins that one.
func TestRepeatOfAnOlderMail(t *testing.T) {
	b := open(t, withinDays)
	const jams = "The printer at the till has printed nothing since this morning.\n"
	write := func(text string) ticket.Mail {
		return b.take(letter{from: ana, to: support, subject: "Printer", text: text})
	}
	first, second, again := write(jams), write("Is there any news yet?\n"), write(jams)
	if second.Ticket == first.Ticket || again.Ticket != first.Ticket || again.Disposition != ticket.DispositionAppended {
		t.Errorf("the mails are in #%d, #%d and, repeated, %s in #%d", first.Ticket, second.Ticket, again.Disposition, again.Ticket)
	}
	b.sameRebuilt()
}
