package desk_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// inside is a client whose mails need no more proof.
const inside = "192.0.2.7"

func trustInside(s *settings.Settings) {
	s.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
}

// TestWhatIsOpen: a requester who is known gets the list of their own open requests, and
// nothing else; whoever is not known opens a request.
func TestWhatIsOpen(t *testing.T) {
	list := []string{"open-requests " + ana}
	request := []string{"new-ticket alice@example.org", "new-ticket bob@example.org"}
	for _, tt := range []struct {
		name   string
		l      letter
		answer bool // of the mail to Ana about her first request
		want   []string
	}{
		{"a new mail, proven", letter{from: ana, subject: "What is open?", text: "What is open?\n", client: inside}, false, list},
		{"by the subject alone", letter{from: ana, subject: "What is open?", client: inside}, false, list},
		{"by a word", letter{from: ana, subject: "x", text: "#list\n", client: inside}, false, list},
		{"in German", letter{from: ana, subject: "Frage", text: "Was ist noch offen?\n", client: inside}, false, list},
		{"an answer", letter{from: ana, text: "What is open?\n"}, true, list},
		{"a new mail that proves nothing", letter{from: ana, subject: "What is open?", text: "What is open?\n"}, false, append([]string{"acknowledgement " + ana}, request...)},
		{"a forged one", letter{from: ana, subject: "What is open?", text: "What is open?\n", client: inside, header: "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\n"}, false, nil},
		{"the address of somebody else", letter{from: "mallory@evil.example", text: "What is open?\n"}, true, nil},
		{"more than the question", letter{from: ana, subject: "What is open?", text: "What is open? And the printer jams.\n", client: inside}, false, nil},
		{"a matter of its own", letter{from: ana, subject: "Museum on Sunday", text: "What is open?\n", client: inside}, false, nil},
		{"a machine", letter{from: ana, subject: "What is open?", text: "What is open?\n", client: inside, header: "Auto-Submitted: auto-generated\n"}, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, trustInside, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
			b.request() // 1, which stays open
			b.take(letter{from: ana, to: support, subject: "Scanner", text: "It is blind.\n"})
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#resolve\nDone.\n")
			b.take(letter{from: "kim@example.net", to: support, subject: "Salary", text: "It is wrong.\n"})
			b.deliver()
			notice := b.outbox()[0]
			l := tt.l
			if l.to = support; tt.answer {
				l.to, l.subject = notice.answer(), notice.msg.Subject
			}
			before, tickets := len(b.summary()), b.tickets()
			m := b.take(l)
			made := b.since(before)
			answered := len(made) == 1 && made[0] == list[0]
			if wanted := len(tt.want) == 1; answered != wanted || tt.want != nil && !wanted && len(made) != len(tt.want) {
				t.Errorf("%v, want %v", made, tt.want)
			}
			if !answered {
				if m.Reason == "open-requests" {
					t.Errorf("the mail is %s", m.Reason)
				}
				return
			}
			if m.Disposition != ticket.DispositionMachine || b.tickets() != tickets {
				t.Errorf("the mail is %s, of %d tickets there are %d", m.Disposition, tickets, b.tickets())
			}
			got := b.outbox()[before]
			for _, want := range []string{"#1 VPN drops", "in progress|received|eingegangen"} {
				found := false
				for one := range strings.SplitSeq(want, "|") {
					found = found || strings.Contains(got.msg.Text, one)
				}
				if !found {
					t.Errorf("there is no %q in\n%s", want, got.msg.Text)
				}
			}
			for _, not := range []string{"Scanner", "Salary", "kim@", "alice", "first-line"} {
				if strings.Contains(string(got.Bytes), not) {
					t.Errorf("%q goes out:\n%s", not, got.msg.Text)
				}
			}
			if !strings.Contains(got.msg.HTML, "support&#43;t1-") {
				t.Errorf("no link leads to the request:\n%s", got.msg.HTML)
			}
			b.sameRebuilt()
		})
	}
}

// TestWantedLanguage: whoever asks for a language gets it from then on, whatever they write in.
func TestWantedLanguage(t *testing.T) {
	for _, tt := range []struct {
		text    string
		answers bool
		proven  bool
		told    string // what follows, of the mails to Ana
		want    string // the language of her request
	}{
		{"#language de\n", true, false, "language", "de"},
		{"#langue allemand\n", true, false, "language", "de"},
		{"#language German\n", false, true, "language", "de"},
		{"Please write to me in German.\n", false, true, "language", "de"},
		{"Auf Deutsch bitte.\n", true, false, "", "de"},
		{"#language klingon\n", true, false, "language", "en"},
		{"#language de\n", false, false, "acknowledgement", "en"},
		{"#language de\nThe printer jams.\n", false, true, "acknowledgement", "en"},
	} {
		name := fmt.Sprintf("%q, answers %t, proven %t", tt.text, tt.answers, tt.proven)
		t.Run(name, func(t *testing.T) {
			b := open(t, trustInside)
			id := b.take(letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n"}).Ticket
			b.deliver()
			l := letter{from: ana, to: support, subject: "Question", text: tt.text}
			if tt.answers {
				notice := b.last(notify.TemplateAcknowledgement, ana)
				l.to, l.subject = notice.answer(), notice.msg.Subject
			}
			if tt.proven {
				l.client = inside
			}
			before := len(b.outbox())
			b.take(l)
			told := ""
			for _, s := range b.outbox()[before:] {
				if s.Recipient == ana {
					told = s.Template
				}
			}
			if told != tt.told {
				t.Errorf("she gets %q, want %q", told, tt.told)
			}
			if got := b.ticket(id).Language; got != tt.want {
				t.Errorf("the language is %q, want %q", got, tt.want)
			}
			if tt.want != "de" {
				return
			}
			// Also what she writes in English later, to an old request and to a new one.
			notice := b.last(notify.TemplateAcknowledgement, ana)
			b.take(letter{from: ana, to: notice.answer(), subject: notice.msg.Subject, text: "I have now opened all the doors and found nothing in there, sorry.\n"})
			next := b.take(letter{from: ana, to: support, subject: "Scanner", text: "The scanner in the corridor is blind since this morning.\n"}).Ticket
			if a, z := b.ticket(id).Language, b.ticket(next).Language; a != "de" || z != "de" {
				t.Errorf("later the languages are %q and %q", a, z)
			}
			b.sameRebuilt()
		})
	}
}

// TestGuideOnce: the first receipt of a requester says how to go on by mail, no other.
func TestGuideOnce(t *testing.T) {
	b := open(t)
	asks := func(from string) bool {
		b.take(letter{from: from, to: support, subject: "Printer", text: "It jams.\n"})
		return strings.Contains(b.last(notify.TemplateAcknowledgement, from).msg.Text, "How this works")
	}
	for i, want := range []bool{true, false, false} {
		if got := asks(ana); got != want {
			t.Errorf("receipt %d says how it works: %t, want %t", i+1, got, want)
		}
	}
	if !asks("kim@example.net") {
		t.Error("another requester is not told how it works")
	}
}
