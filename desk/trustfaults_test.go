package desk_test

import (
	"fmt"
	"log/slog"
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

// TestT094ForgedResults: only what a trusted server wrote on top counts; a sender who writes
// its name, below it or alone, proves nothing.
func TestT094ForgedResults(t *testing.T) {
	const pass = "dmarc=pass header.from=example.org\n"
	forged := []struct{ name, header, client string }{
		{"another server's name", "Authentication-Results: mx.evil.example; " + pass, ""},
		{"the name with more behind", "Authentication-Results: mx.example.org.evil.example; " + pass, ""},
		{"below what the server says itself", results + "dmarc=fail header.from=example.org\n" + results + pass, ""},
		{"within a comment", "Authentication-Results: (mx.example.org;) mx.evil.example; " + pass, ""},
		{"for another domain", results + "dmarc=pass header.from=evil.example\n", ""},
		{"as the domain of another field", results + "dmarc=fail header.from=evil.example reason=\"header.from=example.org dmarc=pass\"\n", ""},
		{"by a stranger who connects to the desk, on top", results + pass, outside},
		{"below the Received of a server outside", "Received: from x (x [198.51.100.7]) by mx.example.org\nReceived: from y (y [192.0.2.1]) by x\n" + results + pass, ""},
	}
	b := open(t, strictly)
	opened := b.request()
	for _, tt := range forged {
		n := b.last(notify.TemplateNewTicket, aliceAt)
		m := b.take(letter{from: aliceAt, to: n.answer(), subject: "Re: x", header: tt.header, client: tt.client, text: "#take\n"})
		if b.ticket(opened.ID).Assignee != "" || !slices.Contains(notify.Undones, notify.Undone(m.Reason)) {
			t.Errorf("%s: it is %s, and the ticket is %q's", tt.name, m.Reason, b.ticket(opened.ID).Assignee)
		}
	}
	n := b.last(notify.TemplateNewTicket, aliceAt)
	b.take(letter{from: aliceAt, to: n.answer(), subject: "Re: x", header: results + pass, text: "#take\n"})
	if b.ticket(opened.ID).Assignee != "alice" {
		t.Error("what the trusted server says on top does not count")
	}
	faulttest.Seen(t, "T094", fmt.Sprintf("Authentication-Results as a sender may write them, in %d ways", len(forged)), "none proves anything; the trusted server's own on top does")
}

// TestT097ReplyTo: the writer of a mail is the one in From, whoever stands in Reply-To.
func TestT097ReplyTo(t *testing.T) {
	b := open(t)
	opened := b.request()
	n := b.last(notify.TemplateNewTicket, aliceAt)
	m := b.take(letter{from: "evil@example.com", to: n.answer(), subject: "Re: x", header: "Reply-To: " + aliceAt + "\nSender: " + aliceAt + "\n", text: "#resolve\n"})
	if b.ticket(opened.ID).Status != ticket.StatusNew {
		t.Errorf("a stranger with an agent in Reply-To resolved the ticket (%s)", m.Reason)
	}
	before := len(b.outbox())
	b.take(letter{from: ana, to: support, subject: "Printer", header: "Reply-To: evil@example.com\n", text: "It is broken.\n"})
	for _, s := range b.outbox()[before:] {
		if s.Recipient == "evil@example.com" {
			t.Errorf("who stands in Reply-To alone is sent %s", s.Template)
		}
	}
	faulttest.Seen(t, "T097", "a stranger with an agent in Reply-To and Sender; a requester with somebody else in Reply-To", "a stranger's mail; the acknowledgement went to From")
}

// TestT098ControlFields: fields by which desks control themselves mean nothing from outside.
func TestT098ControlFields(t *testing.T) {
	b := open(t)
	plain := b.take(letter{from: ana, to: support, subject: "Lamp", text: "It is dark.\n"})
	odd := b.take(letter{from: "ben@example.net", to: support, subject: "Lamp", text: "It is dark.\n", header: "X-Maildesk-Ticket: 1\nX-Maildesk-Agent: alice\nX-Maildesk-Status: resolved\n" +
		"RT-Ticket: example #1\nX-Zammad-Ticket-State: closed\nX-Zammad-Ticket-Owner: alice\nX-OTRS-Queue: sales\nX-OTRS-FollowUp-State: closed\nX-OTRS-Priority: 5 very high\nX-Priority: 5\n"})
	one, two := b.ticket(plain.Ticket), b.ticket(odd.Ticket)
	if two.ID == one.ID || two.Status != one.Status || two.Queue != one.Queue || two.Assignee != "" || two.Priority != one.Priority {
		t.Errorf("with control fields the ticket is #%d %s, %s, %q, %s, without #%d %s, %s, %s", two.ID, two.Status, two.Queue, two.Assignee, two.Priority, one.ID, one.Status, one.Queue, one.Priority)
	}
	b.last(notify.TemplateAcknowledgement, "ben@example.net")
	faulttest.Seen(t, "T098", "a request with the control fields of five desks, and with names as if they were ours", "handled as one without them")
}

// TestT099TicketTrick: a service sends what proves an address to the address of a ticket.
func TestT099TicketTrick(t *testing.T) {
	b := open(t)
	opened := b.request()
	to := b.last(notify.TemplateAcknowledgement, ana).answer()
	const code = "Your confirmation code is 481516."
	for _, from := range []string{"no-reply@chat.example", "Chat <feedback@chat.example>"} {
		before := len(b.outbox())
		b.take(letter{from: from, envelope: ptr("bounces@chat.example"), to: to, subject: "Confirm your email", text: code + "\n"})
		for _, s := range b.outbox()[before:] {
			if !strings.HasSuffix(s.Recipient, "@example.org") {
				t.Errorf("of a mail of %s, %s is sent %s:\n%s", from, s.Recipient, s.Template, s.msg.Text)
			}
		}
	}
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "We look into it.\n")
	if text := b.last(notify.TemplateReply, ana).msg.Text; strings.Contains(text, code) {
		t.Errorf("the requester reads\n%s", text)
	}
	if b.ticket(opened.ID).Requester != ana {
		t.Error("the ticket is somebody else's")
	}
	faulttest.Seen(t, "T099", "a service's confirmation mails to the signed address of a requester, from an address that reads nothing and from one that does", "agents alone read them; no acknowledgement, and no answer repeats them")
}

// TestT100T101Copied: whoever is put into Cc reads nothing of what was written before; by a
// mail that is called forged nobody is added.
func TestT100T101Copied(t *testing.T) {
	const secret, attacker = "The password of the safe is on the fridge.", "evil@example.com"
	b := open(t, onLadder)
	opened := b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, secret+"\n")
	to := b.last(notify.TemplateReply, ana).answer()
	reads := func(before int) (all string) {
		for _, s := range b.outbox()[before:] {
			if s.Recipient == attacker {
				all += string(s.Bytes)
			}
		}
		return all
	}
	b.take(letter{from: ana, to: to, subject: "Re: VPN drops", text: "And then?\n", header: "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\nCc: " + attacker + "\n"})
	before := len(b.outbox())
	b.agentWrites(aliceAt, notify.TemplateMessage, "Then it opens.\n")
	if got := reads(before); got != "" {
		t.Errorf("somebody whom a forged mail put into Cc reads\n%s", got)
	}
	b.take(letter{from: ana, to: to, subject: "Re: VPN drops", text: "My colleague needs it, too.\n", header: "Cc: " + attacker + "\n"})
	b.agentWrites(aliceAt, notify.TemplateMessage, "Good luck to both.\n")
	if got := reads(0); strings.Contains(got, secret) || strings.Contains(got, "Then it opens.") {
		t.Errorf("somebody who was put into Cc later reads of before:\n%s", got)
	}
	if b.ticket(opened.ID).Requester != ana {
		t.Error("the ticket is somebody else's")
	}
	faulttest.Seen(t, "T100", "a mail that the desk's server calls forged puts somebody into Cc", "they are not added and read nothing")
	faulttest.Seen(t, "T101", "the requester's own mail puts somebody into Cc", "they read what is answered from then on, nothing of before")
}

// TestT104Replay: a valid mail of an agent, sent again after a week.
func TestT104Replay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		opened := b.request()
		n := b.last(notify.TemplateNewTicket, aliceAt)
		captured := letter{from: aliceAt, to: n.answer(), subject: "Re: x", text: "#resolve\n\nDone.\n", id: "<captured@example.org>"}
		b.take(captured)
		reply := b.last(notify.TemplateResolution, ana)
		time.Sleep(7 * 24 * time.Hour)
		b.take(letter{from: ana, to: reply.answer(), subject: "Re: x", text: "It is broken again.\n"})
		before := len(b.summary())
		again := b.take(captured)
		if again.Disposition != ticket.DispositionDuplicate || b.ticket(opened.ID).Status != ticket.StatusOpen || len(b.since(before)) > 0 {
			t.Errorf("a week later it is %s, the ticket %s, and sent is %q", again.Disposition, b.ticket(opened.ID).Status, b.since(before))
		}
		captured.id = "<another@example.org>" // as somebody sends it who knows of that
		if again = b.take(captured); b.ticket(opened.ID).Status != ticket.StatusOpen {
			t.Errorf("under another Message-ID it resolved the ticket (%s)", again.Reason)
		}
		b.sameRebuilt()
	})
	faulttest.Seen(t, "T104", "an agent's mail, captured, sent again after a week and a new round, as it was and under another Message-ID", "a duplicate; a note of an earlier round")
}

// TestT107OtherCustomer: two people of one company; neither reads of the other.
func TestT107OtherCustomer(t *testing.T) {
	b := open(t)
	one := b.take(letter{from: "ana@mill.example", to: support, subject: "My salary", text: "It was 4,711 less.\n"})
	two := b.take(letter{from: "ben@mill.example", to: support, subject: "Lamp", text: "It is dark.\n"})
	b.take(letter{from: "ben@mill.example", to: support, subject: fmt.Sprintf("Re: [Example IT #%d] My salary", one.Ticket), text: "What about it?\n"})
	b.take(letter{from: "ben@mill.example", to: support, subject: "#list", text: "#list\n"})
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "We look into it.\n")
	for _, s := range b.outbox() {
		if s.Recipient == "ben@mill.example" && (strings.Contains(s.msg.Text+s.msg.HTML, "4,711") || strings.Contains(s.msg.Subject, "salary") && s.Ticket == one.Ticket) {
			t.Errorf("ben is sent %s of #%d:\n%s", s.Template, s.Ticket, s.msg.Text)
		}
	}
	if two.Ticket == one.Ticket {
		t.Error("two people have one ticket")
	}
	faulttest.Seen(t, "T107", "a colleague of a requester answers by the tag of their ticket, and asks for the list of requests", "not one word of the other's request")
}

// TestT108QuotedSecret: what an agent quotes, in plain text or in HTML alone, goes to nobody
// but those who have it.
func TestT108QuotedSecret(t *testing.T) {
	const secret = "the passphrase is xyzzy"
	for _, tt := range []struct {
		name, fields, body string
		held               bool // until its writer says that it may go out
	}{
		{"plain", plainText, "See you.\n\nOn Tue, 24 Nov 2026 at 10:00, Ana <ana@example.net> wrote:\n> " + secret + "\n", false},
		{"HTML alone", htmlPage, "<p>See you.</p><blockquote type=\"cite\"><p>" + secret + "</p></blockquote>", false},
		{"HTML of Outlook", htmlPage, "<p>See you.</p><div id=\"divRplyFwdMsg\"><b>From:</b> Ana<br><b>Sent:</b> Tuesday<br><b>To:</b> Alice<br><b>Subject:</b> x</div><p>" + secret + "</p>", false},
		{"hidden", htmlPage, "<p>See you.</p><div style=\"display:none\">" + secret + "</div>", true},
	} {
		b := open(t, func(s *settings.Settings) {})
		a := b.asks(0, "Can you open it? "+secret+"\n")
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#cc kim@example.com\n\nKim will help.\n")
		before := len(b.outbox())
		a.writes("Re: x", tt.fields, tt.body)
		if told := len(b.outbox()) > before && b.outbox()[before].Template == string(notify.TemplateHeld); told != tt.held {
			t.Errorf("%s: held is %t", tt.name, told)
		}
		if tt.held {
			b.agentWrites(aliceAt, notify.TemplateHeld, "#anyway\n")
		}
		told := ""
		for _, s := range b.outbox()[before:] {
			if s.Recipient == "kim@example.com" {
				told += string(s.Bytes) + s.msg.Text + s.msg.HTML
			}
		}
		if !strings.Contains(told, "See you.") || strings.Contains(told, "xyzzy") {
			t.Errorf("%s: who was added later reads\n%s", tt.name, told)
		}
	}
	faulttest.Seen(t, "T108", "an agent's answer that quotes a secret, in text, in HTML alone, in Outlook's way, hidden", "who was added later gets the answer, not the quotation")
}

// TestUnheededServerIsTold: the admin reads in the log that what their server says is not believed.
func TestUnheededServerIsTold(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
	var log strings.Builder
	b.Log = slog.New(slog.NewTextHandler(&log, nil))
	for range 2 {
		b.take(letter{from: ana, to: support, subject: "Printer", header: results + "dmarc=pass header.from=example.net\n", client: outside, text: "x\n"})
	}
	if n := strings.Count(log.String(), "are not believed"); n != 1 || !strings.Contains(log.String(), outside+"/32") {
		t.Errorf("told %d times, want once:\n%s", n, log.String())
	}
}
