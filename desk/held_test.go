package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/mailparse"
	"maildesk/ticket"
)

const aliceAt = "alice@example.org"

// raw is a mail of alice's to the address of a notice, with any body.
func (b *bench) aliceSends(notice sent, subject, fields, body string) ticket.Mail {
	b.t.Helper()
	b.count++
	head := fmt.Sprintf("From: Alice <%s>\nTo: %s\nSubject: %s\nMessage-ID: <a.%d@example.org>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n", aliceAt, notice.answer(), subject, b.count)
	raw := []byte(strings.ReplaceAll(head+fields+"\n"+body, "\n", "\r\n"))
	return b.takeRaw(letter{from: aliceAt, to: notice.answer(), subject: subject}, raw)
}

// matter is a ticket of a requester of its own.
type matter struct {
	*bench
	id     ticket.ID
	notice sent   // that alice got of it
	ana    string // the requester
	before int    // mails of the ticket that were looked at
}

func (b *bench) asks(n int, text string) *matter {
	b.t.Helper()
	who := fmt.Sprintf("ana@mill%d.example.net", n)
	m := b.take(letter{from: who, to: support, subject: fmt.Sprintf("Lamp %d", n), text: text})
	a := &matter{bench: b, id: m.Ticket, ana: who}
	for _, m := range a.mails() {
		if m.Template == string(notify.TemplateNewTicket) && m.Recipient == aliceAt {
			a.notice = m
		}
	}
	return a
}

// mails returns those of the ticket that were made since it was last called.
func (a *matter) mails() []sent {
	a.t.Helper()
	var list []sent
	a.view(func(r ticket.Reader) error {
		all, err := r.OutboxOf(a.id)
		if err != nil {
			return err
		}
		for _, m := range all[a.before:] {
			if m, err = r.OutboxMail(m.ID); err != nil {
				return err
			}
			list = append(list, sent{m, mailparse.Parse(m.Bytes, mailparse.Envelope{})})
		}
		a.before = len(all)
		return nil
	})
	return list
}

// writes lets alice answer, and returns what each address is sent of that.
func (a *matter) writes(subject, fields, body string) (m ticket.Mail, gets map[string]string) {
	a.t.Helper()
	m = a.aliceSends(a.notice, subject, fields, body)
	gets = map[string]string{}
	for _, s := range a.mails() {
		gets[s.Recipient] += s.msg.Subject + "\n" + s.msg.Text + "\n"
	}
	return m, gets
}

const (
	plainText = "Content-Type: text/plain; charset=utf-8\n"
	htmlPage  = "Content-Type: text/html; charset=utf-8\n"
)

// TestT167ForwardedCommands: an agent passes a stranger's mail on to the ticket.
// Its first line is a command, which is not the agent's.
func TestT167ForwardedCommands(t *testing.T) {
	const lure = "http://elsewhere.example.net/login"
	const inner = "#resolve\n\nTo go on, enter your password at " + lure + ".\n"
	const header = "From: Max Odd <max@elsewhere.example.net>\nDate: Sat, 28 Nov 2026 at 16:02\nSubject: invoice\nTo: Alice <alice@example.org>\n\n"
	const outlook = "From: Max Odd <max@elsewhere.example.net>\nSent: Saturday, November 28, 2026 4:02 PM\nTo: Alice <alice@example.org>\nSubject: invoice\n\n"
	quoted := "> " + strings.ReplaceAll(strings.TrimSpace(outlook+inner), "\n", "\n> ") + "\n"
	attached := func(fields string) string {
		return "--x\n" + fields + "\n\nFrom: Max Odd <max@elsewhere.example.net>\nSubject: invoice\nMIME-Version: 1.0\n" + plainText + "\n" + inner + "\n--x--\n"
	}
	const mixed = "Content-Type: multipart/mixed; boundary=x\n"
	page := strings.ReplaceAll(inner, "\n", "<br>")
	styles := []struct{ name, subject, fields, body string }{
		{"a webmail", "Fwd: invoice", plainText, "---------- Forwarded message ---------\n" + header + inner},
		{"a webmail in French", "TR: facture", plainText, "---------- Forwarded message ---------\nDe : Max Odd <max@elsewhere.example.net>\nDate: sam. 28 nov. 2026 à 16:02\nSubject: facture\nTo: Alice <alice@example.org>\n\n" + inner},
		{"Outlook", "FW: invoice", plainText, "\n" + outlook + inner},
		{"Outlook, below a line", "FW: invoice", plainText, "\n________________________________\n" + outlook + inner},
		{"Outlook in German", "WG: Rechnung", plainText, "\nVon: Max Odd <max@elsewhere.example.net>\nGesendet: Samstag, 28. November 2026 16:02\nAn: Alice <alice@example.org>\nBetreff: Rechnung\n\n" + inner},
		{"Outlook in Spanish", "RV: factura", plainText, "\nDe: Max Odd <max@elsewhere.example.net>\nEnviado: sábado, 28 de noviembre de 2026 16:02\nPara: Alice <alice@example.org>\nAsunto: factura\n\n" + inner},
		{"Outlook, in HTML", "FW: invoice", htmlPage, "<div style=\"border-top:solid #E1E1E1 1pt\"><p><b>From:</b> Max Odd &lt;max@elsewhere.example.net&gt;<br><b>Sent:</b> Saturday, November 28, 2026 4:02 PM<br><b>To:</b> Alice<br><b>Subject:</b> invoice</p></div>" + page},
		{"Outlook on the web", "Fw: invoice", htmlPage, "<div id=\"divRplyFwdMsg\"><b>From:</b> Max Odd &lt;max@elsewhere.example.net&gt;<br><b>Sent:</b> Saturday<br><b>To:</b> Alice<br><b>Subject:</b> invoice</div>" + page},
		{"Outlook, with the subject changed", "see this", plainText, "\n" + outlook + inner},
		{"Outlook, in a thread", "FW: invoice", "In-Reply-To: <1@elsewhere.example.net>\nReferences: <1@elsewhere.example.net>\n" + plainText, "\n" + outlook + inner},
		{"Apple Mail", "Fwd: invoice", plainText, "\n\nBegin forwarded message:\n\n" + header + inner},
		{"Apple Mail, quoted", "Fwd: invoice", plainText, "\n\nBegin forwarded message:\n\n" + quoted},
		{"Apple Mail, in HTML", "Fwd: invoice", htmlPage, "<br>Begin forwarded message:<br><blockquote type=\"cite\"><div><b>From: </b>Max Odd &lt;max@elsewhere.example.net&gt;</div><div><b>Subject: </b>invoice</div><div><b>To: </b>Alice</div><br>" + page + "</blockquote>"},
		{"Thunderbird", "Fwd: invoice", plainText, "\n\n-------- Forwarded Message --------\nSubject: \tinvoice\nDate: \tSat, 28 Nov 2026 16:02:00 +0000\nFrom: \tMax Odd <max@elsewhere.example.net>\nTo: \tAlice <alice@example.org>\n\n\n" + inner},
		{"Thunderbird, in HTML", "Fwd: invoice", htmlPage, "<div class=\"moz-forward-container\">-------- Forwarded Message --------<table class=\"moz-email-headers-table\"><tr><th>Subject: </th><td>invoice</td></tr><tr><th>From: </th><td>Max Odd &lt;max@elsewhere.example.net&gt;</td></tr><tr><th>To: </th><td>Alice</td></tr></table>" + page + "</div>"},
		{"mutt", "[max@elsewhere.example.net: invoice]", plainText, "----- Forwarded message from Max Odd <max@elsewhere.example.net> -----\n\n" + header + inner + "\n----- End forwarded message -----\n"},
		{"Yahoo", "Fw: invoice", plainText, "\n   ----- Forwarded Message ----- From: Max Odd <max@elsewhere.example.net>To: Alice <alice@example.org>Sent: Saturday, November 28, 2026 at 04:02:00 PM GMTSubject: invoice\n " + inner},
		{"GMX", "Fwd: invoice", plainText, "Gesendet: Samstag, 28. November 2026 um 16:02 Uhr\nVon: \"Max Odd\" <max@elsewhere.example.net>\nAn: alice@example.org\nBetreff: invoice\n\n" + inner},
		{"an introduction", "Fwd: invoice", plainText, "On Sat, 28 Nov 2026 at 16:02, Max Odd <max@elsewhere.example.net> wrote:\n\n" + inner},
		{"a mere quote", "invoice", plainText, quoted},
		{"a program that is not known", "Fwd: invoice", plainText, "*** xyzzy Max Odd ***\n\n" + inner},
		{"a program that is not known, without a mark", "Fwd: invoice", plainText, inner},
		{"as an attachment", "Fwd: invoice", mixed, attached("Content-Type: message/rfc822")},
		{"as an attachment in the text", "Fwd: invoice", mixed, attached("Content-Type: message/rfc822\nContent-Disposition: inline")},
		{"as an attachment beside a signature", "invoice", mixed, "--x\n" + plainText + "\n-- \nAlice Berger\n" + attached("Content-Type: message/rfc822")},
		{"as a file", "invoice", mixed, attached("Content-Type: application/octet-stream; name=\"invoice.eml\"\nContent-Disposition: attachment; filename=\"invoice.eml\"")},
	}
	b := open(t)
	for i, tt := range styles {
		a := b.asks(i, "The lamp is dark.\n")
		m, gets := a.writes(tt.subject, tt.fields, tt.body)
		if got := b.ticket(a.id); got.Status != ticket.StatusNew {
			t.Errorf("%s: the stranger's #resolve was carried out", tt.name)
		}
		if gets[a.ana] != "" {
			t.Errorf("%s: the requester gets\n%s", tt.name, gets[a.ana])
		}
		if m.Reason != "passed-on" || !strings.Contains(gets[aliceAt], "kept as an internal note") || !strings.Contains(gets["bob@example.org"], "Internal note") {
			t.Errorf("%s: the reason is %q, alice is told %q", tt.name, m.Reason, gets[aliceAt])
		}
		if e := b.entries(a.id); e[len(e)-1].Kind != ticket.EntryNote || e[len(e)-1].Mail != m.ID {
			t.Errorf("%s: it is not kept as a note", tt.name)
		}
		// Nothing waits either: a later #anyway does not let it loose.
		if _, gets = a.writes("Re: x", plainText, "#anyway\n"); gets[a.ana] != "" || b.ticket(a.id).Status != ticket.StatusNew {
			t.Errorf("%s: #anyway sends it:\n%s", tt.name, gets[a.ana])
		}
	}
	// What the agent adds is theirs.
	a := b.asks(len(styles), "The lamp is dark.\n")
	if _, gets := a.writes("FW: invoice", plainText, "The vendor says no, sorry.\n\n"+outlook+inner); !strings.Contains(gets[a.ana], "The vendor says no") || strings.Contains(gets[a.ana], lure) {
		t.Errorf("with a word of alice's above it the requester gets\n%s", gets[a.ana])
	}
	faulttest.Seen(t, "T167", fmt.Sprintf("a stranger's mail with #resolve, passed on to the ticket by its agent in %d ways, then #anyway", len(styles)), "kept as a note each time; nothing ran, nothing left, the agent was told")
}

// TestT168Notes: however #note is written, and whatever stands above it, the text
// does not go to the requester unless its writer insists.
func TestT168Notes(t *testing.T) {
	const secret = "The customer is difficult, ask the vendor first."
	type body struct{ name, fields, text string }
	var bodies []body
	for _, line := range []string{
		"#note", "#NOTE", " #Note:", "# note", "#note.", "\uff03note", "\u266fnote", "\u200b#note", "\ufeff#note", "\u200e#note", "\u2066#note\u2069", "\u00a0#note", "#\u00adnote", "\\#note",
		"*#note*", "**#note**", "_#note_", "`#note`", "- #note", "* #note", "• #note", "1. #note", "[#note]", "(#note)", "\"#note\"", "«#note»", "<#note>", "## note", "#notes", "#n\u043ete",
		"#note-", "[note]", "NOTE:", "Internal note:", "/note", "&#35;note", "%23note", "#notiz", "#note for Bob",
	} {
		bodies = append(bodies, body{fmt.Sprintf("%q", line), plainText, line + "\n\n" + secret + "\n"})
	}
	for _, above := range []string{
		"Hi Bob,", "Hallo Bob,", "Sent from my phone", "CAUTION: This email originated from outside of the organization. Do not click links unless you recognize the sender.", "[EXTERNAL EMAIL]",
		"Achtung: Diese E-Mail kommt von einem externen Absender.", "Attention : ce courriel provient de l'extérieur.", "Precaución: este correo proviene de fuera de la organización.",
		"Attenzione: questa e-mail proviene dall'esterno.", "Atenção: este e-mail veio de fora.", "Let op: deze e-mail komt van buiten.", "Obs: Denna e-post kommer utifrån.",
		"Uwaga: ta wiadomość pochodzi spoza organizacji.", "Внимание: письмо от внешнего отправителя.", "注意：このメールは社外から届きました。", "> The lamp is dark.",
		"You don't often get email from alice@example.org. Learn why this is important <https://aka.example.com/x>",
	} {
		bodies = append(bodies, body{"below " + above, plainText, above + "\n\n#note\n\n" + secret + "\n"}, body{"on the line of " + above, plainText, above + " #note " + secret + "\n"})
	}
	bodies = append(bodies,
		body{"below a quote", plainText, "On Tue, 24 Nov 2026 at 10:00, Example IT <support@example.org> wrote:\n> The lamp is dark.\n\n#note\n\n" + secret + "\n"},
		body{"below a quote without marks", plainText, "On Tue, 24 Nov 2026 at 10:00, Example IT <support@example.org> wrote:\nThe lamp is dark.\n\n#note\n\n" + secret + "\n"},
		body{"behind a vertical tab", plainText, "Hi Bob,\v#note\v" + secret + "\n"},
		body{"behind a form feed", plainText, "Hi Bob,\f#note\f" + secret + "\n"},
		body{"behind U+0085", plainText, "Hi Bob,\u0085#note\u0085" + secret + "\n"},
		body{"in a signature", plainText, secret + "\n\n-- \nAlice\n#note\n"},
		body{"below the text", plainText, secret + "\n\n#note\n"},
		body{"in a quote", plainText, "> #note\n> " + secret + "\n"},
		body{"alone in a quote", plainText, "> #note\n\n" + secret + "\n"},
		body{"alone in a quote, with another", plainText, ">\n> #note\n>> #take\n>\n" + secret + "\n"},
		body{"alone in an HTML quote", htmlPage, "<blockquote>#note</blockquote><p>" + secret + "</p>"},
		body{"joined by flowing", "Content-Type: text/plain; charset=utf-8; format=flowed\n", "#note \n" + secret + "\n"},
		body{"joined to a greeting by flowing", "Content-Type: text/plain; charset=utf-8; format=flowed\n", "Hi Bob, \n#note \n" + secret + "\n"},
		body{"in HTML", htmlPage, "<p><b>#</b>note</p><p>" + secret + "</p>"},
		body{"in an HTML list", htmlPage, "<ul><li>#note</li></ul><p>" + secret + "</p>"},
		body{"below a coloured table", htmlPage, "<table style=\"background:#FFEB9C\"><tr><td><b>CAUTION:</b> This email originated from outside.</td></tr></table><p>#note</p><p>" + secret + "</p>"},
	)
	b := open(t)
	for i, tt := range bodies {
		a := b.asks(i, "The lamp is dark.\n")
		_, gets := a.writes("Re: "+a.notice.msg.Subject, "In-Reply-To: "+a.notice.MessageID+"\n"+tt.fields, tt.text)
		if gets[a.ana] != "" {
			t.Errorf("%s: the requester gets\n%s", tt.name, gets[a.ana])
		}
		kept := false
		for _, e := range b.entries(a.id)[1:] {
			kept = kept || e.Kind == ticket.EntryNote && strings.Contains(e.Text+e.Full, secret)
		}
		if !kept || !strings.Contains(gets[aliceAt], "received nothing") && !strings.Contains(gets["bob@example.org"], secret) {
			t.Errorf("%s: kept %t, alice is told\n%s", tt.name, kept, gets[aliceAt])
		}
	}
	faulttest.Seen(t, "T168", fmt.Sprintf("#note in %d spellings and places, below greetings, quotes and the warnings of gateways in ten languages", len(bodies)), "the text never left: it was a note, or its writer was asked")
}

// TestT169QuotedCommands: a requester's own lines, quoted or hidden in whatever
// way, above an agent's answer.
func TestT169QuotedCommands(t *testing.T) {
	words := []string{"#priority urgent", "#assign carol", "#spam"}
	const rest, answer = "The scanner does not scan.", "Please switch it off and on again."
	theirs := strings.Join(words, "\n") + "\n" + rest + "\n"
	mark := func(mark string) string {
		return mark + strings.ReplaceAll(strings.TrimSpace(theirs), "\n", "\n"+mark) + "\n"
	}
	page := strings.Join(words, "<br>") + "<br>" + rest
	type style struct{ name, fields, text string }
	var styles []style
	for i, intro := range []string{
		"On Sat, 28 Nov 2026 at 16:02, Example IT <support@example.org> wrote:", "Am 28.11.2026 um 16:02 schrieb Example IT <support@example.org>:", "Le sam. 28 nov. 2026 à 16:02, Example IT <support@example.org> a écrit :",
		"El sáb, 28 nov 2026 a las 16:02, Example IT (<support@example.org>) escribió:", "Il giorno sab 28 nov 2026 alle ore 16:02 Example IT <support@example.org> ha scritto:", "Op za 28 nov 2026 om 16:02 schreef Example IT <support@example.org>:",
		"Den lör 28 nov. 2026 kl 16:02 skrev Example IT <support@example.org>:", "sob., 28 lis 2026 o 16:02 Example IT <support@example.org> napisał(a):", "сб, 28 нояб. 2026 г. в 16:02, Example IT <support@example.org>:",
		"2026-11-28 16:02 GMT+01:00 Example IT <support@example.org>:", "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "Example IT wrote:", "xyzzy Example IT plugh:", "",
	} {
		for j, m := range []string{"> ", "", "    ", "| ", ">", "\t", ": ", "} ", "EI> ", "* ", "- ", "» "} {
			if i%7 > 0 && j > 3 {
				continue // each mark below some, some marks below each
			}
			styles = append(styles, style{fmt.Sprintf("%q below %q", m, intro), plainText, strings.TrimSpace(intro+"\n"+mark(m)) + "\n\n" + answer + "\n"})
		}
	}
	for _, css := range []string{
		"display:none", "visibility:hidden", "font-size:0", "font-size:1px", "color:#fff", "color:white", "background:#123456;color:#123456", "opacity:0", "position:absolute;left:-9999px", "height:0;overflow:hidden", "mso-hide:all", "text-indent:-9999px",
		"margin-left:40px", "border-left:2px solid", "font-size:14px", "color:gray",
	} {
		styles = append(styles, style{"a span of " + css, htmlPage, "<p><span style=\"" + css + "\">" + page + "</span></p><p>" + answer + "</p>"},
			style{"a class of " + css, htmlPage, "<style>.q {" + css + "}</style><div class=\"q\">" + page + "</div><p>" + answer + "</p>"})
	}
	for _, around := range []string{"<blockquote>|</blockquote>", "<blockquote style=\"border:none\">|</blockquote>", "<template>|</template>", "<title>|</title>", "<div hidden>|</div>", "<pre>|</pre>", "<ul><li>|</li></ul>", "<table><tr><td>|</td></tr></table>", "<div class=\"gmail_quote\">|</div>", "<div id=\"divRplyFwdMsg\">|</div>", "<details>|</details>", "<!-- | -->"} {
		styles = append(styles, style{around, htmlPage, strings.Replace(around, "|", page, 1) + "<p>" + answer + "</p>"})
	}
	b := open(t)
	for i, tt := range styles {
		a := b.asks(i, theirs)
		_, gets := a.writes("Re: "+a.notice.msg.Subject, "In-Reply-To: "+a.notice.MessageID+"\n"+tt.fields, tt.text)
		if got := b.ticket(a.id); got.Priority == "urgent" || got.Assignee == "carol" || got.Status == ticket.StatusClosed || len(got.Tags) > 0 {
			t.Errorf("%s: the requester's commands ran: %s, %s, of %q", tt.name, got.Status, got.Priority, got.Assignee)
		}
		if !strings.Contains(gets[a.ana], answer) && gets[aliceAt] == "" {
			t.Errorf("%s: the answer does not arrive, and alice is not told", tt.name)
		}
	}
	faulttest.Seen(t, "T169", fmt.Sprintf("a requester's three commands above an agent's answer, quoted and hidden in %d ways", len(styles)), "none ran; the answer arrived, or the agent was asked")
}

// TestHeldMailIsReleased: what waits goes out as it stands, with #anyway.
func TestHeldMailIsReleased(t *testing.T) {
	for _, tt := range []struct {
		name, text, reason string
		says               []string // to the agent
		status             ticket.Status
		gets               string // the requester
	}{
		{"a command below the text", "It is in the portal.\n\n#resolve\n", "held-command", []string{"are not at the top", "✗ #resolve"}, ticket.StatusOpen, "It is in the portal.\n\n#resolve"},
		{"a word that is nearly a command", "#take\nIt is in the portal.\n#resolved\n", "held-command", []string{"✗ #resolved"}, ticket.StatusOpen, "It is in the portal.\n#resolved"},
		{"text behind a command", "#take it is in the portal\nAlice\n", "held-behind", []string{"text after these commands", "✗ #take it is in the portal"}, ticket.StatusOpen, "it is in the portal\nAlice"},
		{"commands that may be quoted", "On Tue, 24 Nov 2026 at 10:00, Example IT <support@example.org> wrote:\n#hold\n\nIt is in the portal.\n", "held-unclear", []string{"may be words that you are quoting", "✗ #hold"}, ticket.StatusOnHold, "It is in the portal."},
	} {
		b := open(t)
		a := b.asks(0, "The lamp is dark.\n")
		m, gets := a.writes("Re: x", plainText, tt.text)
		if m.Reason != tt.reason {
			t.Errorf("%s: the reason is %q, want %q", tt.name, m.Reason, tt.reason)
		}
		for _, want := range append(tt.says, "#anyway", "received nothing", strings.Split(tt.gets, "\n")[0]) {
			if !strings.Contains(gets[aliceAt], want) {
				t.Errorf("%s: alice is not told %q:\n%s", tt.name, want, gets[aliceAt])
			}
		}
		if got := b.ticket(a.id); got.Status != ticket.StatusNew || gets[a.ana] != "" {
			t.Errorf("%s: while it waits the ticket is %s", tt.name, got.Status)
		}
		_, gets = a.writes("Re: x", plainText, "#anyway\n")
		if !strings.Contains(gets[a.ana], tt.gets) || b.ticket(a.id).Status != tt.status {
			t.Errorf("%s: after #anyway the ticket is %s, and the requester gets\n%s", tt.name, b.ticket(a.id).Status, gets[a.ana])
		}
	}
}

// TestNothingInternalLeaves: a notice that an agent attaches or pastes is not sent
// to the requester, in whatever way it is written; nor is it with #anyway.
func TestNothingInternalLeaves(t *testing.T) {
	file := func(fields, body string) string {
		return "--x\n" + plainText + "\nPlease look at this.\n--x\n" + fields + "\n\n" + body + "\n--x--\n"
	}
	const mixed = "Content-Type: multipart/mixed; boundary=x\n"
	b := open(t)
	for i, tt := range []struct {
		name, fields string
		body         func(address, id string) string
		named        string // to alice
	}{
		{"pasted", plainText, func(address, id string) string { return "Write to " + address + " please.\n" }, "t"},
		{"spelt out", plainText, func(address, id string) string {
			return "Write to " + strings.NewReplacer("@", " at ", ".", " dot ").Replace(address) + " please.\n"
		}, "t"},
		{"its Message-ID", plainText, func(address, id string) string { return "This was about " + id + ".\n" }, "t"},
		{"an attached mail", mixed, func(address, id string) string {
			return file("Content-Type: message/rfc822", "From: Desk <support@example.org>\nReply-To: "+address+"\nSubject: x\n\nHello.")
		}, ".eml"},
		{"a page", mixed, func(address, id string) string {
			return file("Content-Type: text/html; name=notice.html\nContent-Disposition: attachment; filename=notice.html", "<a href=\"mailto:"+strings.ReplaceAll(address, "+", "%2B")+"\">Resolve</a>")
		}, "notice.html"},
		{"a text", mixed, func(address, id string) string {
			return file("Content-Type: text/plain; name=notice.txt\nContent-Disposition: attachment; filename=notice.txt\nContent-Transfer-Encoding: quoted-printable", strings.ReplaceAll(address[:20]+"=\n"+address[20:], "+", "=2B"))
		}, "notice.txt"},
		{"a calendar", mixed, func(address, id string) string {
			return file("Content-Type: text/calendar; name=invite.ics\nContent-Disposition: attachment; filename=invite.ics", "BEGIN:VCALENDAR\nORGANIZER:mailto:"+address[:20]+"\n "+address[20:]+"\nEND:VCALENDAR")
		}, "invite.ics"},
		{"the name of a file", mixed, func(address, id string) string {
			return file("Content-Type: application/pdf\nContent-Disposition: attachment; filename=\""+address+".pdf\"", "x")
		}, ".pdf"},
	} {
		a := b.asks(i, "The lamp is dark.\n")
		m, gets := a.writes("Re: x", tt.fields, tt.body(a.notice.answer(), a.notice.MessageID))
		if gets[a.ana] != "" || m.Reason != "held-internal" {
			t.Errorf("%s: the reason is %q, the requester gets\n%s", tt.name, m.Reason, gets[a.ana])
		}
		if told := gets[aliceAt]; !strings.Contains(told, "only agents may have") || !strings.Contains(told, tt.named) {
			t.Errorf("%s: alice is told\n%s", tt.name, told)
		}
		if _, gets = a.writes("Re: x", plainText, "#anyway\n"); gets[a.ana] != "" {
			t.Errorf("%s: #anyway sends it", tt.name)
		}
		// As a note it stays inside, and may hold what it likes.
		body := tt.body(a.notice.answer(), a.notice.MessageID)
		if tt.fields == mixed {
			body = strings.Replace(body, "Please look", "#note\nPlease look", 1)
		} else {
			body = "#note\n" + body
		}
		if m, gets = a.writes("Re: x", tt.fields, body); gets[a.ana] != "" || m.Reason != "reply-address" {
			t.Errorf("%s: as a note: %q, the requester gets %q", tt.name, m.Reason, gets[a.ana])
		}
	}
}
