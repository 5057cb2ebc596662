package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// TestAnswersBeforeTheirMail: answers to all that arrive before the mail that they are about make one request with it, in
// whatever order and however they name it; somebody who was not among the people opens their own.
func TestAnswersBeforeTheirMail(t *testing.T) {
	const piet, ulla, mallory = "piet@mill.example.com", "ulla@partner.example.net", "mallory@example.com"
	first := letter{from: ana, to: support, subject: "Drive", text: "We can save nothing on drive P since Monday.\n", id: "<a@mill>", header: "Cc: " + piet + ", " + ulla + "\n"}
	answer := letter{from: piet, to: ana + ", " + support, subject: "RE: Drive", text: "With me it says quota exceeded.\n", id: "<b@mill>", header: "Cc: " + ulla + "\n", rcpt: []string{support}}
	next := letter{from: ulla, to: piet + ", " + ana + ", " + support, subject: "AW: Drive", text: "Here it is the same since nine.\n", id: "<c@partner>", rcpt: []string{support}}
	with := func(l letter, header string) letter { l.header += header; return l }
	both, references := "In-Reply-To: <a@mill>\nReferences: <a@mill>\n", "References: <a@mill>\n"
	whole := "In-Reply-To: <b@mill>\nReferences: <a@mill> <b@mill>\n"
	alone := with(answer, both)
	alone.to, alone.header = support, both
	stranger := first
	stranger.from = mallory
	for _, tt := range []struct {
		name  string
		mails []letter
		want  int // tickets
	}{
		{"an answer", []letter{with(answer, both), first}, 1},
		{"an answer with References alone", []letter{with(answer, references), first}, 1},
		{"an answer to an answer", []letter{with(next, whole), first}, 1},
		{"both answers, the later one first", []letter{with(next, whole), with(answer, both), first}, 1},
		{"both answers, each with what it answers alone", []letter{with(next, "In-Reply-To: <b@mill>\n"), with(answer, "In-Reply-To: <a@mill>\n"), first}, 1},
		{"both answers in order", []letter{with(answer, both), with(next, whole), first}, 1},
		{"an answer to the desk alone", []letter{alone, first}, 2},
		{"an answer, and its mail in a stranger's name", []letter{with(answer, both), stranger}, 2},
	} {
		b := open(t, withPeople)
		for _, l := range tt.mails {
			b.take(l)
		}
		if n := b.tickets(); n != tt.want {
			t.Errorf("%s: %d tickets, want %d", tt.name, n, tt.want)
		}
		if tt.want == 1 {
			var words string
			for _, e := range b.entries(1) {
				words += e.Text
			}
			for _, l := range tt.mails {
				if !strings.Contains(words, strings.TrimSpace(l.text)) {
					t.Errorf("%s: #1 lacks %q", tt.name, l.text)
				}
			}
			if n := len(b.summary()) - strings.Count(strings.Join(b.summary(), " "), "@example.org"); n != 1 {
				t.Errorf("%s: those outside get %q", tt.name, b.summary())
			}
			if got := b.ticket(1).Status; got != ticket.StatusNew {
				t.Errorf("%s: #1 is %s", tt.name, got)
			}
		}
		b.sameRebuilt()
	}
}

// TestAnsweredFirstIsRebuilt: a machine's mail and the end of a request, too, are decided again as they were.
func TestAnsweredFirstIsRebuilt(t *testing.T) {
	const piet, ulla, mallory = "piet@mill.example.com", "ulla@partner.example.net", "mallory@example.com"
	answer := letter{from: piet, to: ana + ", " + support, subject: "RE: Drive", text: "With me it says quota exceeded.\n", header: "Cc: " + ulla + "\nIn-Reply-To: <a@mill>\n", rcpt: []string{support}}
	const byMachine = "Auto-Submitted: auto-generated\n"
	for _, tt := range []struct {
		name  string
		later letter
		want  ticket.Disposition
	}{
		{"a machine's answer", letter{from: ana, to: support, subject: "Drive", text: "Quota report.\n", header: byMachine + "In-Reply-To: <a@mill>\n"}, ticket.DispositionMachine},
		{"the mail itself, by a machine", letter{from: ana, to: support, subject: "Drive", text: "Quota report.\n", id: "<a@mill>", header: byMachine}, ticket.DispositionMachine},
		{"thanks", letter{from: ana, to: support, subject: "RE: Drive", text: "Thanks!\n", header: "In-Reply-To: <a@mill>\n"}, ticket.DispositionAppended},
		{"a stranger's answer", letter{from: mallory, to: support, subject: "RE: Drive", text: "Mine is full too.\n", header: "In-Reply-To: <a@mill>\n"}, ticket.DispositionNew},
		{"another matter", letter{from: ana, to: support, subject: "Printer", text: "It prints nothing.\n", id: "<a@mill>"}, ticket.DispositionNew},
	} {
		b := open(t, withPeople)
		b.take(answer)
		if m := b.take(tt.later); m.Disposition != tt.want || m.Disposition != ticket.DispositionNew && m.Ticket != 1 {
			t.Errorf("%s: %s (%s) in #%d, want %s", tt.name, m.Disposition, m.Reason, m.Ticket, tt.want)
		}
		b.sameRebuilt()
	}
	b := open(t, withPeople)
	b.take(answer)
	b.agentWrites(aliceAt, "new-ticket", "#close\nMended.\n")
	b.deliver()
	if m := b.take(letter{from: ulla, to: support, subject: "RE: Drive", text: "Here it is the same since nine.\n", header: "In-Reply-To: <a@mill>\n"}); m.Reason != ticket.ReasonFollowUp {
		t.Errorf("after the end: %s (%s)", m.Disposition, m.Reason)
	}
	b.sameRebuilt()
}

// TestAnsweredFirstAsBefore: what older versions decided with fewer ids stays so when it is handled again.
func TestAnsweredFirstAsBefore(t *testing.T) {
	const piet, ulla = "piet@mill.example.com", "ulla@partner.example.net"
	for _, tt := range []struct{ subject, header, reason string }{
		{"RE: [Example IT #2] Monitor", "In-Reply-To: <x@mill>\n", "subject-tag"},
		{"RE: Monitor", "In-Reply-To: <x@mill>\nReferences: <m@mill> <x@mill>\n", "foreign-id"},
		{"RE: [Example IT #2] Monitor", "In-Reply-To: <x@mill>\nAuto-Submitted: auto-generated\n", "auto-submitted"},
	} {
		b := open(t, withPeople)
		b.take(letter{from: piet, to: ana + ", " + support, subject: "RE: Drive", text: "Quota exceeded.\n", header: "Cc: " + ulla + "\nIn-Reply-To: <a@mill>\nReferences: <x@mill> <a@mill>\n", rcpt: []string{support}})
		b.take(letter{from: piet, to: support, subject: "Monitor", text: "It stays black.\n", id: "<m@mill>"})
		l := letter{from: piet, to: support, subject: tt.subject, text: "Still black.\n", header: tt.header}
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: piet, ForwardPaths: []string{support}}, l.bytes())
		if err == nil {
			err = b.HandleAgain(b.ctx, b.mail(id), l.bytes(), &incoming.Was{At: time.Now(), Reason: tt.reason, Ticket: 2})
		}
		if err != nil {
			t.Fatal(err)
		}
		if m := b.mail(id); m.Ticket != 2 || m.Reason != tt.reason {
			t.Errorf("%s by %s is %s (%s) in #%d", tt.subject, tt.reason, m.Disposition, m.Reason, m.Ticket)
		}
	}
}
