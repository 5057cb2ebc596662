package desk_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// usual are the limits of a desk whose admin set none.
func usual(s *settings.Settings) {
	s.Limits = settings.Limits{SenderHour: 5, SenderDay: 20, DomainHour: 50, Hour: 300, Hops: 50}
}

// oneAgent leaves the first line to alice, so that a storm makes fewer mails.
func oneAgent(s *settings.Settings) { s.Routing.Queues[0].Agents = []string{"alice"} }

// word returns a word of letters for a number, so that mails differ in more than digits.
func word(i int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))
}

// made counts the mails of a template that went or may go, of those made after
// the first n.
func (b *bench) made(template notify.Template, n int) int {
	b.t.Helper()
	count := 0
	for _, s := range b.outbox()[n:] {
		if s.Template == string(template) && s.Held == "" && s.State != ticket.OutboxCancelled {
			count++
		}
	}
	return count
}

// held returns the mails that wait for the guard, in the order in which it is asked.
func (b *bench) held() (list []ticket.OutboxMail) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { list, err = r.HeldOutbox(ticket.HeldFilter{}); return err })
	return list
}

// says reports whether a mail says something, however its lines are broken.
func says(s sent, words string) bool {
	return strings.Contains(strings.Join(strings.Fields(s.msg.Text), " "), words)
}

func TestT063T064PrecedenceInAllItsForms(t *testing.T) {
	b := open(t)
	for i, header := range []string{"Precedence: first\nPrecedence: bulk", "Precedence: Bulk ", "PRECEDENCE:\n  bulk", "Precedence: bulk (from our list)"} {
		b.take(letter{from: fmt.Sprintf("m%d@example.net", i), to: support, subject: "notice", text: "text\n", header: header + "\n"})
	}
	if n := b.made(notify.TemplateAcknowledgement, 0); n > 0 {
		t.Errorf("%d acknowledgements to bulk mail", n)
	}
	faulttest.Seen(t, "T063", "two Precedence fields, the second is bulk", "a ticket, no acknowledgement")
	faulttest.Seen(t, "T064", "Precedence: Bulk with capitals, a space behind, folded, with a comment", "a ticket each, no acknowledgement")
}

// TestT071AgentsOutOfOffice: an automatic answer of an agent's mailbox reaches
// nobody, whether it is marked or only says so in its subject.
func TestT071AgentsOutOfOffice(t *testing.T) {
	for _, header := range []string{"Auto-Submitted: auto-replied\n", "Precedence: bulk\nX-Autoreply: yes\n", ""} {
		b := open(t)
		opened := b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
		b.deliver()
		notice := b.last(notify.TemplateNewTicket, "bob@example.org")
		before := len(b.summary())
		m := b.take(letter{from: "bob@example.org", to: notice.answer(), subject: "Automatic reply: " + notice.msg.Subject,
			text: "I am in Rome. My colleague's password is 1234.\n", header: header + "In-Reply-To: " + notice.MessageID + "\n"})
		if m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID {
			t.Errorf("%q: the note is %s (%s) in #%d, want machine in #%d", header, m.Disposition, m.Reason, m.Ticket, opened.ID)
		}
		if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved || len(b.since(before)) > 0 {
			t.Errorf("%q: the ticket is %s, sent were %q", header, got.Status, b.since(before))
		}
	}
	faulttest.Seen(t, "T071", "an agent's out-of-office note to a notice: Auto-Submitted, X-Autoreply, or known by its subject alone", "filed as machine mail; nothing sent, the resolved ticket stays resolved")
}

func TestT072RequestersOutOfOffice(t *testing.T) {
	for _, header := range []string{"Auto-Submitted: auto-replied\n", ""} {
		b := open(t)
		opened := b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
		b.deliver()
		before := len(b.summary())
		notice := b.last(notify.TemplateResolution, ana)
		m := b.take(letter{from: ana, to: notice.answer(), subject: "Automatic reply: x", text: "I am away.\n", header: header, envelope: null()})
		if header == "" {
			m = b.take(letter{from: ana, to: notice.answer(), subject: "Abwesenheitsnotiz: x", text: "I am away.\n"})
		}
		if m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID {
			t.Errorf("the auto-reply is %s in #%d, want machine in #%d", m.Disposition, m.Ticket, opened.ID)
		}
		if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved || !got.Informed() || len(b.since(before)) > 0 {
			t.Errorf("the ticket is %s, informed %t; sent %q", got.Status, got.Informed(), b.since(before))
		}
	}
	// RFC 3834 section 4: such notes go to the reverse-path, without anything else that leads back.
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version?\n")
	_, path := b.signed(notify.TemplateReply, ana)
	if m := b.take(letter{from: ana, to: path, subject: "Out of office", text: "I am away.\n"}); m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID {
		t.Errorf("a note to the reverse-path is %s in #%d, want machine in #%d", m.Disposition, m.Ticket, opened.ID)
	}
	faulttest.Seen(t, "T072", "a requester's out-of-office note to a resolution notice: marked, with <>, or known by its subject alone", "filed as machine mail, the ticket stays resolved and informed, nothing sent")
}

// TestBudgetsBoundEveryAutomaticMail: not acknowledgements alone count, and the
// notice that a ticket waits for is late, not lost.
func TestBudgetsBoundEveryAutomaticMail(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{SenderHour: 2} })
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate cannot do it\n")
	equal(t, "within the budget", b.summary()[len(b.summary())-3:], []string{"escalated " + ana, "escalation carol@example.org", "transcript alice@example.org"})
	before := len(b.summary())
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n")
	notice := b.last(notify.TemplateResolution, ana)
	if wait := notice.NextAt.Sub(notice.CreatedAt).Round(time.Minute); wait != time.Hour || notice.Held != "budget-sender-hour" {
		t.Errorf("the notice over the budget waits for %s, want an hour", wait)
	}
	b.deliver()
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved || got.Informed() {
		t.Errorf("the ticket is %s, informed %t; want resolved, not informed", got.Status, got.Informed())
	}
	b.take(letter{from: ana, to: support, subject: "Another matter", text: "Please.\n"})
	if n := b.made(notify.TemplateAcknowledgement, before); n != 0 {
		t.Errorf("%d acknowledgements over the budget", n)
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "In my own words.\n")
	b.last(notify.TemplateReply, ana)
	if got := b.last(notify.TemplateResolution, ana); got.State != ticket.OutboxReady {
		t.Errorf("the notice is %s, want it ready", got.State)
	}
	b.take(letter{from: ana, to: notice.answer(), subject: "Re: x", text: "Not yet.\n"})
	if got := b.last(notify.TemplateResolution, ana); got.State != ticket.OutboxCancelled {
		t.Errorf("the ticket is open again, and the notice that it is solved is %s, want it cancelled", got.State)
	}
}

func TestT078DeliveredToOurs(t *testing.T) {
	b := open(t, usual)
	for i, tt := range []struct {
		header string
		source ticket.Source
		loop   bool
	}{
		{"Delivered-To: support@example.org\n", ticket.SourceSMTP, true},
		{"Delivered-To: Support+t1-x@Example.ORG\n", ticket.SourceSMTP, true},
		{"Delivered-To: sales@example.org\n", ticket.SourceSMTP, false}, // passed on from one address of ours to another
		{"Delivered-To: ana@example.net\n", ticket.SourceSMTP, false},
		{"Delivered-To: support@example.org\n", ticket.SourcePipe, false}, // by the host that pipes
		{"Delivered-To: support@example.org\nReceived: x\nDelivered-To: support@example.org\n", ticket.SourcePipe, true},
		{"Delivered-To: support@example.org\n", ticket.SourceIMAP, false},
		{"Delivered-To: support@example.org\nDelivered-To: support@example.org\n", ticket.SourceIMAP, true},
		{"Delivered-To: support@example.org\nDelivered-To: box@example.org\n", ticket.SourceIMAP, false},
		{strings.Repeat("Received: by x\n", 51), ticket.SourceIMAP, true},
		{strings.Repeat("Received: by x\n", 50), ticket.SourceIMAP, false},
		{"X-Loop: support@example.org\n", ticket.SourceSMTP, false}, // our name alone is no mark of a loop
		{"Resent-From: support@example.org\n", ticket.SourceSMTP, false},
		{"Sender: support@example.org\n", ticket.SourceSMTP, false},
	} {
		m := b.take(letter{from: fmt.Sprintf("u%d@d%d.example", i, i), to: support, subject: "matter " + word(i), text: "help\n", header: tt.header, source: tt.source})
		want := ticket.DispositionNew
		if tt.loop {
			want = ticket.DispositionMachine
		}
		if m.Disposition != want {
			t.Errorf("%s, %.60q: %s (%s), want %s", tt.source, tt.header, m.Disposition, m.Reason, want)
		}
	}
	faulttest.Seen(t, "T078", "Delivered-To with our address on SMTP, pipe and IMAP, once and twice; other addresses; X-Loop, Sender, Resent-From of ours; 51 Received fields from a mailbox", "a loop (machine, no ticket, no answer) where it was here before; a ticket where the last host wrote it")
}

// TestT068DumbPeer plays desks that acknowledge everything without a mark.
func TestT068DumbPeer(t *testing.T) {
	const peer = "help@peer.example"
	for name, answer := range map[string]func(n int, ours sent) letter{
		"our subject within its own": func(n int, ours sent) letter {
			return letter{subject: fmt.Sprintf("Ticket Received - %d - %s", n, ours.msg.Subject), text: "We have got your mail.\n"}
		},
		"its own subject only": func(n int, ours sent) letter {
			return letter{subject: fmt.Sprintf("Ticket %d received", n), text: fmt.Sprintf("Thank you. Your ticket is %d.\n", n)}
		},
		"a good client's reply": func(n int, ours sent) letter {
			return letter{subject: "Re: " + ours.msg.Subject, text: "We have got your mail.\n", header: "In-Reply-To: " + ours.MessageID + "\nReferences: " + ours.MessageID + "\n"}
		},
		"a quote of everything": func(n int, ours sent) letter {
			return letter{subject: "Fwd: " + ours.msg.Subject, text: "Received:\n\n> " + strings.ReplaceAll(ours.msg.Text, "\n", "\n> ") + "\n"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, usual)
			sentTo, taken := b.pingPong(peer, answer)
			if sentTo > 3 {
				t.Errorf("%d mails of ours to the peer, want at most 3", sentTo)
			}
			// It never tires of telling.
			before := len(b.outbox())
			for i := range 3 {
				b.take(letter{from: peer, to: support, subject: fmt.Sprintf("Ticket %d received", 990+i), text: fmt.Sprintf("Thank you. Your ticket is %d.\n", 990+i)})
				taken++
			}
			for _, s := range b.outbox()[before:] {
				if s.Recipient == peer {
					t.Errorf("the peer still gets: %s", s.Template)
				}
			}
			alerts := 0
			for _, s := range b.outbox() {
				if s.Template == string(notify.TemplateNote) && says(s, "Loop suspected") {
					alerts++
				}
			}
			if alerts < 1 || alerts > 2 {
				t.Errorf("%d alerts to the two agents, want one each", alerts)
			}
			y := b.tally()
			if kept := y.Dispositions[ticket.DispositionNew] + y.Dispositions[ticket.DispositionAppended]; kept != int64(taken) {
				t.Errorf("%d of the peer's %d mails are kept on tickets", kept, taken)
			}
		})
	}
	faulttest.Seen(t, "T068", "four kinds of peers that acknowledge every mail without any mark, and some mails of their own after that", "at most 3 mails of ours, then silence and one alert to each agent; every mail of the peer is on a ticket")
}

// pingPong lets a peer answer every mail of ours, eight times around, and write
// of its own when there is none. It counts our mails and the peer's.
func (b *bench) pingPong(peer string, answer func(n int, ours sent) letter) (sentTo, taken int) {
	b.t.Helper()
	b.take(letter{from: peer, to: support, subject: "Question", text: "Who answers first?\n"})
	taken = 1
	for n := range 8 {
		paths := b.deliver()
		before := taken
		for _, s := range b.outbox() {
			if _, now := paths[s.ID]; !now || s.Recipient != peer {
				continue
			}
			l := answer(55+n, s)
			l.from, l.to = peer, support
			if strings.Contains(l.header, "In-Reply-To") {
				l.to = s.answer()
			}
			b.take(l)
			sentTo, taken = sentTo+1, taken+1
		}
		if taken == before && n > 2 {
			b.take(letter{from: peer, to: support, subject: fmt.Sprintf("Ticket %d received", 900+n), text: fmt.Sprintf("Thank you. Your ticket is %d.\n", 900+n)})
			taken++
		}
	}
	return sentTo, taken
}

// TestT068SlowPeer: a peer that fetches its mail every half hour.
func TestT068SlowPeer(t *testing.T) {
	const peer = "help@peer.example"
	synctest.Test(t, func(t *testing.T) {
		b := open(t, usual)
		b.take(letter{from: peer, to: support, subject: "Question", text: "Who answers first?\n"})
		sentTo := 0
		for n := range 96 {
			paths := b.deliver()
			time.Sleep(30 * time.Minute)
			for _, s := range b.outbox() {
				if _, now := paths[s.ID]; now && s.Recipient == peer {
					sentTo++
					b.take(letter{from: peer, to: support, subject: fmt.Sprintf("Ticket %d received", n), text: fmt.Sprintf("Thank you. Your ticket is %d.\n", n)})
				}
			}
		}
		if sentTo > 3 {
			t.Errorf("%d mails of ours to a slow peer within two days, want at most 3", sentTo)
		}
		faulttest.Seen(t, "T068", "a peer without any mark that acknowledges every half hour, for two days", "%d mails of ours, then silence", sentTo)
	})
}

// TestPeopleAreNoLoop: what people do is no sign of a loop.
func TestPeopleAreNoLoop(t *testing.T) {
	b := open(t, usual)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version?\n")
	for i, text := range []string{"Version four.\n", "And one more thing.\n", "Hello?\n"} {
		reply := b.last(notify.TemplateReply, ana)
		b.take(letter{from: ana, to: reply.answer(), subject: "RE: [EXTERNAL] " + reply.msg.Subject, text: text, header: "In-Reply-To: " + reply.MessageID + "\n", id: fmt.Sprintf("<person%d@example.net>", i)})
	}
	for _, subject := range []string{"Order 1", "Order 2", "Order 3"} {
		b.take(letter{from: "ben@example.net", to: support, subject: subject, text: "Please send " + map[string]string{"Order 1": "paper", "Order 2": "ink", "Order 3": "staples"}[subject] + ".\n"})
	}
	if all := b.suppressions(); len(all) > 0 || slices.ContainsFunc(b.events(opened.ID), func(e string) bool { return strings.HasPrefix(e, "loop") }) {
		t.Errorf("people count as loops: %v, %q", all, b.events(opened.ID))
	}
	if n := b.made(notify.TemplateAcknowledgement, 0); n != 4 {
		t.Errorf("%d acknowledgements, want 4", n)
	}
}

// TestGuard: whom the admin names gets no automatic mail, and the ticket closes
// all the same.
func TestGuard(t *testing.T) {
	for name, l := range map[string]letter{
		"address": {from: "robot@machines.example", to: support, subject: "Disk", text: "Full.\n"},
		"header":  {from: "disk@example.net", to: support, subject: "Disk", text: "Full.\n", header: "X-Mailer: Nagios 3\n"},
		"soft":    {from: "noreply@example.net", to: support, subject: "Disk", text: "Full.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) {
				s.Guard.Addresses = []*regexp.Regexp{regexp.MustCompile(`@machines\.example$`)}
				s.Guard.Headers = []settings.HeaderPattern{{Name: "X-Mailer", Value: regexp.MustCompile(`^nagios.*$`)}}
			})
			m := b.take(l)
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\n")
			b.due(time.Now().Add(30 * 24 * time.Hour))
			if got := b.ticket(m.Ticket); got.Status != ticket.StatusClosed {
				t.Errorf("the ticket is %s, want closed: there is nobody to tell", got.Status)
			}
			for _, s := range b.summary() {
				if strings.HasSuffix(s, " "+l.from) {
					t.Errorf("sent %s", s)
				}
			}
		})
	}
}
