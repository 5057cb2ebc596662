package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

const (
	hugo    = "hugo@harbor.example.com"
	hugosID = "<jam-7@harbor.example.com>"
	alices  = "alice@example.org"
)

// attached is a mail with mails attached to it, by their authors.
func attached(text string, authors ...string) (header, body string) {
	body = "--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n"
	for i, a := range authors {
		id := hugosID
		if i > 0 {
			id = fmt.Sprintf("<jam-7-%d@harbor.example.com>", i)
		}
		body += "--b\nContent-Type: message/rfc822\n\nFrom: " + a + "\nTo: alice@example.org\nSubject: Printer jams\nMessage-ID: " + id +
			"\nDate: Fri, 27 Nov 2026 09:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\nThe printer in hall 4 jams on every second page.\n"
	}
	return "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", body + "--b--\n"
}

// TestPassedOn: an agent who passes a customer's mail on opens the customer's ticket;
// nobody else can do so, and nobody but a person outside gets one.
func TestPassedOn(t *testing.T) {
	const jams = "The printer in hall 4 jams on every second page."
	inline := func(comment, head string) string { return comment + "\n\n" + head + "\n\n" + jams + "\n\nHugo\n" }
	const mark = "-----Original Message-----\nFrom: Hugo Brandt <hugo@harbor.example.com>\nSent: Friday, November 27, 2026 16:20\nTo: Alice\nSubject: Printer jams"
	one, oneBody := attached("FYI", "Hugo Brandt <"+hugo+">")
	_, twiceBody := attached("FYI", "Hugo Brandt <"+hugo+">", hugo)
	_, twoBody := attached("FYI", "Hugo Brandt <"+hugo+">", "Olga <olga@harbor.example.com>")
	_, bobBody := attached("FYI", "Bob <bob@example.org>")
	_, robotBody := attached("FYI", "Shop <no-reply@shop.example.com>")
	_, emptyBody := attached("", "Hugo Brandt <"+hugo+">")
	for _, tt := range []struct{ name, from, subject, header, text, requester, comment string }{
		{"attached", alices, "Fwd: Printer jams", one, oneBody, hugo, "FYI"},
		{"attached without a word", alices, "Fwd: Printer jams", one, emptyBody, hugo, ""},
		{"two of one author", alices, "Fwd: Printer jams", one, twiceBody, hugo, "FYI"},
		{"of two authors", alices, "Fwd: Printer jams", one, twoBody, alices, ""},
		{"a colleague's", alices, "Fwd: Printer jams", one, bobBody, alices, ""},
		{"a robot's", alices, "Fwd: Printer jams", one, robotBody, alices, ""},
		{"Outlook", alices, "FW: Printer jams", "", inline("Please take it in.", mark), hugo, "Please take it in."},
		{"Outlook, nothing above", alices, "FW: Printer jams", "", inline("", mark), hugo, ""},
		{"Outlook, German", alices, "WG: Drucker", "", inline("Bitte übernehmen.", "Von: Hugo Brandt <hugo@harbor.example.com>\nGesendet: Freitag, 27. November 2026 16:20\nAn: Alice\nBetreff: Drucker"), hugo, "Bitte übernehmen."},
		{"Outlook, French", alices, "TR: Imprimante", "", inline("À traiter.", "De : Hugo Brandt <hugo@harbor.example.com>\nEnvoyé : vendredi 27 novembre 2026 16:20\nÀ : Alice\nObjet : Imprimante"), hugo, "À traiter."},
		{"Outlook, Spanish", alices, "RV: Impresora", "", inline("Para vosotros.", "De: Hugo Brandt <hugo@harbor.example.com>\nEnviado el: viernes, 27 de noviembre de 2026 16:20\nPara: Alice\nAsunto: Impresora"), hugo, "Para vosotros."},
		{"Gmail", alices, "Fwd: Printer jams", "References: " + hugosID + "\n", inline("Please take it in.", "---------- Forwarded message ---------\nFrom: Hugo Brandt <hugo@harbor.example.com>\nDate: Fri, Nov 27, 2026 at 4:20 PM\nSubject: Printer jams\nTo: <alice@example.org>"), hugo, "Please take it in."},
		{"Apple Mail", alices, "Fwd: Printer jams", "", "Please take it in.\n\n> Begin forwarded message:\n> \n> From: Hugo Brandt <hugo@harbor.example.com>\n> Subject: Printer jams\n> Date: 27 November 2026 at 16:20:00 CET\n> To: alice@example.org\n> \n> " + jams + "\n", hugo, "Please take it in."},
		{"Thunderbird", "Alice <" + alices + ">", "Fwd: Printer jams", "", inline("Please take it in.", "-------- Forwarded Message --------\nSubject: \tPrinter jams\nDate: \tFri, 27 Nov 2026 16:20:00 +0100\nFrom: \tHugo Brandt <hugo@harbor.example.com>\nTo: \talice@example.org"), hugo, "Please take it in."},
		{"from the phone's address", "alice+phone@example.org", "FW: Printer jams", "", inline("Please take it in.", mark), hugo, "Please take it in."},
		{"a stranger", "eve@example.com", "FW: Printer jams", "", inline("Please take it in.", mark), "eve@example.com", ""},
		{"a stranger, attached", "eve@example.com", "Fwd: Printer jams", one, oneBody, "eve@example.com", ""},
		{"forged", alices, "FW: Printer jams", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n", inline("Please take it in.", mark), alices, ""},
		{"an author without address", alices, "FW: Printer jams", "", inline("Please take it in.", strings.Replace(mark, " <hugo@harbor.example.com>", "", 1)), alices, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			m := b.take(letter{from: tt.from, to: support, subject: tt.subject, header: tt.header, text: tt.text})
			if got := b.ticket(m.Ticket); got.Requester != tt.requester || m.Disposition != ticket.DispositionNew {
				t.Fatalf("%s, the requester is %q; want %q", m.Disposition, got.Requester, tt.requester)
			}
			notice := b.last(notify.TemplateNewTicket, "bob@example.org").msg.Text
			if !strings.Contains(notice, jams) {
				t.Errorf("bob does not read what was passed on:\n%s", notice)
			}
			if tt.requester != hugo {
				if strings.Contains(notice, "#mine") {
					t.Errorf("bob is told that somebody passed it on:\n%s", notice)
				}
				return
			}
			ack := b.last(notify.TemplateAcknowledgement, hugo)
			if strings.Contains(string(ack.Bytes), "FYI") || strings.Contains(string(ack.Bytes), "rinter") {
				t.Errorf("the receipt shows words that nobody proved to be its reader's:\n%s", ack.Bytes)
			}
			if !strings.Contains(notice, "#mine") || !strings.Contains(notice, "passed on an email from") && !strings.Contains(notice, "Hugo") {
				t.Errorf("bob is not told who passed it on:\n%s", notice)
			}
			entries := b.entries(m.Ticket)
			if first := entries[0]; first.Author != hugo || !strings.Contains(first.Text, jams) || tt.comment != "" && strings.Contains(first.Text, tt.comment) {
				t.Errorf("the request is kept as %s: %q", first.Author, first.Text)
			}
			if tt.comment == "" {
				if len(entries) != 1 {
					t.Errorf("%d entries", len(entries))
				}
				return
			}
			if note := entries[len(entries)-1]; note.Kind != ticket.EntryNote || note.Text != tt.comment || !strings.Contains(note.Author, "alice") {
				t.Errorf("what alice wrote is %s of %s: %q, want a note %q", note.Kind, note.Author, note.Text, tt.comment)
			}
		})
	}
}

// TestPassedOnGoesOn: the customer's later mails about what was passed on join the
// ticket, our mails to the customer stand in their conversation, and #mine undoes it.
func TestPassedOnGoesOn(t *testing.T) {
	for _, how := range []string{"attached", "inline"} {
		t.Run(how, func(t *testing.T) {
			b := open(t, withPeople, func(s *settings.Settings) {
				s.Agents = append(s.Agents, settings.Agent{Name: "dora", Mail: []string{"dora@example.org"}})
			})
			header, body := attached("FYI", "Hugo Brandt <"+hugo+">")
			if how == "inline" {
				header = "In-Reply-To: " + hugosID + "\n"
				body = "FYI\n\n-----Original Message-----\nFrom: Hugo Brandt <hugo@harbor.example.com>\nSent: Friday, November 27, 2026 16:20\nTo: Dora\nSubject: Printer jams\n\nIt jams.\n"
			}
			m := b.take(letter{from: "dora@example.org", to: support, subject: "FW: Printer jams", header: header, text: body}) // she has no queue
			if ack := b.last(notify.TemplateAcknowledgement, hugo); !strings.Contains(string(ack.Bytes), "In-Reply-To: "+hugosID) && !slices.Contains(ack.msg.References, hugosID) {
				t.Errorf("the receipt does not stand below the customer's own mail:\n%s", ack.Bytes)
			}
			more := b.take(letter{from: hugo, to: support, subject: "Re: Printer jams", text: "Hall 5, too.\n", header: "In-Reply-To: " + hugosID + "\n"})
			if more.Ticket != m.Ticket {
				t.Errorf("the customer's next mail is in #%d, want #%d", more.Ticket, m.Ticket)
			}
			if eve := b.take(letter{from: "eve@example.com", to: support, subject: "Re: Printer jams", text: "Mine.\n", header: "In-Reply-To: " + hugosID + "\n"}); eve.Ticket == m.Ticket {
				t.Error("a stranger who knows the Message-ID is in the ticket")
			}
			b.agentWrites("dora@example.org", notify.TemplateNewTicket, "#mine\n")
			if got := b.ticket(m.Ticket).Requester; got != "dora@example.org" {
				t.Errorf("after #mine it is the request of %q", got)
			}
			n := len(b.summary())
			b.agentWrites(alices, notify.TemplateNewTicket, "Which printer?\n")
			if sent := b.since(n); slices.Contains(sent, "reply "+hugo) {
				t.Errorf("after #mine the customer still gets %q", sent)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestMineAndFor: words that have nothing to undo or name nobody are refused, and #for
// says whose a ticket is.
func TestMineAndFor(t *testing.T) {
	b := open(t)
	opened := b.request()
	for _, wrong := range []string{"#mine", "#for", "#for nobody", "#for support@example.org", "#for bob@example.org", "#for a@example.net, b@example.net"} {
		b.agentWrites(alices, notify.TemplateNewTicket, wrong+"\nText that must not go out.\n")
		b.last(notify.TemplateRefusal, alices)
	}
	b.agentWrites(alices, notify.TemplateNewTicket, "#for "+hugo+"\nDone, Hugo.\n")
	if got := b.ticket(opened.ID).Requester; got != hugo {
		t.Errorf("after #for it is the request of %q", got)
	}
	if sent := b.summary(); !slices.Contains(sent, "reply "+hugo) || slices.Contains(sent, "reply "+ana) {
		t.Errorf("sent: %q", sent)
	}
	if wrote := b.take(letter{from: ana, to: support, subject: fmt.Sprintf("Re: [Example IT #%d]", opened.ID), text: "Still me.\n"}); wrote.Ticket == opened.ID {
		t.Error("who asked until then still writes to the ticket")
	}
	b.agentWrites(alices, notify.TemplateNewTicket, "#note\nfine\n")
	b.sameRebuilt()
}

// TestAddressed: an agent's own mail to a customer, with the desk among the recipients.
func TestAddressed(t *testing.T) {
	for _, tt := range []struct{ name, from, to, header, requester string }{
		{"the desk in Cc", alices, "Hugo <" + hugo + ">", "Cc: " + support + "\n", hugo},
		{"the desk beside the customer", alices, support + ", " + hugo, "", hugo},
		{"the desk alone", alices, support, "", alices},
		{"the customer in Cc only", alices, support, "Cc: " + hugo + "\n", alices},
		{"a colleague", alices, "bob@example.org", "Cc: " + support + "\n", alices},
		{"a stranger", "eve@example.com", hugo, "Cc: " + support + "\n", "eve@example.com"},
		{"forged", alices, hugo, "Cc: " + support + "\nAuthentication-Results: mx.example.org; dmarc=fail header.from=example.org\n", alices},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			m := b.take(letter{from: tt.from, to: tt.to, rcpt: []string{support}, subject: "Your printer", header: tt.header, text: "Hello Hugo,\n\nwe come on Monday.\n\nAlice\n", id: "<monday@example.org>"})
			if got := b.ticket(m.Ticket).Requester; got != tt.requester {
				t.Fatalf("the requester is %q, want %q", got, tt.requester)
			}
			if tt.requester != hugo {
				return
			}
			if sent := b.summary(); slices.ContainsFunc(sent, func(s string) bool { return strings.HasSuffix(s, hugo) }) {
				t.Errorf("the customer, who asked for nothing, gets %q", sent)
			}
			if !strings.Contains(b.last(notify.TemplateNewTicket, "bob@example.org").msg.Text, "we come on Monday") {
				t.Error("bob is not told")
			}
			again := b.take(letter{from: hugo, to: alices, rcpt: []string{support}, subject: "Re: Your printer", text: "Monday is fine.\n", header: "Cc: " + support + "\nIn-Reply-To: <monday@example.org>\n"})
			if again.Ticket != m.Ticket {
				t.Errorf("the customer's answer to all is in #%d, want #%d", again.Ticket, m.Ticket)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestWrittenDirectly: what an agent wrote to the requester's own mailbox is kept, and
// is neither sent again nor said not to be done.
func TestWrittenDirectly(t *testing.T) {
	const passes = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n"
	for _, tt := range []struct {
		name, header, text string
		kind               ticket.EntryKind
		reason             string
	}{
		{"proven", passes, "We come on Monday.\n", ticket.EntryReply, "written-directly"},
		{"not proven", "", "We come on Monday.\n", ticket.EntryNote, "written-directly"},
		{"a recall", passes, "Alice Ames would like to recall the message, \"Printer jams\".\n", ticket.EntryNote, "written-directly"},
		{"forged", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n", "We come on Monday.\n", ticket.EntryNote, "forged-agent"},
		{"with a command", "", "#resolve\nWe come on Monday.\n", ticket.EntryNote, "unproven-agent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			opened := b.take(letter{from: ana, to: support, subject: "Printer jams", text: "It jams.\n", id: "<jams@example.net>"})
			n := len(b.summary())
			m := b.take(letter{from: alices, to: ana, rcpt: []string{support}, subject: "Re: Printer jams", text: tt.text, header: tt.header + "Cc: " + support + "\nIn-Reply-To: <jams@example.net>\n"})
			entries := b.entries(opened.Ticket)
			if last := entries[len(entries)-1]; m.Ticket != opened.Ticket || m.Reason != tt.reason || last.Kind != tt.kind {
				t.Errorf("#%d, %s, kept as %s; want %s, %s", m.Ticket, m.Reason, last.Kind, tt.reason, tt.kind)
			}
			sent := b.since(n)
			if slices.ContainsFunc(sent, func(s string) bool { return strings.HasSuffix(s, ana) }) || tt.reason == "written-directly" && slices.Contains(sent, "not-done "+alices) {
				t.Errorf("sent: %q", sent)
			}
			if got := b.ticket(opened.Ticket).Assignee; (got == "alice") != (tt.name == "proven") {
				t.Errorf("the ticket is %q's", got)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
