package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// machineHeaders are the marks by which machines are known, one mail each.
var machineHeaders = []string{
	"Auto-Submitted: auto-replied", "auto-submitted: AUTO-GENERATED (by cron)", "Auto-Submitted:\n auto-notified; x=y",
	"Precedence: bulk", "Precedence: Bulk ", "Precedence: first\nPrecedence: junk", "X-Precedence: list", "Precedence: auto_reply",
	"List-Id: <announce.example.net>", "List-Unsubscribe: <mailto:off@example.net>", "Mailing-List: list x", "X-Mailing-List: x",
	"X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: DR, OOF", "X-Autoreply: yes", "X-Autorespond: 1", "X-Autoresponder: x",
	"X-Loop: yes", "X-RT-Loop-Prevention: example", "X-OTRS-Loop: yes", "X-Maildesk-Loop: desk.example.net",
	"X-Failed-Recipients: x@example.com", "Feedback-ID: 1:2:3",
}

func TestT061MachinesAreNotAcknowledged(t *testing.T) {
	b := open(t)
	for i, header := range machineHeaders {
		m := b.take(letter{from: fmt.Sprintf("m%d@example.net", i), to: support, subject: fmt.Sprintf("notice %d", i), text: "text\n", header: header + "\n"})
		if m.Reason == "" || m.Reason == "new-request" {
			t.Errorf("%q: %s (%s), want the id of the rule that fired", header, m.Disposition, m.Reason)
		}
	}
	for _, s := range b.summary() {
		if strings.HasPrefix(s, "acknowledgement") {
			t.Errorf("sent %s", s)
		}
	}
	faulttest.Seen(t, "T061", fmt.Sprintf("%d marks of machines in mixed case, folded, with comments and parameters, a mail each", len(machineHeaders)), "no acknowledgement; each mail keeps the id of the rule that fired")
}

func TestT062AutoSubmittedNoIsAPerson(t *testing.T) {
	b := open(t)
	for i, header := range []string{"Auto-Submitted: no", "Auto-Submitted: NO (by hand)"} {
		from := fmt.Sprintf("p%d@example.net", i)
		b.take(letter{from: from, to: support, subject: "help", text: "help\n", header: header + "\n"})
		b.last(notify.TemplateAcknowledgement, from)
	}
	faulttest.Seen(t, "T062", "Auto-Submitted: no, and NO with a comment", "both acknowledged")
}

func TestT065NullReversePath(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: ana, to: support, subject: "Hello there", text: "A quite human text.\n", envelope: null()})
	if m.Disposition == ticket.DispositionSpam || m.Disposition == ticket.DispositionPending {
		t.Errorf("the mail is %s, want it stored", m.Disposition)
	}
	for _, s := range b.summary() {
		if strings.Contains(s, ana) {
			t.Errorf("sent %s to the null reverse-path's author", s)
		}
	}
	faulttest.Seen(t, "T065", "a quite human mail with MAIL FROM:<>", "kept (%s), no mail to its writer", m.Disposition)
}

func TestT069OwnMailComesBack(t *testing.T) {
	b := open(t)
	b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	before := len(b.summary())
	for want, raw := range map[string]string{
		"own-message-id": string(ack.Bytes),
		"own-loop-mark":  strings.Replace(string(ack.Bytes), ack.MessageID, "<another@example.net>", 1),
	} {
		raw = "Resent-To: " + support + "\r\n" + raw
		m := b.takeRaw(letter{from: ana, subject: "own", to: support}, []byte(raw))
		if m.Disposition != ticket.DispositionMachine || m.Reason != want || m.Ticket != 0 {
			t.Errorf("our own mail is %s (%s) in #%d, want machine by %s without a ticket", m.Disposition, m.Reason, m.Ticket, want)
		}
	}
	if more := b.since(before); len(more) > 0 {
		t.Errorf("sent %q", more)
	}
	faulttest.Seen(t, "T069", "our acknowledgement comes back through a forward, with and without its Message-ID", "machine mail by own-message-id and own-loop-mark; no ticket, nothing sent")
}

func TestT070OwnAddressAsSender(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: "sales@example.org", to: support, subject: "x", text: "x\n"})
	equal(t, "sent because of it", b.summary(), []string{"new-ticket alice@example.org", "new-ticket bob@example.org"})
	if got := b.ticket(m.Ticket); got.Requester != "" {
		t.Errorf("%s asks the desk", got.Requester)
	}
	faulttest.Seen(t, "T070", "From is one of our own addresses; an agent with an intake address is refused by check", "a ticket of nobody's, for the agents only")
}

// TestMailInOurName: a scanner, a site or a group that writes the desk's address where a
// mail names its sender makes work for agents, and is answered by nothing of itself.
func TestMailInOurName(t *testing.T) {
	for name, tt := range map[string]struct {
		letter
		requester string
		machine   bool
	}{
		"From":                    {letter{from: support}, "", false},
		"From, Reply-To":          {letter{from: support, header: "Sender: support@example.org\nReply-To: Ana <ana@example.net>\n"}, ana, false},
		"Sender":                  {letter{from: ana, header: "Sender: support@example.org\n"}, ana, false},
		"Resent-From":             {letter{from: ana, header: "Resent-From: support@example.org\n"}, ana, false},
		"X-Loop":                  {letter{from: ana, header: "X-Loop: support@example.org\n"}, ana, false},
		"From, a ticket's tag":    {letter{from: support, subject: "Re: [Example IT #7] Scan"}, "", false},
		"From, a note of absence": {letter{from: support, header: "Auto-Submitted: auto-replied\n"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			if tt.subject == "" {
				tt.subject = "Scan from hall 3"
			}
			tt.to, tt.text = support, "Order 4711 is attached.\n"
			m := b.take(tt.letter)
			if got := m.Disposition == ticket.DispositionMachine; got != tt.machine {
				t.Fatalf("it is %s (%s)", m.Disposition, m.Reason)
			}
			if tt.machine {
				equal(t, "sent", b.summary(), nil)
				return
			}
			if got := b.ticket(m.Ticket); got.Requester != tt.requester {
				t.Errorf("%q asks, want %q", got.Requester, tt.requester)
			}
			if text := b.last(notify.TemplateNewTicket, "alice@example.org").msg.Text; !strings.Contains(text, "Order 4711") {
				t.Errorf("alice does not read it:\n%s", text)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestFloodInOurName: what writes in the desk's name without end does so into nothing.
func TestFloodInOurName(t *testing.T) {
	b := open(t)
	var last ticket.Mail
	for i := range 21 {
		last = b.take(letter{from: support, to: support, subject: "Scan " + word(i), text: "Order " + word(i) + ".\n"})
	}
	if n := b.tickets(); n != 20 || last.Disposition != ticket.DispositionMachine {
		t.Errorf("21 mails in the desk's name make %d tickets; the last one is %s (%s)", n, last.Disposition, last.Reason)
	}
	b.sameRebuilt()
}

// TestNobodyReadsTheAnswer: an answer that only a machine would get is held, until its
// writer says whose the request is.
func TestNobodyReadsTheAnswer(t *testing.T) {
	for _, from := range []string{"noreply@example.com", support} {
		b := open(t)
		m := b.take(letter{from: from, to: support, subject: "Form", text: "Name: Tom, tom@example.com. I cannot log in.\n"})
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Please install it again.\n")
		if held := b.last(notify.TemplateHeld, "alice@example.org").msg.Text; !strings.Contains(held, "#for") {
			t.Errorf("alice is not asked for whom it is:\n%s", held)
		}
		for _, s := range b.summary() {
			if strings.HasPrefix(s, "reply ") {
				t.Errorf("%s, though nobody reads it", s)
			}
		}
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#for tom@example.com\nPlease install it again.\n")
		if text := b.last(notify.TemplateReply, "tom@example.com").msg.Text; !strings.Contains(text, "install it again") {
			t.Errorf("tom gets:\n%s", text)
		}
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
		if got := b.ticket(m.Ticket); got.Status != ticket.StatusResolved {
			t.Errorf("the ticket is %s", got.Status)
		}
	}
}

func TestT067TwoDesksStopAfterTwoMails(t *testing.T) {
	one, other := open(t), open(t, func(s *settings.Settings) {
		s.Name, s.Hostname = "Other", "desk.other.example"
		s.Addresses = []settings.Address{{Mail: "help@other.example"}}
		s.Agents, s.Routing.Queues[0].Agents, s.Routing.Queues[1].Agents, s.Routing.Queues[2].Agents = nil, nil, nil, nil
	})
	// A person at the other desk's address writes to the first one.
	one.take(letter{from: "help@other.example", to: support, subject: "Question", text: "Who answers first?\n"})
	total := 0
	for round := 0; round < 10; round++ {
		moved := 0
		for _, way := range []struct{ from, to *bench }{{one, other}, {other, one}} {
			mails, err := way.from.Claim(t.Context(), "test", time.Minute, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mails {
				if strings.HasSuffix(m.Recipient, "@other.example") || strings.HasPrefix(m.Recipient, "support") {
					total++
					moved++
					way.to.takeRaw(letter{subject: "x", to: m.Recipient, envelope: &m.ReversePath}, m.Bytes)
				}
			}
		}
		if moved == 0 {
			break
		}
	}
	if total > 2 {
		t.Errorf("%d automatic mails went between two desks, want at most 2", total)
	}
	faulttest.Seen(t, "T067", "two desks, each the other's requester, ten rounds", "%d automatic mail between them", total)
}

func TestT076AutomaticMailsAreMarked(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Hello!\n")
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#nonsense\n")
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate cannot do it\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n")
	reversePaths := b.deliver()
	seen := map[string]bool{}
	for _, s := range b.outbox() {
		seen[s.Template] = true
		h := s.msg.Header
		auto := h.Get("Auto-Submitted")
		if s.Template == string(notify.TemplateReply) {
			if auto != "" || h.Get("Precedence") != "" || h.Get("X-Auto-Response-Suppress") != "" {
				t.Errorf("an agent's own words are marked as a machine's (T077): Auto-Submitted %q, Precedence %q", auto, h.Get("Precedence"))
			}
			continue
		}
		if auto != "auto-replied" && auto != "auto-generated" {
			t.Errorf("%s has Auto-Submitted %q", s.Template, auto)
		}
		if h.Get("X-Auto-Response-Suppress") != "All" {
			t.Errorf("%s has X-Auto-Response-Suppress %q", s.Template, h.Get("X-Auto-Response-Suppress"))
		}
		if h.Get("Precedence") != "bulk" {
			t.Errorf("%s has Precedence %q", s.Template, h.Get("Precedence"))
		}
		if h.Get("X-Maildesk-Loop") != "desk.example.org" {
			t.Errorf("%s has X-Maildesk-Loop %q", s.Template, h.Get("X-Maildesk-Loop"))
		}
		if len(s.msg.InReplyTo) == 0 || len(s.msg.References) == 0 {
			t.Errorf("%s has In-Reply-To %q and References %q", s.Template, s.msg.InReplyTo, s.msg.References)
		}
		if auto == "auto-replied" && s.ReversePath != "" {
			t.Errorf("%s goes out with MAIL FROM:<%s>, want the null reverse-path", s.Template, s.ReversePath)
		}
		if path := reversePaths[s.ID]; auto == "auto-generated" && (!strings.HasPrefix(path, fmt.Sprintf("support+b%dp%d-", s.Ticket, s.Participant)) || !strings.HasSuffix(path, "@example.org")) {
			t.Errorf("%s goes out with MAIL FROM:<%s>, want the bounce address of its ticket and reader", s.Template, path)
		}
	}
	for _, template := range []notify.Template{notify.TemplateAcknowledgement, notify.TemplateNewTicket, notify.TemplateReply, notify.TemplateRefusal, notify.TemplateEscalated, notify.TemplateEscalation, notify.TemplateResolution} {
		if !seen[string(template)] {
			t.Errorf("no %s was sent", template)
		}
	}
	faulttest.Seen(t, "T076", fmt.Sprintf("every automatic mail of a whole story: %d templates", len(seen)-1), "Auto-Submitted, X-Auto-Response-Suppress: All, Precedence: bulk, our loop mark, In-Reply-To and References; <> for answers, the signed bounce address of ticket and reader for notices")
	faulttest.Seen(t, "T077", "an agent's reply of the same story", "no mark of a machine")
}

func TestT074T075AcknowledgementBudgets(t *testing.T) {
	for _, tt := range []struct {
		reason string
		limits settings.Limits
		from   string // %d is the mail's number
		want   int    // acknowledgements for 4 requests
	}{
		{"budget-sender-hour", settings.Limits{SenderHour: 2}, "ana@example.net", 2},
		{"budget-sender-hour", settings.Limits{SenderHour: 2}, "Ana+%d@example.net", 2},
		{"budget-sender-day", settings.Limits{SenderDay: 3}, "ANA@example.net", 3},
		{"budget-domain-hour", settings.Limits{DomainHour: 3}, "u%d@Example.net", 3},
		{"budget-domain-hour", settings.Limits{DomainHour: 1}, "u@d%d.example.net", 1},
		{"budget-domain-hour", settings.Limits{DomainHour: 2}, "u@d%d.example.co.uk", 2},
		{"", settings.Limits{DomainHour: 1}, "u@d%d.example", 4},
		{"", settings.Limits{DomainHour: 1}, "u@d%d.co.uk", 4},
		{"", settings.Limits{DomainHour: 1, Hour: 4}, "u%d@example.org", 4}, // the desk's own domain
		{"budget-hour", settings.Limits{Hour: 2}, "u@d%d.example", 2},
		{"budget-hour", settings.Limits{Hour: 3}, "u%d@example.org", 3},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.Limits = tt.limits })
			for i := range 4 {
				from := strings.ReplaceAll(tt.from, "%d", fmt.Sprint(i))
				b.take(letter{from: from, to: support, subject: "request " + strings.Repeat("I", i+1), text: "help\n"})
			}
			if n := b.made(notify.TemplateAcknowledgement, 0); n != tt.want || b.tally().Dispositions[ticket.DispositionNew] != 4 {
				t.Errorf("%d acknowledgements for 4 requests, want %d; all 4 must be tickets", n, tt.want)
			}
			late := slices.ContainsFunc(b.events(4), func(e string) bool {
				return strings.HasPrefix(e, "held back: acknowledgement") && strings.HasSuffix(e, ": "+tt.reason)
			})
			if late != (tt.reason != "") {
				t.Errorf("the fourth ticket does not tell of %q: %q", tt.reason, b.events(4))
			}
		})
	}
}

// TestDeclined: that a requester does not come to an appointment is told; that they do, or may, is filed.
func TestDeclined(t *testing.T) {
	for _, tt := range []struct{ commands, answer, mails string }{
		{"#take\nDoes eight suit you?", "DECLINED", "message alice@example.org"},
		{"#take\nDoes eight suit you?", "ACCEPTED", ""},
		{"#take\nDoes eight suit you?", "TENTATIVE", ""},
		{"#resolve\nWe came at eight.", "DECLINED", ""},
	} {
		b := open(t)
		id := b.request().ID
		b.deliver()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, tt.commands+"\n")
		b.deliver()
		before := b.ticket(id)
		ours := b.outbox()[slices.IndexFunc(b.outbox(), func(s sent) bool { return s.Recipient == ana })]
		n := len(b.summary())
		m := b.take(letter{from: ana, to: ours.answer(), subject: "Re: " + ours.msg.Subject, header: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n\n" +
			"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:8\nATTENDEE;PARTSTAT=" + tt.answer + ":mailto:" + ana + "\nSUMMARY:Visit\nDTSTART:20000106T080000Z\nEND:VEVENT\nEND:VCALENDAR\n"})
		want := []string{}
		if tt.mails != "" {
			want = append(want, tt.mails)
		}
		equal(t, tt.answer+": mails", b.since(n), want)
		if after := b.ticket(id); m.Ticket != id || m.Disposition != ticket.DispositionMachine || after.Status != before.Status {
			t.Errorf("%s: mail %+v, and the ticket was %s and is %s", tt.answer, m, before.Status, after.Status)
		}
		if tt.mails != "" && !strings.Contains(lastText(b), "Visit") {
			t.Errorf("alice is told\n%s", lastText(b))
		}
	}
}
