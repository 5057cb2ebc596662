package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// faster is a desk to which somebody sends copies of mails before these arrive.
func faster(s *settings.Settings) {
	onLadder(s)
	s.Control = control
	s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "failed", When: `dmarc == "fail"`, Spam: true})
}

// hasNoMoreEffect takes a mail again, as its sender does who was not told that it came, and once
// more after hours.
func (b *bench) hasNoMoreEffect(l letter, m ticket.Mail) {
	b.t.Helper()
	for _, wait := range []time.Duration{0, 3 * time.Hour} {
		time.Sleep(wait)
		before, entries, status := len(b.summary()), len(b.entries(m.Ticket)), b.ticket(m.Ticket).Status
		again := b.takeRaw(l, l.bytes())
		if again.Disposition != ticket.DispositionDuplicate || again.Reason != fmt.Sprint("copy of mail ", m.ID) || again.Ticket != m.Ticket || b.ticket(m.Ticket).Status != status {
			b.t.Errorf("the true mail %d, again after %s, is %s (%s) in #%d, which is %s", m.ID, wait, again.Disposition, again.Reason, again.Ticket, b.ticket(m.Ticket).Status)
		}
		if more := len(b.entries(m.Ticket)) - entries; more > 0 || len(b.since(before)) > 0 {
			b.t.Errorf("the true mail, again after %s, leaves %d entries, and makes %v", wait, more, b.since(before))
		}
	}
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
		for _, like := range []struct{ more, id string }{{"", "<true@example.net>"}, {"It is on the second floor, near the lift.\n", "<true@example.net>"}, {"", ""}} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster)
				b.CheckWith(&checker{found: tt.found})
				l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: like.id, client: "192.0.2.9"}
				copied := l
				copied.client = ""
				tt.copy(&copied)
				if m := b.takeRaw(copied, copied.bytes()); m.Disposition != tt.apart {
					t.Fatalf("%s: the copy is %s (%s), want %s", tt.name, m.Disposition, m.Reason, tt.apart)
				}
				l.text += like.more
				m := b.takeRaw(l, l.bytes())
				if m.Disposition != ticket.DispositionNew {
					t.Errorf("%s: the true mail is %s (%s)", tt.name, m.Disposition, m.Reason)
				}
				for _, want := range []string{"acknowledgement " + ana, "new-ticket " + aliceAt} {
					if !slices.Contains(b.summary(), want) {
						t.Errorf("%s: there is no %s among %v", tt.name, want, b.summary())
					}
				}
				b.hasNoMoreEffect(l, m)
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
	for _, like := range []struct{ less, id string }{{words, "<true@example.org>"}, {"Please hold the red button\n", "<true@example.org>"}, {words, ""}} {
		for _, header := range []string{"", results + "dmarc=fail header.from=example.org\n"} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
				before := b.request()
				n := b.last(notify.TemplateNewTicket, aliceAt)
				copied := letter{from: aliceAt, to: support, subject: "Re: " + n.msg.Subject, text: like.less, id: like.id, header: header}
				b.takeRaw(copied, copied.bytes())
				if slices.Contains(b.summary(), "reply "+ana) {
					t.Fatal("the copy goes to Ana")
				}
				l := letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: words, id: like.id, header: "In-Reply-To: " + n.MessageID + "\n"}
				m := b.takeRaw(l, l.bytes())
				if m.Ticket != before.ID || !strings.Contains(b.last(notify.TemplateReply, ana).msg.Text, "red button") {
					t.Errorf("after a copy %q with %q the answer is %s (%s) in #%d", like, header, m.Disposition, m.Reason, m.Ticket)
				}
				replaced := slices.DeleteFunc(b.events(before.ID), func(e string) bool { return !strings.HasPrefix(e, string(ticket.EventReplaced)+":") })
				if len(replaced) != 1 {
					t.Errorf("after a copy %q with %q the ticket says %q", like, header, replaced)
				}
				b.hasNoMoreEffect(l, m)
				if slices.Contains(b.summary(), "not-done "+aliceAt) {
					b.agentWrites(aliceAt, notify.TemplateNotDone, "#anyway\n")
				}
				if n := len(slices.DeleteFunc(b.summary(), func(s string) bool { return s != "reply "+ana })); n != 1 {
					t.Errorf("Ana is sent the answer %d times", n)
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestCopiedAnswerTwice: an answer goes out though two copies of it came before, of which the second one proved
// who wrote it and was set apart for what somebody wrote over it.
func TestCopiedAnswerTwice(t *testing.T) {
	for _, id := range []string{"<true@example.org>", ""} {
		for _, over := range []string{"Auto-Submitted: auto-replied\n", "X-Maildesk-Loop: desk.example.org\n"} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
				of := b.request().ID
				n := b.last(notify.TemplateNewTicket, aliceAt)
				l := letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "Please hold the red button until the lamp is green.\n", id: id, header: "In-Reply-To: " + n.MessageID + "\n"}
				first, second := l, l
				first.to, first.header = support, ""
				second.header = over + l.header
				b.takeRaw(first, first.bytes())
				if m := b.takeRaw(second, second.bytes()); m.Disposition == ticket.DispositionAppended || slices.Contains(b.summary(), "reply "+ana) {
					t.Fatalf("the second copy is %s (%s)", m.Disposition, m.Reason)
				}
				m := b.takeRaw(l, l.bytes())
				if m.Ticket != of || !slices.Contains(b.summary(), "reply "+ana) {
					t.Errorf("after two copies, the second one with %q, the answer is %s (%s) in #%d", over, m.Disposition, m.Reason, m.Ticket)
				}
				b.hasNoMoreEffect(l, m)
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestForgedCopyOfAnAnswer: a requester's answer opens their ticket again though a copy of it that is
// forged, or answers nothing, was filed before; also where it proves no more than that it answers.
func TestForgedCopyOfAnAnswer(t *testing.T) {
	for _, id := range []string{"<true@example.net>", ""} {
		for _, header := range []string{results + "dmarc=fail header.from=example.net\n", ""} {
			for _, signed := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) { forgedCopyOfAnAnswer(t, id, header, signed) })
			}
		}
	}
}

func forgedCopyOfAnAnswer(t *testing.T, messageID, header string, signed bool) {
	b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
	id := b.request().ID
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
	b.deliver()
	n := b.last(notify.TemplateResolution, ana)
	l := letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "It still drops every ten minutes.\n", id: messageID, header: "In-Reply-To: " + n.MessageID + "\n"}
	if !signed {
		l.to = support
	}
	copied := l
	copied.to, copied.header = support, header
	if b.takeRaw(copied, copied.bytes()); b.ticket(id).Status != ticket.StatusResolved {
		t.Fatalf("after the copy the ticket is %s", b.ticket(id).Status)
	}
	m := b.takeRaw(l, l.bytes())
	if b.ticket(id).Status != ticket.StatusOpen {
		t.Errorf("the true answer is %s (%s), and the ticket %s", m.Disposition, m.Reason, b.ticket(id).Status)
	}
	b.agentWrites(aliceAt, notify.TemplateReopened, "#resolve\nIt has another fan.\n")
	b.hasNoMoreEffect(l, m)
	b.sound()
	b.sameRebuilt()
}

// TestCopyOfAnAuthenticatedAnswer: a requester's mail that shows no more of its ticket than the number opens it
// again where it is authenticated, though a copy that is not came before.
func TestCopyOfAnAuthenticatedAnswer(t *testing.T) {
	for _, id := range []string{"<true@example.net>", ""} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, faster)
			of := b.request().ID
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
			b.deliver()
			l := letter{from: ana, to: support, subject: "Re: [Example IT #1] VPN drops", text: "It still drops every ten minutes.\n", id: id}
			copied := b.takeRaw(l, l.bytes())
			if b.ticket(of).Status != ticket.StatusResolved {
				t.Fatalf("after the copy the ticket is %s", b.ticket(of).Status)
			}
			l.client = "192.0.2.9"
			m := b.takeRaw(l, l.bytes())
			if b.ticket(of).Status != ticket.StatusOpen {
				t.Errorf("the true answer is %s (%s), and the ticket %s", m.Disposition, m.Reason, b.ticket(of).Status)
			}
			b.agentWrites(aliceAt, notify.TemplateReopened, "#resolve\nIt has another fan.\n")
			b.hasNoMoreEffect(l, copied) // both came before that
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestAuthenticatedCopyOfAnOldAnswer: what was read before the ticket was resolved does not open it again.
func TestAuthenticatedCopyOfAnOldAnswer(t *testing.T) {
	for _, id := range []string{"<true@example.net>", ""} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, faster)
			of := b.request().ID
			l := letter{from: ana, to: support, subject: "Re: [Example IT #1] VPN drops", text: "It still drops every ten minutes.\n", id: id}
			b.takeRaw(l, l.bytes())
			time.Sleep(time.Hour)
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
			b.deliver()
			time.Sleep(7 * 24 * time.Hour)
			l.client = "192.0.2.9"
			m := b.takeRaw(l, l.bytes())
			if b.ticket(of).Status != ticket.StatusResolved || m.Disposition != ticket.DispositionDuplicate {
				t.Errorf("the old answer, authenticated now, is %s (%s), and the ticket %s", m.Disposition, m.Reason, b.ticket(of).Status)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestSoftlyMarkedCopy: a copy whose mark only keeps the desk from answering it opens the request: agents read
// its words, and the true mail is a copy of it.
func TestSoftlyMarkedCopy(t *testing.T) {
	b := open(t, faster)
	l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>", client: "192.0.2.9"}
	copied := l
	copied.client, copied.header = "", "Precedence: bulk\n"
	first := b.takeRaw(copied, copied.bytes())
	if first.Disposition != ticket.DispositionNew || !strings.Contains(b.last(notify.TemplateNewTicket, aliceAt).msg.Text, "every third page") {
		t.Errorf("the copy is %s (%s), and makes %v", first.Disposition, first.Reason, b.summary())
	}
	if m := b.takeRaw(l, l.bytes()); m.Disposition != ticket.DispositionDuplicate || m.Ticket != first.Ticket {
		t.Errorf("the true mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
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
		subject           string // of the second; empty: with the mark of a list
	}{
		{"a footer", first, first + "-- \nstaff mailing list, unsubscribe at https://lists.example.net\n", false, false, ""},
		{"more words", first, first + "Please send somebody before noon.\n", false, true, ""},
		{"fewer words", first + "Do nothing before noon.\n", first, false, false, ""},
		{"fewer words, proven", first + "Do nothing before noon.\n", first, true, true, ""},
		{"a footer of the first, then proven", first + "-- \nstaff mailing list, unsubscribe at https://lists.example.net\n", first, true, false, ""},
		{"the mark of a gateway", first, first + "-- \nScanned.\n", false, false, "EXTERNAL: printer"},
		{"several marks of many words", first, first + "-- \nScanned.\n", false, false, "[EXTERNAL SENDER] [CAUTION: open no links, and no files] printer"},
		{"marks and another before them", first, first + "-- \nScanned.\n", false, false, "CAUTION, EXTERNAL SENDER! [staff] printer"},
		{"marks around an answer", first, first + "-- \nScanned.\n", false, false, "[EXTERNAL SENDER] Re: [staff] printer"},
		{"marks before an answer", first, first + "-- \nScanned.\n", false, false, "EXTERNAL SENDER: Re: printer"},
		{"marks in other brackets", first, first + "-- \nScanned.\n", false, false, "{Spam?} (EXTERNAL) 【外部】 printer"},
		{"a mark behind it", first, first + "-- \nScanned.\n", false, false, "printer [SEC=OFFICIAL]"},
		{"several behind it", first, first + "-- \nScanned.\n", false, false, "[EXTERNAL] printer [SEC=OFFICIAL] [scanned]"},
		{"another matter behind it", first, first + "-- \nScanned.\n", false, true, "printer: do nothing"},
		{"the mark of another", first, first + "-- \nScanned.\n", false, false, "*** EXTERN *** printer"},
		{"words behind it", first, first + "-- \nScanned.\n", false, true, "printer is well"},
		{"words before it", first, first + "-- \nScanned.\n", false, true, "Do not switch off the printer"},
		{"another matter before it", first, first + "-- \nScanned.\n", false, true, "Blueprinter"},
	} {
		b := open(t, faster)
		opened := b.take(letter{from: ana, to: support, subject: "printer", text: tt.first, id: "<list@example.net>"})
		before := len(b.summary())
		l := letter{from: ana, to: support, subject: "[staff] printer", text: tt.then, id: "<list@example.net>"}
		if tt.subject != "" {
			l.subject = tt.subject
		}
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
			then, _, _ := strings.Cut(tt.subject+"\n"+tt.then, "-- \n")
			for line := range strings.Lines(then) {
				if !strings.Contains(text, strings.TrimSpace(line)) || !strings.Contains(text, "came before with other words") {
					t.Errorf("%s: alice reads\n%s", tt.name, text)
				}
			}
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestCopyThatReadsOtherwise: a copy that came first and differs only in the fields beside its body takes no
// word of the true mail from agents, and they are told of people whom only one of the two names.
func TestCopyThatReadsOtherwise(t *testing.T) {
	for name, tt := range map[string]struct {
		header string // of the copy
		told   string
	}{
		"as a file":         {"MIME-Version: 1.0\nContent-Type: application/octet-stream; name=a.bin\n", "came before with other words"},
		"in other letters":  {"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16le\n", "came before with other words"},
		"with a reader":     {"Cc: mallory@evil.example\n", "mallory@evil.example"},
		"just as it is now": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster)
				l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>", client: "192.0.2.9"}
				copied := l
				copied.header, copied.client = tt.header, ""
				first := b.takeRaw(copied, copied.bytes())
				before := len(b.summary())
				m := b.takeRaw(l, l.bytes())
				if m.Ticket != first.Ticket {
					t.Errorf("the true mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
				}
				if tt.told == "" {
					equal(t, "sent because of the same mail again", b.since(before), nil)
					return
				}
				text := strings.Join(strings.Fields(b.last(notify.TemplateMessage, aliceAt).msg.Text), " ")
				if !strings.Contains(text, "every third page") || !strings.Contains(text, tt.told) {
					t.Errorf("alice reads\n%s", text)
				}
				b.hasNoMoreEffect(l, m)
				b.sound()
				b.sameRebuilt()
			})
		})
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
		{"spam", letter{from: ana, to: support, subject: "lottery", text: "You have won.\n"}, ticket.DispositionDuplicate},
		{"what a filter calls spam", letter{from: ana, to: support, subject: "Prize", text: "You have won.\n", header: "X-Spam-Flag: YES\n"}, ticket.DispositionDuplicate},
		{"an unproven question to the desk", letter{from: aliceAt, to: control, subject: "mine", text: "mine\n"}, ticket.DispositionDuplicate},
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

// TestCopyThatNobodyReads: a copy that ends without an effect, because it is in the desk's name or an
// agent's without proof, takes nothing of the true mail's effect.
func TestCopyThatNobodyReads(t *testing.T) {
	for _, tt := range []struct {
		name    string
		header  string // of the copy
		subject string // of an answer to the desk; empty: a question to it
		before  int    // mails in the desk's name that came before
		reason  string // of the copy
		want    string // of the true mail
	}{
		{"a question to the desk", "", "", 0, incoming.ReasonQuestionUnproven, "question"},
		{"a question to the desk, copied as a machine's", "Precedence: bulk\n", "", 0, "precedence", "question"},
		{"marked with X-Loop", "X-Loop: support@example.org\n", "Re: [Example IT #1] VPN", 0, "in-our-name", "own-message-id"},
		{"sent by an address of the desk", "Sender: support@example.org\n", "Re: [Example IT #1] VPN", 0, "in-our-name", "own-message-id"},
		{"marked with X-Loop, without a tag", "X-Loop: support@example.org\n", "Re: VPN", 0, "in-our-name", "own-message-id"},
		{"marked with X-Loop, after many", "X-Loop: support@example.org\n", "Re: [Example IT #1] VPN", 20, "own-address", "own-message-id"},
	} {
		for _, id := range []string{"<true@example.org>", ""} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster)
				b.request()
				l := letter{from: ana, to: support, subject: tt.subject, text: "It also drops in the corridor.\n", header: "In-Reply-To: " + b.last(notify.TemplateAcknowledgement, ana).MessageID + "\n", id: id, client: "192.0.2.9"}
				if tt.subject == "" {
					l = letter{from: aliceAt, to: control, subject: "list", text: "list\n", id: id, client: "192.0.2.9"}
				}
				for i := range tt.before {
					b.take(letter{from: support, to: support, subject: "Re: [Example IT #1] " + word(i), text: "Order " + word(i) + ".\n"})
				}
				copied := l
				copied.client, copied.header = "", l.header+tt.header
				if m := b.takeRaw(copied, copied.bytes()); m.Disposition != ticket.DispositionMachine || m.Reason != tt.reason {
					t.Fatalf("%s: the copy is %s (%s)", tt.name, m.Disposition, m.Reason)
				}
				if m := b.takeRaw(l, l.bytes()); m.Reason != tt.want {
					t.Errorf("%s: the true mail is %s (%s)", tt.name, m.Disposition, m.Reason)
				}
				before := len(b.summary())
				if again := b.takeRaw(l, l.bytes()); again.Disposition != ticket.DispositionDuplicate || len(b.since(before)) > 0 {
					t.Errorf("%s: the true mail, again, is %s (%s) and makes %v", tt.name, again.Disposition, again.Reason, b.since(before))
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestQuestionCopiedElsewhere: an agent's question to the desk is answered though a copy of it that came to
// another address opened a ticket before; and once only, also where it comes again with a mark of machines.
func TestQuestionCopiedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, faster)
		l := letter{from: aliceAt, to: control, subject: "list", text: "list\n", id: "<true@example.org>", client: "192.0.2.9"}
		copied := l
		copied.to, copied.client = support, ""
		b.takeRaw(copied, copied.bytes())
		m := b.takeRaw(l, l.bytes())
		if m.Reason != "question" {
			t.Errorf("the question is %s (%s)", m.Disposition, m.Reason)
		}
		for _, header := range []string{"", "Precedence: bulk\n", "X-Loop: support@example.org\n"} {
			before := len(b.summary())
			l.header = header
			if again := b.takeRaw(l, l.bytes()); again.Disposition != ticket.DispositionDuplicate || len(b.since(before)) > 0 {
				t.Errorf("again with %q it is %s (%s) and makes %v", header, again.Disposition, again.Reason, b.since(before))
			}
		}
		b.sound()
		b.sameRebuilt()
	})
}

// TestReplayedAfterErasure: a signed question that was answered is not answered again when somebody
// sends it once more after its bytes were erased by age.
func TestReplayedAfterErasure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, faster)
		b.CheckWith(&checker{found: ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.org"}})
		l := letter{from: aliceAt, to: control, subject: "list", text: "list\n", id: "<signed@example.org>", client: outside}
		m := b.take(l)
		if m.Reason != "question" {
			t.Fatalf("the question is %s (%s)", m.Disposition, m.Reason)
		}
		time.Sleep(20 * 24 * time.Hour)
		gone := []byte("From: erased-1@erased.invalid\r\nAuto-Submitted: auto-generated\r\nSubject: (erased)\r\nMessage-ID: <erased-1.m1@erased.invalid>\r\n\r\nWhat stood here was erased (erasure 1).\r\n")
		err := b.db.EraseMails(b.ctx, func(tx *tables.Tx) error {
			return tx.ReplaceMail(ticket.ErasedMail{Mail: m.ID, How: ticket.ErasedOut, Erasure: 1}, gone)
		})
		if err != nil {
			t.Fatal(err)
		}
		before := len(b.summary())
		if again := b.take(l); again.Disposition != ticket.DispositionDuplicate || len(b.since(before)) > 0 {
			t.Errorf("the question, again, is %s (%s) and makes %v", again.Disposition, again.Reason, b.since(before))
		}
		b.sound()
	})
}
