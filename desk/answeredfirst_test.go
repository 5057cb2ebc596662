package desk_test

import (
	"strings"
	"testing"

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
