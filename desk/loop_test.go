package desk_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/store"
)

// usual are the limits of a desk whose admin set none.
func usual(s *desk.Settings) {
	s.Limits = desk.Limits{SenderHour: 5, SenderDay: 20, DomainHour: 50, Hour: 300, Hops: 50}
}

// oneAgent leaves the first line to alice, so that a storm makes fewer mails.
func oneAgent(s *desk.Settings) { s.Routing.Queues[0].Agents = []string{"alice"} }

// inEight runs do for each number below n, eight at a time.
func inEight(n int, do func(int)) {
	var wg sync.WaitGroup
	for first := range 8 {
		wg.Go(func() {
			for i := first; i < n; i += 8 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// word gives a word of letters for a number, so that mails differ in more than digits.
func word(i int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))
}

// made counts the mails of a template, of those made after the first n.
func (b *bench) made(template desk.Template, n int) int {
	b.t.Helper()
	count := 0
	for _, s := range b.since(n) {
		if strings.HasPrefix(s, string(template)+" ") {
			count++
		}
	}
	return count
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
	if n := b.made(desk.TemplateAcknowledgement, 0); n > 0 {
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
		ticket := b.request()
		b.agentWrites("alice@example.org", desk.TemplateNewTicket, "#resolve\nDone.\n")
		b.deliver()
		notice := b.last(desk.TemplateNewTicket, "bob@example.org")
		before := len(b.summary())
		m := b.take(letter{from: "bob@example.org", to: notice.answer(), subject: "Automatic reply: " + notice.msg.Subject,
			text: "I am in Rome. My colleague's password is 1234.\n", header: header + "In-Reply-To: " + notice.MessageID + "\n"})
		if m.Disposition != desk.DispositionMachine || m.Ticket != ticket.ID {
			t.Errorf("%q: the note is %s (%s) in #%d, want machine in #%d", header, m.Disposition, m.Reason, m.Ticket, ticket.ID)
		}
		if got := b.ticket(ticket.ID); got.Status != desk.StatusResolved || len(b.since(before)) > 0 {
			t.Errorf("%q: the ticket is %s, sent were %q", header, got.Status, b.since(before))
		}
	}
	faulttest.Seen(t, "T071", "an agent's out-of-office note to a notice: Auto-Submitted, X-Autoreply, or known by its subject alone", "filed as machine mail; nothing sent, the resolved ticket stays resolved")
}

func TestT072RequestersOutOfOffice(t *testing.T) {
	for _, header := range []string{"Auto-Submitted: auto-replied\n", ""} {
		b := open(t)
		ticket := b.request()
		b.agentWrites("alice@example.org", desk.TemplateNewTicket, "#resolve\nDone.\n")
		b.deliver()
		before := len(b.summary())
		notice := b.last(desk.TemplateResolution, ana)
		m := b.take(letter{from: ana, to: notice.answer(), subject: "Automatic reply: x", text: "I am away.\n", header: header, envelope: null()})
		if header == "" {
			m = b.take(letter{from: ana, to: notice.answer(), subject: "Abwesenheitsnotiz: x", text: "I am away.\n"})
		}
		if m.Disposition != desk.DispositionMachine || m.Ticket != ticket.ID {
			t.Errorf("the auto-reply is %s in #%d, want machine in #%d", m.Disposition, m.Ticket, ticket.ID)
		}
		if got := b.ticket(ticket.ID); got.Status != desk.StatusResolved || !got.Informed() || len(b.since(before)) > 0 {
			t.Errorf("the ticket is %s, informed %t; sent %q", got.Status, got.Informed(), b.since(before))
		}
	}
	// RFC 3834 section 4: such notes go to the reverse-path, without anything else that leads back.
	b := open(t)
	ticket := b.request()
	b.agentWrites("alice@example.org", desk.TemplateNewTicket, "Which version?\n")
	_, path := b.signed(desk.TemplateReply, ana)
	if m := b.take(letter{from: ana, to: path, subject: "Out of office", text: "I am away.\n"}); m.Disposition != desk.DispositionMachine || m.Ticket != ticket.ID {
		t.Errorf("a note to the reverse-path is %s in #%d, want machine in #%d", m.Disposition, m.Ticket, ticket.ID)
	}
	faulttest.Seen(t, "T072", "a requester's out-of-office note to a resolution notice: marked, with <>, or known by its subject alone", "filed as machine mail, the ticket stays resolved and informed, nothing sent")
}

// TestT073JoeJob: a storm of reports about mail that is not ours is one ticket,
// and people do not wait for it.
func TestT073JoeJob(t *testing.T) {
	t.Run("short", func(t *testing.T) { joeJob(t, 1000) })
	t.Run("long", func(t *testing.T) {
		faulttest.Long(t, "T073")
		slowest := joeJob(t, 10_000)
		faulttest.Seen(t, "T073", "10,000 delivery reports about forged mail as fast as they are taken, a person's request after each 500",
			"no answer, one ticket that counts them; the slowest of 20 requests was handled after %s", slowest.Round(time.Millisecond))
	})
}

func joeJob(t *testing.T, reports int) time.Duration {
	b := open(t, usual, oneAgent)
	start := time.Now()
	done := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { done <- b.Run(ctx) }()
	jobs := make(chan int)
	var people sync.Map
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range jobs {
				raw := dsn{to: support, recipient: fmt.Sprintf("victim%d@example.com", i), action: "failed", status: "5.1.1", reported: fmt.Sprintf("<forged.%d@example.org>", i)}.bytes()
				env := desk.Envelope{Source: desk.SourceSMTP, ForwardPaths: []string{support}}
				if i%500 == 499 {
					from := "person" + word(i) + "@p" + word(i) + ".example"
					env.ReversePath = from
					raw = letter{from: from, to: support, subject: "Printer " + word(i), text: "No ink.\n", id: fmt.Sprintf("<p.%d@example.net>", i)}.bytes()
				}
				id, err := b.Accept(t.Context(), env, raw)
				if err != nil {
					t.Errorf("Accept = %v", err)
				}
				if i%500 == 499 {
					people.Store(id, true)
				}
			}
		})
	}
	for i := range reports {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	for b.tally().Dispositions[desk.DispositionPending] > 0 {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	slowest, n := time.Duration(0), 0
	people.Range(func(id, _ any) bool {
		m := b.mail(id.(desk.MailID))
		slowest, n = max(slowest, m.HandledAt.Sub(m.ReceivedAt)), n+1
		return true
	})
	if slowest > 10*time.Second {
		t.Errorf("a person's request waited for %s, want less than 10 s", slowest)
	}
	if acks := b.made(desk.TemplateAcknowledgement, 0); acks != n {
		t.Errorf("%d acknowledgements, want those of %d people", acks, n)
	}
	var storms []string
	b.view(func(r desk.Reader) error {
		tickets, err := r.Tickets(desk.Filter{})
		for _, ticket := range tickets {
			if ticket.Requester == "" {
				storms = append(storms, ticket.Subject)
			}
		}
		if want := n + len(storms); len(tickets) != want {
			t.Errorf("%d tickets, want %d", len(tickets), want)
		}
		return err
	})
	if len(storms) < 1 || len(storms) > 2 { // two where an hour ended meanwhile
		t.Errorf("tickets of the storm: %q, want one", storms)
	}
	t.Logf("%d reports and %d requests in %s; the slowest request was handled after %s", reports-n, n, time.Since(start).Round(time.Millisecond), slowest)
	return slowest
}

// TestT074MailBomb: requests in the names of 500 victims.
func TestT074MailBomb(t *testing.T) {
	b := open(t, usual, oneAgent)
	const lure = "CLICK https://evil.example/ now"
	inEight(500, func(i int) {
		domain := "example.com"
		if i%5 > 0 {
			domain = "d" + word(i) + ".example"
		}
		b.accept(letter{from: fmt.Sprintf("\"%s\" <v%d@%s>", lure, i, domain), envelope: ptr(fmt.Sprintf("v%d@%s", i, domain)), to: support,
			subject: lure + " " + word(i), text: lure + "\n", id: fmt.Sprintf("<bomb.%d@evil.example>", i)})
	})
	b.work()
	if n := b.tally().Dispositions[desk.DispositionNew]; n != 500 {
		t.Errorf("%d tickets of 500 requests", n)
	}
	perDomain, all := 0, 0
	for _, s := range b.outbox() {
		if s.Template != string(desk.TemplateAcknowledgement) {
			continue
		}
		all++
		if strings.HasSuffix(s.Recipient, "@example.com") {
			perDomain++
		}
		if raw := string(s.Bytes); strings.Contains(raw, "evil.example/") || strings.Contains(s.msg.Text, "CLICK") || strings.Contains(s.msg.HTML, "CLICK") || strings.Contains(s.msg.Subject, "CLICK") {
			t.Fatalf("an acknowledgement carries the attacker's words:\n%s", raw)
		}
	}
	if perDomain != 50 || all != 300 {
		t.Errorf("%d acknowledgements, %d of them to one domain; want 300 and 50", all, perDomain)
	}
	alarms := 0
	for _, s := range b.outbox() {
		if s.Template == string(desk.TemplateNote) && says(s, "300 automatic mails") {
			alarms++
		}
	}
	if alarms < 1 || alarms > 2 { // two where an hour ended meanwhile
		t.Errorf("the agent was told %d times, want once", alarms)
	}
	faulttest.Seen(t, "T074", "500 requests in the names of 500 victims, 100 of them of one domain, with a lure in name, subject and text", "500 tickets, %d acknowledgements (%d to the one domain), none with a word of the attacker; the agent is told once", all, perDomain)
	faulttest.Seen(t, "T124", "the same: every acknowledgement looked through for the sender's name, subject, text and URL", "not one word of it")
}

// TestT075OneSenderManyMails: the last confirmation says that it is the last.
func TestT075OneSenderManyMails(t *testing.T) {
	b := open(t, usual, oneAgent)
	inEight(100, func(i int) {
		b.accept(letter{from: ana, to: support, subject: "matter " + word(i), text: "This is about " + word(i) + ".\n", id: fmt.Sprintf("<many.%d@example.net>", i)})
	})
	b.work()
	acks, last := 0, 0
	for _, s := range b.outbox() {
		if s.Template == string(desk.TemplateAcknowledgement) {
			acks++
			if says(s, "do not confirm each of them") {
				last++
			}
		}
	}
	if n := b.tally().Dispositions[desk.DispositionNew]; n != 100 || acks != 5 || last != 1 {
		t.Errorf("%d tickets of 100, %d acknowledgements, %d of them say that they are the last; want 100, 5, 1", n, acks, last)
	}
	faulttest.Seen(t, "T075", "100 requests of one sender within seconds", "100 tickets, %d acknowledgements, the last one says that further ones are not confirmed", acks)
}

// TestBudgetsBoundEveryAutomaticMail: not acknowledgements alone count, and the
// notice that a ticket waits for is late, not lost.
func TestBudgetsBoundEveryAutomaticMail(t *testing.T) {
	b := open(t, func(s *desk.Settings) { s.Limits = desk.Limits{SenderHour: 2} })
	ticket := b.request()
	b.agentWrites("alice@example.org", desk.TemplateNewTicket, "#escalate cannot do it\n")
	equal(t, "within the budget", b.summary()[len(b.summary())-2:], []string{"escalated " + ana, "escalation carol@example.org"})
	before := len(b.summary())
	b.agentWrites("carol@example.org", desk.TemplateEscalation, "#resolve\n")
	notice := b.last(desk.TemplateResolution, ana)
	if wait := notice.NextAt.Sub(notice.CreatedAt); wait != time.Hour {
		t.Errorf("the notice over the budget waits for %s, want an hour", wait)
	}
	b.deliver()
	if got := b.ticket(ticket.ID); got.Status != desk.StatusResolved || got.Informed() {
		t.Errorf("the ticket is %s, informed %t; want resolved, not informed", got.Status, got.Informed())
	}
	b.take(letter{from: ana, to: support, subject: "Another matter", text: "Please.\n"})
	if n := b.made(desk.TemplateAcknowledgement, before); n != 0 {
		t.Errorf("%d acknowledgements over the budget", n)
	}
	b.agentWrites("alice@example.org", desk.TemplateNewTicket, "In my own words.\n")
	b.last(desk.TemplateReply, ana)
	if got := b.last(desk.TemplateResolution, ana); got.State != desk.OutboxReady {
		t.Errorf("the notice is %s, want it ready", got.State)
	}
	b.take(letter{from: ana, to: notice.answer(), subject: "Re: x", text: "Not yet.\n"})
	if got := b.last(desk.TemplateResolution, ana); got.State != desk.OutboxCancelled {
		t.Errorf("the ticket is open again, and the notice that it is solved is %s, want it cancelled", got.State)
	}
}

func TestT078DeliveredToOurs(t *testing.T) {
	b := open(t, usual)
	for i, tt := range []struct {
		header string
		source desk.Source
		loop   bool
	}{
		{"Delivered-To: support@example.org\n", desk.SourceSMTP, true},
		{"Delivered-To: Support+t1-x@Example.ORG\n", desk.SourceSMTP, true},
		{"Delivered-To: sales@example.org\n", desk.SourceSMTP, false}, // passed on from one address of ours to another
		{"Delivered-To: ana@example.net\n", desk.SourceSMTP, false},
		{"Delivered-To: support@example.org\n", desk.SourcePipe, false}, // by the host that pipes
		{"Delivered-To: support@example.org\nReceived: x\nDelivered-To: support@example.org\n", desk.SourcePipe, true},
		{"Delivered-To: support@example.org\n", desk.SourceIMAP, false},
		{"Delivered-To: support@example.org\nDelivered-To: support@example.org\n", desk.SourceIMAP, true},
		{"Delivered-To: support@example.org\nDelivered-To: box@example.org\n", desk.SourceIMAP, false},
		{strings.Repeat("Received: by x\n", 51), desk.SourceIMAP, true},
		{strings.Repeat("Received: by x\n", 50), desk.SourceIMAP, false},
		{"X-Loop: support@example.org\n", desk.SourceSMTP, true},
		{"Resent-From: support@example.org\n", desk.SourceSMTP, true},
		{"Sender: support@example.org\n", desk.SourceSMTP, true},
	} {
		m := b.take(letter{from: fmt.Sprintf("u%d@d%d.example", i, i), to: support, subject: "matter " + word(i), text: "help\n", header: tt.header, source: tt.source})
		want := desk.DispositionNew
		if tt.loop {
			want = desk.DispositionMachine
		}
		if m.Disposition != want {
			t.Errorf("%s, %.60q: %s (%s), want %s", tt.source, tt.header, m.Disposition, m.Reason, want)
		}
	}
	faulttest.Seen(t, "T078", "Delivered-To with our address on SMTP, pipe and IMAP, once and twice; other addresses; X-Loop, Sender, Resent-From of ours; 51 Received fields from a mailbox", "a loop (machine, no ticket, no answer) where it was here before; a ticket where the last host wrote it")
}

// TestT079RestartInMidStorm: neither budgets nor silence are forgotten.
func TestT079RestartInMidStorm(t *testing.T) {
	folder := t.TempDir()
	acks, tickets, silent := 0, 0, false
	for run := range 4 {
		db, err := store.Open(t.Context(), folder, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := openOn(t, db, "Example IT", usual, oneAgent)
		inEight(20, func(i int) {
			n := run*20 + i
			b.accept(letter{from: ana, to: support, subject: "matter " + word(n), text: "About " + word(n) + ".\n", id: fmt.Sprintf("<r%d@example.net>", n)})
			b.accept(letter{from: "helpdesk@peer.example", to: support, subject: fmt.Sprintf("Ticket %d received", n), text: "Thank you for your mail.\n", id: fmt.Sprintf("<peer%d@peer.example>", n)})
		})
		b.work()
		acks, tickets = b.made(desk.TemplateAcknowledgement, 0), int(b.tally().Dispositions[desk.DispositionNew])
		silent = b.suppressed("helpdesk@peer.example", desk.CauseLoop) == 1
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if tickets != 160 || acks != 7 || !silent {
		t.Errorf("%d tickets of 160, %d acknowledgements, silenced %t; want 160, 5 + 2, true", tickets, acks, silent)
	}
	faulttest.Seen(t, "T079", "160 mails of a person and of a peer that says the same each time, with three restarts among them", "160 tickets, %d acknowledgements in all, the peer is silenced for a day throughout", acks)
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
			b.take(letter{from: peer, to: support, subject: "Question", text: "Who answers first?\n"})
			taken, sentTo := 1, 0
			for n := range 20 {
				var ours []sent
				for id := range b.deliver() {
					for _, s := range b.outbox() {
						if s.ID == id && s.Recipient == peer {
							ours = append(ours, s)
						}
					}
				}
				if len(ours) == 0 && n > 2 { // a spark of its own, now and then
					b.take(letter{from: peer, to: support, subject: fmt.Sprintf("Ticket %d received", 900+n), text: fmt.Sprintf("Thank you. Your ticket is %d.\n", 900+n)})
					taken++
				}
				for _, s := range ours {
					sentTo++
					l := answer(55+n, s)
					l.from, l.to = peer, support
					if strings.Contains(l.header, "In-Reply-To") {
						l.to = s.answer()
					}
					b.take(l)
					taken++
				}
			}
			if sentTo > 3 {
				t.Errorf("%d mails of ours to the peer, want at most 3", sentTo)
			}
			if b.suppressed(peer, desk.CauseLoop) != 1 {
				t.Errorf("the peer is not silenced for a day: %v", b.suppressions(peer))
			}
			alerts := 0
			for _, s := range b.outbox() {
				if s.Template == string(desk.TemplateNote) && says(s, "Loop suspected") {
					alerts++
				}
			}
			if alerts < 1 || alerts > 2 {
				t.Errorf("%d alerts to the two agents, want one each", alerts)
			}
			y := b.tally()
			if kept := y.Dispositions[desk.DispositionNew] + y.Dispositions[desk.DispositionAppended]; kept != int64(taken) {
				t.Errorf("%d of the peer's %d mails are kept on tickets", kept, taken)
			}
		})
	}
	faulttest.Seen(t, "T068", "four kinds of peers that acknowledge every mail without any mark, and some mails of their own after that", "at most 3 mails of ours, then silence for a day and one alert to each agent; every mail of the peer is on a ticket")
}

// TestPeopleAreNoLoop: what people do is no sign of a loop.
func TestPeopleAreNoLoop(t *testing.T) {
	b := open(t, usual)
	ticket := b.request()
	b.agentWrites("alice@example.org", desk.TemplateNewTicket, "Which version?\n")
	for i, text := range []string{"Version four.\n", "And one more thing.\n", "Hello?\n"} {
		reply := b.last(desk.TemplateReply, ana)
		b.take(letter{from: ana, to: reply.answer(), subject: "RE: [EXTERNAL] " + reply.msg.Subject, text: text, header: "In-Reply-To: " + reply.MessageID + "\n", id: fmt.Sprintf("<person%d@example.net>", i)})
	}
	for _, subject := range []string{"Order 1", "Order 2", "Order 3"} {
		b.take(letter{from: "ben@example.net", to: support, subject: subject, text: "Please send " + map[string]string{"Order 1": "paper", "Order 2": "ink", "Order 3": "staples"}[subject] + ".\n"})
	}
	if all := b.suppressions(""); len(all) > 0 || slices.ContainsFunc(b.events(ticket.ID), func(e string) bool { return strings.HasPrefix(e, "loop") }) {
		t.Errorf("people count as loops: %v, %q", all, b.events(ticket.ID))
	}
	if n := b.made(desk.TemplateAcknowledgement, 0); n != 4 {
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
			b := open(t, func(s *desk.Settings) {
				s.Guard.Addresses = []*regexp.Regexp{regexp.MustCompile(`@machines\.example$`)}
				s.Guard.Headers = []desk.HeaderPattern{{Name: "X-Mailer", Value: regexp.MustCompile(`^nagios.*$`)}}
			})
			m := b.take(l)
			b.agentWrites("alice@example.org", desk.TemplateNewTicket, "#resolve\n")
			b.due(time.Now().Add(30 * 24 * time.Hour))
			if got := b.ticket(m.Ticket); got.Status != desk.StatusClosed {
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
