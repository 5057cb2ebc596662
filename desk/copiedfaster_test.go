package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// faster is a desk to which somebody sends copies of mails before these arrive.
func faster(s *settings.Settings) {
	onLadder(s)
	s.Control = control
	s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "failed", When: `dmarc == "fail"`, Spam: true})
}

// TestCopiedFaster: a copy that is set apart, or proves nothing, takes nothing of the effect of
// the true mail that comes after it with the same words.
func TestCopiedFaster(t *testing.T) {
	failed := ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}
	for _, tt := range []struct {
		name  string
		copy  func(*letter) // what the copy has otherwise
		found ticket.Authentication
		apart ticket.Disposition
	}{
		{"marked as spam", func(l *letter) { l.header += "X-Spam-Flag: YES\n" }, ticket.Authentication{}, ticket.DispositionSpam},
		{"spam by a rule about its sender", func(l *letter) { l.client = outside }, failed, ticket.DispositionSpam},
		{"marked as a note of absence", func(l *letter) { l.header += "Auto-Submitted: auto-replied\n" }, ticket.Authentication{}, ticket.DispositionMachine},
		{"marked as gone round", func(l *letter) { l.header += "X-Maildesk-Loop: desk.example.org\n" }, ticket.Authentication{}, ticket.DispositionMachine},
		{"marked as delivered before", func(l *letter) { l.header += "Delivered-To: support@example.org\n" }, ticket.Authentication{}, ticket.DispositionMachine},
	} {
		for _, more := range []string{"", "It is on the second floor, near the lift.\n"} {
			t.Run(tt.name+" "+more, func(t *testing.T) {
				b := open(t, faster)
				b.CheckWith(&checker{found: tt.found})
				l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>", client: "192.0.2.9"}
				copied := l
				copied.client = ""
				tt.copy(&copied)
				if m := b.take(copied); m.Disposition != tt.apart {
					t.Fatalf("the copy is %s (%s), want %s", m.Disposition, m.Reason, tt.apart)
				}
				l.text += more
				m := b.take(l)
				if m.Disposition != ticket.DispositionNew {
					t.Errorf("the true mail is %s (%s)", m.Disposition, m.Reason)
				}
				for _, want := range []string{"acknowledgement " + ana, "new-ticket " + aliceAt} {
					if !slices.Contains(b.summary(), want) {
						t.Errorf("there is no %s among %v", want, b.summary())
					}
				}
				before := len(b.summary())
				if again := b.take(l); again.Ticket != m.Ticket || len(b.since(before)) > 0 {
					t.Errorf("the true mail, again, is %s (%s) in #%d, and makes %v", again.Disposition, again.Reason, again.Ticket, b.since(before))
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestCopiedAnswer: of an answer that comes to a signed address, a copy that came to the desk's own
// takes no effect away: neither with the same words nor with fewer.
func TestCopiedAnswer(t *testing.T) {
	const words = "Please hold the red button until the lamp is green.\n"
	for _, less := range []string{words, "Please hold the red button\n"} {
		for _, header := range []string{"", results + "dmarc=fail header.from=example.org\n"} {
			b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
			before := b.request()
			n := b.last(notify.TemplateNewTicket, aliceAt)
			b.take(letter{from: aliceAt, to: support, subject: "Re: " + n.msg.Subject, text: less, id: "<true@example.org>", header: header})
			if slices.Contains(b.summary(), "reply "+ana) {
				t.Fatal("the copy goes to Ana")
			}
			m := b.take(letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: words, id: "<true@example.org>", header: "In-Reply-To: " + n.MessageID + "\n"})
			if m.Ticket != before.ID || !strings.Contains(b.last(notify.TemplateReply, ana).msg.Text, "red button") {
				t.Errorf("after a copy %q with %q the answer is %s (%s) in #%d", less, header, m.Disposition, m.Reason, m.Ticket)
			}
			b.sound()
			b.sameRebuilt()
		}
	}
}

// TestForgedCopyOfAnAnswer: a requester's answer opens their ticket again though a forged copy of it
// was filed before.
func TestForgedCopyOfAnAnswer(t *testing.T) {
	b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
	id := b.request().ID
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
	b.deliver()
	n := b.last(notify.TemplateResolution, ana)
	l := letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "It still drops every ten minutes.\n", id: "<true@example.net>", header: "In-Reply-To: " + n.MessageID + "\n"}
	copied := l
	copied.to, copied.header = support, results+"dmarc=fail header.from=example.net\n"
	if b.take(copied); b.ticket(id).Status != ticket.StatusResolved {
		t.Fatalf("after the copy the ticket is %s", b.ticket(id).Status)
	}
	if m := b.take(l); b.ticket(id).Status != ticket.StatusOpen {
		t.Errorf("the true answer is %s (%s), and the ticket %s", m.Disposition, m.Reason, b.ticket(id).Status)
	}
	b.sound()
	b.sameRebuilt()
}

// TestWordsBesideACopy: what a copy adds to the mail that came before, or an authenticated one says
// otherwise, agents are told; a footer they are not.
func TestWordsBesideACopy(t *testing.T) {
	const first = "The printer on the second floor burns.\n"
	for _, tt := range []struct {
		name, first, then string
		proven            bool
		told              bool
	}{
		{"a footer", first, first + "-- \nstaff mailing list, unsubscribe at https://lists.example.net\n", false, false},
		{"more words", first, first + "Please send somebody before noon.\n", false, true},
		{"fewer words", first + "Do nothing before noon.\n", first, false, false},
		{"fewer words, proven", first + "Do nothing before noon.\n", first, true, true},
		{"a footer of the first, then proven", first + "-- \nstaff mailing list, unsubscribe at https://lists.example.net\n", first, true, false},
	} {
		b := open(t, faster)
		opened := b.take(letter{from: ana, to: support, subject: "printer", text: tt.first, id: "<list@example.net>"})
		before := len(b.summary())
		l := letter{from: ana, to: support, subject: "[staff] printer", text: tt.then, id: "<list@example.net>"}
		if tt.proven {
			l.client = "192.0.2.9"
		}
		m := b.take(l)
		if m.Reason != "altered-copy" || m.Ticket != opened.Ticket {
			t.Errorf("%s: the copy is %s (%s) in #%d", tt.name, m.Disposition, m.Reason, m.Ticket)
		}
		if told := slices.Contains(b.since(before), "message "+aliceAt); told != tt.told {
			t.Errorf("%s: alice is told: %t, of %v", tt.name, told, b.since(before))
		}
		if tt.told {
			text := b.last(notify.TemplateMessage, aliceAt).msg.Text
			for line := range strings.Lines(tt.then) {
				if !strings.Contains(text, strings.TrimSpace(line)) || !strings.Contains(text, "came before with other words") {
					t.Errorf("%s: alice reads\n%s", tt.name, text)
				}
			}
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestRepeatedDeliveryHasNoEffect: what comes twice from its own sender takes effect once, also where
// no ticket is made of it.
func TestRepeatedDeliveryHasNoEffect(t *testing.T) {
	b := open(t, faster)
	b.request()
	for _, tt := range []struct {
		name string
		l    letter
		want ticket.Disposition // of the second delivery
	}{
		{"a question to the desk", letter{from: aliceAt, to: control, subject: "list", text: "list\n", client: "192.0.2.9"}, ticket.DispositionDuplicate},
		{"a note of absence", letter{from: ana, to: support, subject: "Away", text: "I am away.\n", header: "Auto-Submitted: auto-replied\n"}, ticket.DispositionDuplicate},
		{"spam", letter{from: ana, to: support, subject: "lottery", text: "You have won.\n"}, ticket.DispositionSpam},
		{"a wish", letter{from: ana, to: support, subject: "What is open?", text: "What is open?\n", client: "192.0.2.9"}, ticket.DispositionDuplicate},
	} {
		tt.l.id = "<twice." + string(tt.want) + "." + strings.ReplaceAll(tt.name, " ", "-") + "@example.net>"
		b.take(tt.l)
		before := len(b.summary())
		if m := b.take(tt.l); m.Disposition != tt.want || len(b.since(before)) > 0 {
			t.Errorf("%s: the second delivery is %s (%s), and made %v", tt.name, m.Disposition, m.Reason, b.since(before))
		}
	}
	b.sound()
	b.sameRebuilt()
}
