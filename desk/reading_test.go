package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestOpeningMailIsReadWhole: in the mail that opens a ticket everything is
// content, whatever it looks like.
func TestOpeningMailIsReadWhole(t *testing.T) {
	const answersOther = "In-Reply-To: <door-1@example.net>\nReferences: <door-1@example.net>\n"
	for _, tt := range []struct{ name, subject, header, text, want string }{
		{"an answer to a colleague", "Re: Door 5", answersOther, "Can you do what Kaja describes?\n\nOn Fri, 27 Nov 2026 at 10:00, Kaja Lund <kaja@example.net> wrote:\n> Door 5 needs firmware 2.8.\n", "firmware 2.8"},
		{"an Outlook header", "AW: Door 5", answersOther, "Siehe unten.\n\nVon: Kaja Lund <kaja@example.net>\nGesendet: Freitag, 27. November 2026 10:00\nAn: Ana <ana@example.net>\nBetreff: Door 5\n\nDoor 5 needs firmware 2.8.\n", "firmware 2.8"},
		{"a mail that is passed on", "Fwd: Invoice", "", "Is this phishing?\n\n---------- Forwarded message ---------\nFrom: Accounts <a@example.com>\nDate: Thu, 26 Nov 2026 at 08:00\nSubject: Invoice\nTo: Ana <ana@example.net>\n\nInvoice 5521 is overdue.\n", "Invoice 5521"},
		{"text below dashes", "Error", "", "The error:\n\n--\nTraceback: errno 13\n--\n\nPlease set the rights.\n", "errno 13"},
		{"text below underscores", "Accounts", "", "Please create:\n\n________________________________\nName: Bo Ek\nRoom: 12\n", "Room: 12"},
		{"fields that were pasted", "Refused", "", "What is this?\n\nFrom: <a@example.net>\nTo: <b@example.com>\nSubject: test\nStatus: 550 rejected\n", "550 rejected"},
		{"the line of a phone", "Line", "", "The phone says\n\nSent from my iPhone\n", "Sent from my iPhone"},
		{"a postscript", "Account", "", "Please unlock ana2.\n\n-- \nAna\n\nPS: and nils7.\n", "nils7"},
		{"an attached mail", "See attached", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
			"--b\nContent-Type: text/plain\n\nPlease see.\n--b\nContent-Type: message/rfc822\n\nFrom: Olga <olga@example.com>\nSubject: Lamp\n\nLamp 3 is dark.\n--b--\n", "Lamp 3 is dark."},
	} {
		b := open(t)
		m := b.take(letter{from: ana, to: support, subject: tt.subject, header: tt.header, text: tt.text})
		if m.Disposition != ticket.DispositionNew {
			t.Errorf("%s: the mail is %s, want new", tt.name, m.Disposition)
			continue
		}
		if text := b.last(notify.TemplateNewTicket, "alice@example.org").msg.Text; !strings.Contains(text, tt.want) {
			t.Errorf("%s: the notice lacks %q:\n%s", tt.name, tt.want, text)
		}
	}
}

// TestLaterMailLosesNothing: in a later mail only what the desk sent or has is
// cut; answers within it and mail of others are read.
func TestLaterMailLosesNothing(t *testing.T) {
	const heading = "\nFrom: Example IT <support@example.org>\nSent: Saturday, 28 November 2026 16:10\nTo: Ana <ana@example.net>\nSubject: VPN\n\n"
	const questions = "1. Which version do you have?\n2. Does it run on the telephone?\n"
	for _, tt := range []struct {
		name, text string
		want       []string
		not        string
	}{
		{"only our mail", "It runs now.\n" + heading + questions, []string{"It runs now."}, "Which version"},
		{"our mail, marked", "It runs now.\n\nOn 28 Nov 2026, Example IT wrote:\n> 1. Which version do\n> you have?\n> 2. Does it run on the telephone?\n", []string{"It runs now."}, "telephone"},
		{"her own first mail", "It runs now.\n\nOn 27 Nov 2026, Ana <ana@example.net> wrote:\n> My VPN drops every ten minutes.\n", []string{"It runs now."}, "27 Nov"},
		{"answers behind the lines", "See below.\n" + heading + "1. Which version do you have? Version 4.\n2. Does it run on the telephone?\nNo.\n", []string{"Which version do you have? Version 4.", "Does it run on the telephone?\nNo."}, "Sent:"},
		{"a colleague's mail", "Kim knows more.\n\nOn 27 Nov 2026, Kim <kim@example.net> wrote:\n> It drops in room 3 only.\n> Since the new switch.\n", []string{"Kim knows more.", "[Earlier mail, 3 lines:]", "It drops in room 3 only."}, ""},
		{"a mail that is passed on", "The provider says:\n\n---------- Forwarded message ---------\nFrom: Provider <p@example.com>\nDate: Thu, 26 Nov 2026 at 08:00\nSubject: Line\nTo: Ana <ana@example.net>\n\nWe work on line 7.\n", []string{"We work on line 7."}, ""},
	} {
		b := open(t)
		b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, questions)
		b.take(letter{from: ana, to: b.last(notify.TemplateReply, ana).answer(), subject: "Re: VPN", text: tt.text})
		notice := b.last(notify.TemplateMessage, "alice@example.org").msg.Text
		entries := b.entries(1)
		text := entries[len(entries)-1].Text
		for _, want := range tt.want {
			line, _, _ := strings.Cut(want, "\n")
			if !strings.Contains(text, want) || !strings.Contains(notice, line) {
				t.Errorf("%s: the entry or the notice lacks %q:\n%s\n%s", tt.name, want, text, notice)
			}
		}
		if tt.not != "" && strings.Contains(text, tt.not) {
			t.Errorf("%s: the entry has %q:\n%s", tt.name, tt.not, text)
		}
	}
}
