package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

const hiddenMark = "[Text that this mail hides from its readers:]"

// page is a mail in HTML, with a plain text beside it where there is one.
func (b *bench) page(from string, to sent, plain, html string) ticket.Mail {
	b.t.Helper()
	const field = "MIME-Version: 1.0\nContent-Type: "
	l := letter{from: from, to: to.answer(), subject: "Re: " + to.msg.Subject, header: "In-Reply-To: " + to.MessageID + "\n" + field + "text/html; charset=utf-8\n", text: html}
	if plain != "" {
		l.header = "In-Reply-To: " + to.MessageID + "\n" + field + "multipart/alternative; boundary=x\n"
		l.text = "--x\nContent-Type: text/plain; charset=utf-8\n\n" + plain + "\n--x\nContent-Type: text/html; charset=utf-8\n\n" + html + "\n--x--\n"
	}
	return b.take(l)
}

// TestHiddenWordsOfRequesters: agents read what a mail hides beside its words, marked as such,
// and nothing that it hides does anything.
func TestHiddenWordsOfRequesters(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", header: "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
		text: `<p>My VPN drops.</p><p style="color:#fff">It began on Monday.</p>`})
	notice := b.last(notify.TemplateNewTicket, aliceAt)
	if !strings.Contains(strings.Join(strings.Fields(notice.msg.Text), " "), hiddenMark+" It began on Monday.") {
		t.Errorf("alice reads\n%s", notice.msg.Text)
	}
	if e := b.entries(m.Ticket)[0]; !strings.HasSuffix(e.Text, hiddenMark+"\nIt began on Monday.") {
		t.Errorf("the entry is %q", e.Text)
	}
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt is mended.\n")
	b.deliver()
	solution := b.last(notify.TemplateResolution, ana)
	for _, tt := range []struct{ name, plain, html string }{
		{"a wish that the page hides", "", `<p>Well.</p><p style="font-size:0">#close</p>`},
		{"a wish that it hides beside a plain text", "#close\n\nWell.\n", `<p style="color:white">#close</p><p>Well.</p>`},
		{"thanks, and more", "", `<p>Thanks!</p><p style="display:none">It drops still.</p>`},
	} {
		n := len(b.summary())
		b.page(ana, solution, tt.plain, tt.html)
		b.deliver()
		if got := b.ticket(m.Ticket).Status; got == ticket.StatusClosed || len(b.since(n)) == 0 {
			t.Errorf("%s: the ticket is %s, and this was sent: %q", tt.name, got, b.since(n))
		}
	}
	b.sameRebuilt()
}

// TestHiddenWordsOfAgents: an agent's mail that hides words, or a command, waits.
func TestHiddenWordsOfAgents(t *testing.T) {
	for _, tt := range []struct{ name, plain, html, line, out string }{
		{"a note in white", "", `<p style="color:#ffffff">#note</p><p>She calls every day.</p>`, "#note", "She calls every day."},
		{"words in white", "", `<p>It is mended.</p><p style="color:white">Until Monday only.</p>`, "Until Monday only.", "It is mended."},
		{"words that are not displayed", "", `<p>It is mended.</p><div style="display:none">Until Monday only.</div>`, "Until Monday only.", "It is mended."},
		{"a command that the plain text has", "#close\n\nIt is mended.\n", `<p style="font-size:0">#close</p><p>It is mended.</p>`, "#close", "It is mended."},
	} {
		b := open(t)
		id := b.request().ID
		n := len(b.summary())
		m := b.page(aliceAt, b.last(notify.TemplateNewTicket, aliceAt), tt.plain, tt.html)
		if got := b.since(n); !slices.Equal(got, []string{"held " + aliceAt}) || m.Reason != "held-hidden" || b.ticket(id).Status != ticket.StatusNew {
			t.Errorf("%s: it became %s, and this was sent: %q", tt.name, m.Reason, got)
			continue
		}
		if got := b.last(notify.TemplateHeld, aliceAt).msg.Text; !strings.Contains(got, tt.line) {
			t.Errorf("%s: alice is told\n%s", tt.name, got)
		}
		b.agentWrites(aliceAt, notify.TemplateHeld, "#anyway\n")
		b.deliver()
		if text := b.outboxTo(ana); !strings.Contains(text, tt.out) || strings.Contains(text, tt.line) {
			t.Errorf("%s: after #anyway ana reads\n%s", tt.name, text)
		}
		b.sameRebuilt()
	}
	b := open(t)
	b.request()
	b.page(aliceAt, b.last(notify.TemplateNewTicket, aliceAt), "It is mended.\n\nUntil Monday only.\n", `<p>It is mended.</p><p style="color:white">Until Monday only.</p>`)
	if text := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(text, "Until Monday only.") {
		t.Errorf("the plain text of a mail has the white words, and ana reads\n%s", text)
	}
}

// outboxTo returns the text of the last mail to somebody.
func (b *bench) outboxTo(address string) string {
	b.t.Helper()
	for _, s := range slices.Backward(b.outbox()) {
		if s.Recipient == address {
			return s.msg.Text
		}
	}
	return ""
}
