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

// dsn is a delivery report (RFC 3464) as a mail server writes it.
type dsn struct {
	to, recipient, action, status, said string
	reported                            string // Message-ID of the mail that came back; empty: none
}

func (d dsn) bytes() []byte {
	said := d.said
	if said != "" {
		said = "Diagnostic-Code: smtp; " + said + "\n"
	}
	return []byte(strings.ReplaceAll(`From: MAILER-DAEMON@mx.example.net
To: `+d.to+`
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn.`+fmt.Sprint(time.Now().UnixNano())+`@mx.example.net>
Date: Tue, 24 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

This is the mail system.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; `+d.recipient+`
Action: `+d.action+`
Status: `+d.status+`
`+said+`
--b
Content-Type: text/rfc822-headers

Message-ID: `+d.reported+`
--b--
`, "\n", "\r\n"))
}

// comeBack lets a report about the last mail of a template to somebody come in.
func (b *bench) comeBack(m sent, d dsn) ticket.Mail {
	b.t.Helper()
	if d.recipient == "" {
		d.recipient = m.Recipient
	}
	return b.takeRaw(letter{subject: "dsn", to: d.to, envelope: null()}, d.bytes())
}

// signed returns the last mail of a template to somebody, and the reverse-path
// with which it was sent now.
func (b *bench) signed(template notify.Template, to string) (sent, string) {
	b.t.Helper()
	paths := b.deliver()
	m := b.last(template, to)
	if paths[m.ID] == "" {
		b.t.Fatalf("the %s to %s was not sent just now", template, to)
	}
	return m, paths[m.ID]
}

func (b *bench) suppressions(address ...string) (list []ticket.Suppression) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { list, err = r.Suppressions(address...); return err })
	return list
}

// suppressed tells for how many days automatic mail to an address is suppressed.
func (b *bench) suppressed(address string, cause ticket.Cause) int {
	b.t.Helper()
	for _, s := range b.suppressions(address) {
		if s.Cause == cause && !s.Until.IsZero() {
			return int(time.Until(s.Until).Hours()/24 + 0.5)
		}
	}
	return 0
}

func hasEvent(events []string, prefix string) bool {
	return slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, prefix) })
}

func TestT080BounceBecomesWork(t *testing.T) {
	for _, tt := range []struct {
		name, status, said, words string
		days                      int
		close                     bool
	}{
		{"no such mailbox", "5.1.1", "550 5.1.1 no such user here", "there is no such mailbox (5.1.1)", 30, false},
		{"mailbox full", "5.2.2", "552 5.2.2 over quota", "mailbox full (5.2.2)", 0, false},
		{"closed at once", "5.1.1", "", "there is no such mailbox (5.1.1)", 30, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			opened := b.request()
			command := "#resolve\n"
			if tt.close {
				command = "#close\n"
			}
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, command+"Done.\n")
			template, status := notify.TemplateResolution, ticket.StatusResolved
			if tt.close {
				template, status = notify.TemplateClosing, ticket.StatusClosed
			}
			notice, path := b.signed(template, ana)
			if got := b.ticket(opened.ID); got.Status != status || !got.Informed() {
				t.Fatalf("before the report the ticket is %s, informed %t", got.Status, got.Informed())
			}
			before := len(b.summary())
			m := b.comeBack(notice, dsn{to: path, action: "failed", status: tt.status, said: tt.said})
			if m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID {
				t.Fatalf("the report is %s (%s) in #%d, want machine in #%d", m.Disposition, m.Reason, m.Ticket, opened.ID)
			}
			if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen || got.Informed() {
				t.Errorf("the ticket is %s, informed %t; want open: its requester was never told", got.Status, got.Informed())
			}
			equal(t, "the report is told to", b.since(before), []string{"undeliverable alice@example.org"})
			told := b.last(notify.TemplateUndeliverable, "alice@example.org").msg.Text
			for _, want := range []string{ana, tt.words, tt.said, "Done."} {
				if !strings.Contains(told, want) {
					t.Errorf("the agent is not told %q:\n%s", want, told)
				}
			}
			entries := b.entries(opened.ID)
			if last := entries[len(entries)-1]; last.Kind != ticket.EntrySystem || !strings.Contains(last.Text, tt.words) {
				t.Errorf("the note on the ticket is %+v", last)
			}
			if got := b.last(template, ana); got.State != ticket.OutboxFailed || !strings.Contains(got.LastText+strings.Join(b.events(opened.ID), " "), tt.words) {
				t.Errorf("the row of the outbox is %s", got.State)
			}
			if days := b.suppressed(ana, ticket.CauseBounce); days != tt.days {
				t.Errorf("after the report automatic mail is suppressed for %d days, want %d", days, tt.days)
			}
			again := len(b.summary())
			b.comeBack(notice, dsn{to: path, action: "failed", status: "5.2.2"})
			if strikes := b.suppressions(ana)[0].Strikes; strikes != 1 || len(b.since(again)) > 0 {
				t.Errorf("a second report about one mail made %d strikes and sent %q", strikes, b.since(again))
			}
		})
	}
	faulttest.Seen(t, "T080", "RFC 3464 failures of the last notice to its signed reverse-path: 5.1.1, 5.2.2, and after the ticket was closed", "row failed, ticket open again and not informed, note in words, its agent told once, nobody answered; 5.1.1 suppresses for 30 days, one 5.2.2 counts")
}

func TestT081DelayIsANote(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	notice, path := b.signed(notify.TemplateResolution, ana)
	before := len(b.summary())
	b.comeBack(notice, dsn{to: path, action: "delayed", status: "4.4.1", said: "451 4.4.1 no answer"})
	got := b.ticket(opened.ID)
	if got.Status != ticket.StatusResolved || !got.Informed() || len(b.since(before)) > 0 || len(b.suppressions(ana)) > 0 {
		t.Errorf("a delay made the ticket %s, informed %t, sent %q, suppressions %v", got.Status, got.Informed(), b.since(before), b.suppressions(ana))
	}
	if !hasEvent(b.events(opened.ID), "delayed: resolution to "+ana) {
		t.Errorf("the ticket does not tell of the delay: %q", b.events(opened.ID))
	}
	faulttest.Seen(t, "T081", "a report with Action: delayed about a resolution notice", "an event on the ticket; status, suppressions and outbox unchanged")
}

// TestT082ForgedReportChangesNothing: neither a bounce address nor a Message-ID
// that we did not sign, nor a recipient that the report makes up.
func TestT082ForgedReportChangesNothing(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	notice, path := b.signed(notify.TemplateResolution, ana)
	events, mails := b.events(opened.ID), len(b.summary())
	forged := []dsn{
		{to: support, reported: "<t1.aa1.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa@desk.example.org>"},
		{to: fmt.Sprintf("support+b%d-aaaaaaaaaaaaaaaaa@example.org", notice.ID)},
		{to: fmt.Sprintf("support+b%dp%d-aaaaaaaaaaaaaaaaa@example.org", notice.Ticket, notice.Participant)},
		{to: strings.Replace(path, fmt.Sprintf("p%d-", notice.Participant), fmt.Sprintf("p%d-", notice.Participant+1), 1)},
		{to: strings.Replace(path, fmt.Sprintf("+b%dp", notice.Ticket), fmt.Sprintf("+b%dp", notice.Ticket+1), 1)},
		{to: spoilt(path)},
		{to: notice.answer()},
	}
	for _, d := range forged {
		d.action, d.status = "failed", "5.1.1"
		b.comeBack(notice, d)
	}
	if got := b.events(opened.ID); !slices.Equal(got, events) || len(b.since(mails)) > 0 || len(b.suppressions()) > 0 {
		t.Errorf("forged reports made events %q, mails %q, suppressions %v", got[len(events):], b.since(mails), b.suppressions())
	}
	// A good signature speaks for its own recipient only, whatever the report says.
	b.comeBack(notice, dsn{to: path, recipient: "alice@example.org", action: "failed", status: "5.1.1"})
	if len(b.suppressions("alice@example.org")) > 0 || b.suppressed(ana, ticket.CauseBounce) == 0 {
		t.Errorf("a report suppressed whom it named: %v", b.suppressions())
	}
	faulttest.Seen(t, "T082", fmt.Sprintf("%d forged reports (wrong MACs, another reader's or ticket's number, made-up Message-ID, a reply address), one signed that names a victim", len(forged)), "no event, no mail, no suppression; the signed one counts for its own recipient only")
}

// spoilt returns a bounce address with another last character.
func spoilt(path string) string {
	end := len(path) - len("x@example.org")
	if path[end] == '7' {
		return path[:end] + "2@example.org"
	}
	return path[:end] + "7@example.org"
}

func TestT085InnerTokenGivesNoAuthority(t *testing.T) {
	b := open(t)
	opened := b.request()
	notice := b.last(notify.TemplateNewTicket, "alice@example.org")
	inner := "From: alice@example.org\r\nTo: " + notice.answer() + "\r\nReply-To: " + notice.answer() + "\r\nMessage-ID: <forged@example.net>\r\nIn-Reply-To: " + notice.MessageID + "\r\nSubject: x\r\n\r\n#close\r\n"
	raw := "From: MAILER-DAEMON@mx.example.net\r\nTo: support@example.org\r\nSubject: failure notice\r\nMessage-ID: <d85@mx.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n#close\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; alice@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "--b--\r\n"
	before, mails := b.events(opened.ID), len(b.summary())
	m := b.takeRaw(letter{subject: "dsn", to: support, envelope: null()}, []byte(raw))
	if m.Disposition != ticket.DispositionMachine || m.Ticket != 0 {
		t.Errorf("the report is %s in #%d, want machine without a ticket", m.Disposition, m.Ticket)
	}
	if got := b.events(opened.ID); !slices.Equal(got, before) || len(b.since(mails)) > 0 || len(b.suppressions()) > 0 {
		t.Errorf("the token within did something: %q, %q", got[len(before):], b.since(mails))
	}
	faulttest.Seen(t, "T085", "a report to the plain address whose attached mail holds an agent's signed address and #close", "filed without a ticket; nothing changed, nobody told")
}

// complaint is a report (RFC 5965) that somebody called a mail of ours spam.
func complaint(to string, about sent) []byte {
	return []byte("From: fbl@provider.example\r\nTo: " + to + "\r\nSubject: complaint\r\nMessage-ID: <arf@provider.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n\r\nThis is a complaint.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: bob@example.org\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + string(about.Bytes) + "\r\n--b--\r\n")
}

func TestT086ComplaintSuppresses(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version?\n")
	reply, path := b.signed(notify.TemplateReply, ana)
	b.takeRaw(letter{from: "fbl@provider.example", subject: "arf", to: path}, complaint(path, reply))
	if days := b.suppressed(ana, ticket.CauseComplaint); days != 180 || len(b.suppressions("bob@example.org")) > 0 {
		t.Errorf("after the complaint automatic mail is suppressed for %d days, want 180: %v", days, b.suppressions())
	}
	if text := b.last(notify.TemplateNote, "alice@example.org").msg.Text; !strings.Contains(text, "spam") || !strings.Contains(text, ana) {
		t.Errorf("the agent is told %q", text)
	}
	before := len(b.summary())
	b.take(letter{from: ana, to: support, subject: "Another matter", text: "Please.\n"})
	equal(t, "a new request of the one who complained", b.since(before), []string{"new-ticket alice@example.org", "new-ticket bob@example.org"})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "A word of my own.\n")
	b.last(notify.TemplateReply, ana)
	if !hasEvent(b.events(opened.ID), "complaint: ") {
		t.Errorf("the ticket does not tell of it: %q", b.events(opened.ID))
	}
	faulttest.Seen(t, "T086", "an ARF complaint (RFC 5965) about an answer, to its signed reverse-path", "its recipient gets no automatic mail for 180 days, the agents are told; an agent's reply is still sent")
}

func TestT087OddAddressesAreLiteral(t *testing.T) {
	b := open(t)
	sent, kept := 0, 0 // what the strict parser refuses has nobody to answer
	for i, address := range []string{"o'brien@example.net", "a|id@example.net", "`id`@example.net", "$(id)@example.net", "{a,b}@example.net", "a;id@example.net", `"a b"@example.net`, "-oQ/tmp@example.net", "a&b@example.net", "a%b!c@example.net"} {
		m := b.take(letter{from: "<" + address + ">", to: support, subject: "matter " + strings.Repeat("x", i), text: "help\n", envelope: &address})
		if m.Disposition == ticket.DispositionNew {
			kept++
		}
		paths := b.deliver()
		for _, s := range b.outbox() {
			if path := paths[s.ID]; path != "" && strings.Trim(path, "abcdefghijklmnopqrstuvwxyz0123456789+-@.") != "" {
				t.Errorf("%s: MAIL FROM:<%s> has characters of the recipient", address, path)
			}
			if paths[s.ID] != "" || s.Template == string(notify.TemplateAcknowledgement) && s.Cause == m.ID {
				if s.Template == string(notify.TemplateAcknowledgement) {
					sent++
					if s.Recipient != address {
						t.Errorf("%s is written to as %s", address, s.Recipient)
					}
				}
			}
		}
	}
	if kept != 10 || sent < 5 {
		t.Errorf("%d tickets of 10 were made and %d acknowledged, want 10 and at least 5", kept, sent)
	}
	faulttest.Seen(t, "T087", "requests of 10 addresses with quotes, pipes, backticks, $(…), semicolons, a leading dash", "10 tickets, %d acknowledged at the literal address; reverse-paths hold only our own letters, digits and the MAC", sent)
}

func TestT088ReceiptsAreFiled(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	notice, _ := b.signed(notify.TemplateResolution, ana)
	before := len(b.summary())
	head := "From: ana@example.net\r\nTo: " + notice.answer() + "\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
	for name, raw := range map[string]string{
		"MDN":      head + "Message-ID: <m1@example.net>\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;ana@example.net\r\nOriginal-Message-ID: " + notice.MessageID + "\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n",
		"calendar": head + "Message-ID: <m2@example.net>\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.net\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
	} {
		m := b.takeRaw(letter{from: ana, subject: name, to: notice.answer()}, []byte(raw))
		if m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID {
			t.Errorf("the %s is %s (%s) in #%d, want machine in #%d", name, m.Disposition, m.Reason, m.Ticket, opened.ID)
		}
	}
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved || !got.Informed() || len(b.since(before)) > 0 || len(b.suppressions()) > 0 {
		t.Errorf("after the receipts the ticket is %s, informed %t; sent %q", got.Status, got.Informed(), b.since(before))
	}
	faulttest.Seen(t, "T088", "a read receipt and a calendar answer to a resolution notice", "both filed on the ticket as machine mail; not reopened, nothing sent")
}

// TestT089BouncesOfForgedRequests: somebody sends requests in the name of an
// address that does not exist. Where the next hop says so itself, that counts;
// what comes back to the From field proves nothing, and the budget is the bound.
func TestT089BouncesOfForgedRequests(t *testing.T) {
	const forged = "nobody.lives.here@example.net"
	for _, tt := range []struct {
		name       string
		atNextHop  bool
		acks, days int
	}{{"refused by the next hop", true, 1, 30}, {"a report to the From field", false, 5, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, usual)
			for i := range 50 {
				before := len(b.outbox())
				b.take(letter{from: forged, to: support, subject: "matter " + strings.Repeat("x", i), text: "help\n"})
				if b.made(notify.TemplateAcknowledgement, before) == 0 {
					continue
				}
				ack := b.last(notify.TemplateAcknowledgement, forged)
				if tt.atNextHop {
					if err := b.Outcome(t.Context(), ticket.Attempt{Outbox: ack.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "mx", Code: 550, Text: "5.1.1 no such user"}); err != nil {
						t.Fatal(err)
					}
					continue
				}
				b.deliver()
				b.comeBack(ack, dsn{to: support, action: "failed", status: "5.1.1", reported: ack.MessageID})
			}
			failed := 0 // made, and refused
			for _, s := range b.outbox() {
				if s.State == ticket.OutboxFailed {
					failed++
				}
			}
			if acks := b.made(notify.TemplateAcknowledgement, 0); acks != tt.acks || tt.atNextHop != (failed == 1) || b.suppressed(forged, ticket.CauseBounce) != tt.days {
				t.Errorf("%d acknowledgements to a forged address, %d refused; want %d: %v", acks, failed, tt.acks, b.suppressions())
			}
			if n := b.tally().Dispositions[ticket.DispositionNew]; n != 50 {
				t.Errorf("%d tickets of 50 requests", n)
			}
		})
	}
	faulttest.Seen(t, "T089", "50 requests in the name of an address that does not exist; the acknowledgement is refused by the next hop, or comes back with <> and its Message-ID", "one acknowledgement, then none for 30 days; five within the hour and no suppression; 50 tickets kept")
}

// TestAgentsAddressBounces: the desk goes on writing to an agent whose mailbox
// seems to be gone until the admin says otherwise; then the colleagues are told,
// and the admin when there is none.
func TestAgentsAddressBounces(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Admin = "root@example.org" })
	b.request()
	notice, path := b.signed(notify.TemplateNewTicket, "alice@example.org")
	before := len(b.summary())
	b.comeBack(notice, dsn{to: path, action: "failed", status: "5.1.1"})
	equal(t, "colleague and admin are told", b.since(before), []string{"trouble root@example.org", "undeliverable bob@example.org"})
	if text := b.last("trouble", "root@example.org").msg.Text; !strings.Contains(text, "maildesk suppressions add alice@example.org REASON") {
		t.Errorf("the admin is not told what to do:\n%s", text)
	}
	next := func(subject string) []string {
		before := len(b.summary())
		b.take(letter{from: "ben@example.net", to: support, subject: subject, text: "It does not work.\n"})
		return b.since(before)
	}
	equal(t, "the next request", next("Printer"), []string{"acknowledgement ben@example.net", "new-ticket alice@example.org", "new-ticket bob@example.org"})
	notice, path = b.signed(notify.TemplateNewTicket, "alice@example.org")
	before = len(b.summary())
	b.comeBack(notice, dsn{to: path, action: "failed", status: "5.1.1"})
	equal(t, "a second notice that comes back", b.since(before), []string{})
	for _, agent := range []string{"alice@example.org", "bob@example.org"} {
		if err := b.Suppress(t.Context(), agent, time.Time{}, "left the house"); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "a request when the admin has suppressed both", next("Scanner")[1:], []string{"new-ticket root@example.org"})
	if n, err := b.Unsuppress(t.Context(), "ALICE@example.org"); n != 2 || err != nil {
		t.Errorf("Unsuppress = %d, %v; want what was counted and what was set by hand", n, err)
	}
	equal(t, "when alice's address is good again", next("Plotter")[1:], []string{"new-ticket alice@example.org"})
}

// TestSuppressedByHand: until a time, or for ever.
func TestSuppressedByHand(t *testing.T) {
	for _, tt := range []struct {
		name  string
		until time.Time
		sent  []string
	}{
		{"for ever", time.Time{}, []string{"new-ticket alice@example.org", "new-ticket bob@example.org"}},
		{"until a time", time.Now().Add(time.Hour), []string{"new-ticket alice@example.org", "new-ticket bob@example.org"}},
		{"until a time that is over", time.Now().Add(-time.Hour), []string{"acknowledgement " + ana, "new-ticket alice@example.org", "new-ticket bob@example.org"}},
	} {
		b := open(t)
		if err := b.Suppress(t.Context(), "ANA@example.net", tt.until, "wants no receipts"); err != nil {
			t.Fatal(err)
		}
		b.request()
		equal(t, tt.name, b.summary(), tt.sent)
	}
}

// TestT145SuppressedRequester: an agent's own words are sent to a suppressed
// address; where there are none, the agent is told, and the ticket does not close.
func TestT145SuppressedRequester(t *testing.T) {
	b := open(t)
	opened := b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	if err := b.Outcome(t.Context(), ticket.Attempt{Outbox: ack.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "mx", Code: 550, Text: "5.1.1 no such user"}); err != nil {
		t.Fatal(err)
	}
	before := len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Are you there?\n")
	equal(t, "an agent's words to a suppressed address", b.since(before), []string{"reply " + ana})
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\n")
	equal(t, "a wordless solution", b.since(before), []string{"undeliverable alice@example.org"})
	if text := b.last(notify.TemplateUndeliverable, "alice@example.org").msg.Text; !strings.Contains(text, "suppressed-bounce") || !strings.Contains(text, "does not know") {
		t.Errorf("the agent is told %q", text)
	}
	b.deliver()
	b.due(time.Now().Add(60 * 24 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved || got.Informed() {
		t.Errorf("the ticket is %s, informed %t; want resolved, not informed", got.Status, got.Informed())
	}
	faulttest.Seen(t, "T145", "an agent answers, then resolves without words, to a suppressed address", "the answer is sent; of the notice the agent is told in the same transaction, and the ticket stays resolved, not informed")
}

// TestFailedAtTheNextHop: a refusal of the smarthost counts against the address
// only where it speaks of the address.
func TestFailedAtTheNextHop(t *testing.T) {
	for _, tt := range []struct {
		code int
		text string
		days int
	}{
		{550, "5.1.1 no such user", 30},
		{550, "no such user", 0}, // one of two
		{554, "5.7.1 relay access denied", 0},
		{451, "4.4.1 no answer for five days", 0},
	} {
		b := open(t)
		b.request()
		ack := b.last(notify.TemplateAcknowledgement, ana)
		if err := b.Outcome(t.Context(), ticket.Attempt{Outbox: ack.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "mx", Code: tt.code, Text: tt.text}); err != nil {
			t.Fatal(err)
		}
		if days := b.suppressed(ana, ticket.CauseBounce); days != tt.days {
			t.Errorf("%d %s suppresses for %d days, want %d", tt.code, tt.text, days, tt.days)
		}
		strikes := len(b.suppressions(ana))
		if want := map[bool]int{true: 1}[tt.code == 550]; strikes != want {
			t.Errorf("%d %s made %d strikes, want %d", tt.code, tt.text, strikes, want)
		}
	}
}

// TestToTheReversePath: what comes to the signed reverse-path is about that
// mail, even where nothing else says so, and is never answered.
func TestToTheReversePath(t *testing.T) {
	for _, tt := range []struct {
		subject, text string
		want          ticket.Disposition
		event         string
	}{
		{"Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<ana@example.net>: host mx said: 550 5.1.1 User unknown\n", ticket.DispositionMachine, "undeliverable"},
		{"Your letter", "It lies here, nobody fetches it.\n", ticket.DispositionAppended, "mail to a reverse-path"},
	} {
		b := open(t)
		opened := b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version?\n")
		_, path := b.signed(notify.TemplateReply, ana)
		before := len(b.summary())
		m := b.take(letter{from: "post@mx.example.net", to: path, subject: tt.subject, text: tt.text})
		if m.Disposition != tt.want || m.Ticket != opened.ID || !hasEvent(b.events(opened.ID), tt.event) {
			t.Errorf("%q is %s (%s) in #%d; events %q", tt.subject, m.Disposition, m.Reason, m.Ticket, b.events(opened.ID))
		}
		for _, s := range b.since(before) {
			if !strings.HasSuffix(s, " alice@example.org") {
				t.Errorf("%q made %s", tt.subject, s)
			}
		}
	}
}
