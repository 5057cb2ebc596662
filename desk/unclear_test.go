package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestUnclearReports: what comes from a mail server to the signed reverse-path of a mail may tell that it did not arrive,
// in whatever words: an agent reads it. What a machine says in somebody's name disturbs nobody.
func TestUnclearReports(t *testing.T) {
	const swahili = "Ujumbe wako haukumfikia mpokeaji.\nAnwani hii haipo tena kwenye seva yetu.\n"
	person := "kim@example.net"
	for _, tt := range []struct {
		name, from, header, text string
		envelope                 *string
		told                     bool
	}{
		{"no known words", "Seva ya barua <barua@mx.example.net>", "", swahili, null(), true},
		{"no known words, says it is automatic", "barua@mx.example.net", "Auto-Submitted: auto-generated\n", swahili, null(), true},
		{"no known words, as bulk", "barua@mx.example.net", "Precedence: bulk\n", swahili, null(), true},
		{"no known words, marked as spam", "barua@mx.example.net", "X-Spam-Flag: YES\n", swahili, null(), true},
		{"no known words, by a daemon with a reverse-path", "MAILER-DAEMON@mx.example.net", "", swahili, ptr("mailer-daemon@mx.example.net"), true},
		{"no known words, by a daemon that calls it an answer", "Mail Delivery System <MAILER-DAEMON@mx.example.net>", "Auto-Submitted: auto-replied\n", swahili, null(), true},
		{"no known words but a refusal, called an answer", "barua@mx.example.net", "Auto-Submitted: auto-replied\n", swahili + "ana@example.net: 550 5.1.1 haipo\n", null(), true},
		{"HTML only", "barua@mx.example.net", "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n", "<html><body><p>" + swahili + "</p></body></html>\n", null(), true},
		{"a note of absence", "Kim <kim@example.net>", "Auto-Submitted: auto-replied\n", "Niko likizo hadi Jumatatu.\n", null(), false},
		{"a note of absence without a mark", "Kim <kim@example.net>", "", "I am out of office until Monday.\n", null(), false},
		{"a receipt", "Kim <kim@example.net>", "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n", "--b\n\nImesomwa.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; kim@example.net\nDisposition: automatic-action/MDN-sent-automatically; displayed\n--b--\n", null(), false},
		{"a machine with a reverse-path", "noreply@example.net", "", "Tumepokea ujumbe wako.\n", &person, false},
	} {
		b := open(t)
		opened := b.request()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "Please restart it.\n")
		notice, path := b.signed(notify.TemplateReply, ana)
		before := len(b.summary())
		l := letter{from: tt.from, to: path, subject: "Ujumbe", text: tt.text, header: tt.header, envelope: tt.envelope}
		m := b.take(l)
		if m.Disposition != ticket.DispositionMachine || m.Ticket != opened.ID || b.ticket(opened.ID).Status != ticket.StatusOpen {
			t.Errorf("%s: %s (%s) in #%d, which is %s", tt.name, m.Disposition, m.Reason, m.Ticket, b.ticket(opened.ID).Status)
		}
		if got := strings.Join(b.since(before), ", "); (got == "note "+aliceAt) != tt.told || !tt.told && got != "" {
			t.Errorf("%s: %q is sent", tt.name, got)
			continue
		}
		if !tt.told {
			continue
		}
		if text := b.last(notify.TemplateNote, aliceAt).msg.Text; !strings.Contains(text, "the email to "+ana) || !strings.Contains(text, "haukumfikia mpokeaji") {
			t.Errorf("%s: alice is told\n%s", tt.name, text)
		}
		if text := b.last(notify.TemplateNote, aliceAt).msg.Text; strings.Contains(text, "came back from a mail server") != strings.Contains(strings.ToLower(tt.from), "mailer-daemon") || strings.Contains(text, "mx.example.net noted") {
			t.Errorf("%s: alice is told\n%s", tt.name, text)
		}
		if got := b.last(notify.TemplateReply, ana); got.ID != notice.ID || got.State != ticket.OutboxSent || len(b.suppressions(ana)) > 0 {
			t.Errorf("%s: the answer is %s, and held against Ana is %v", tt.name, got.State, b.suppressions(ana))
		}
		for range 5 {
			b.take(l)
		}
		if got := b.since(before); len(got) != 3 {
			t.Errorf("%s, again and again: %q", tt.name, got)
		}
		b.sameRebuilt()
	}
}

// TestUnclearReportsOfAgents: a report that nobody understands about a mail to an agent is told to others, and goes round with
// nobody.
func TestUnclearReportsOfAgents(t *testing.T) {
	b := open(t)
	b.request()
	before := len(b.summary())
	for range 10 {
		for who := range map[string]bool{aliceAt: true, bobAt: true} {
			template := notify.TemplateNewTicket
			if len(b.since(before)) > 0 && strings.HasPrefix(b.since(before)[len(b.since(before))-1], "note "+who) {
				template = notify.TemplateNote
			}
			paths := b.deliver()
			if path := paths[b.last(template, who).ID]; path != "" {
				b.take(letter{from: "barua@mx.example.net", to: path, subject: "Ujumbe", text: "Ujumbe wako haukumfikia.\n", envelope: null()})
			}
		}
	}
	if got := b.since(before); len(got) == 0 || len(got) > 8 {
		t.Errorf("%q", got)
	}
}

// TestUnclearThenIsFiled: what an older version only filed stays so when its journal is read again.
func TestUnclearThenIsFiled(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "Please restart it.\n")
	_, path := b.signed(notify.TemplateReply, ana)
	l := letter{from: "barua@mx.example.net", to: path, subject: "Ujumbe", text: "Ujumbe wako haukumfikia.\n"}
	id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ForwardPaths: []string{l.to}}, l.bytes())
	before := len(b.summary())
	if err == nil {
		m := b.mail(id)
		err = b.HandleAgain(b.ctx, m, l.bytes(), &incoming.Was{At: m.ReceivedAt, Reason: "null-reverse-path"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if m := b.mail(id); m.Reason != "null-reverse-path" || len(b.since(before)) > 0 || hasEvent(b.events(m.Ticket), string(ticket.EventToBounces)) {
		t.Errorf("handled again it is %s (%s), and makes %q", m.Disposition, m.Reason, b.since(before))
	}
}
