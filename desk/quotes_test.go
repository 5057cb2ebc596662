package desk_test

import (
	"html"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// between is a mail quoted with something typed below the line that has some words.
func between(m sent, words, typed string) string {
	var out []string
	for line := range strings.Lines(m.msg.Text) {
		out = append(out, "> "+strings.TrimRight(line, "\n"))
		if strings.Contains(line, words) {
			out = append(out, "", typed, "")
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// TestQuotedNotes: who answers between the lines of an internal mail is asked before the lines go
// out that are internal. What readers have anyhow goes out without a question.
func TestQuotedNotes(t *testing.T) {
	const answer = "We come at noon."
	long := "She rings me every hour, and I cannot hear it any more; please somebody else take this one before Friday, for I am out."
	for _, tt := range []struct {
		name, first string // what alice does first
		to          notify.Template
		reader      string // who gets it
		writes      func(m sent) string
		asked       bool
	}{
		{"a note", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(m sent) string { return "#reply\n" + between(m, "every hour", answer) }, true},
		{"a long note", "#note\n" + long + "\n", notify.TemplateNote, ana, func(m sent) string { return "#reply\n" + between(m, "She rings me", answer) }, true},
		{"a note in Chinese", "#note\n这位客户很难相处\n", notify.TemplateNote, ana, func(m sent) string { return "#reply\n" + between(m, "客户", answer) }, true},
		{"a note among the requester's words", "#note\nShe rings every hour.\n", notify.TemplateNewTicket, ana, func(m sent) string {
			return "> She rings every hour.\n\n" + answer + "\n\n" + between(m, "drops", "Since when?")
		}, true},
		{"a note behind a bar", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(sent) string { return "#reply\n| She rings every hour.\n\n" + answer + "\n" }, true},
		{"a note behind initials", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(sent) string { return "#reply\nAB> She rings every hour.\n\n" + answer + "\n" }, true},
		{"a note as the notice indents it", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(sent) string { return "#reply\nOf this:\n\n    She rings every hour.\n\n" + answer + "\n" }, true},
		{"a note of numbers", "#note\nPIN 471199 xQ7\n", notify.TemplateNote, ana, func(m sent) string { return "#reply\n" + between(m, "471199", answer) }, true},
		{"a list of the agent's own, indented", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(sent) string {
			return "#reply\nPlease do this:\n\n    1. press the red button\n    2. wait a minute\n\n" + answer + "\n"
		}, false},
		{"the requester's words", "", notify.TemplateNewTicket, ana, func(m sent) string { return between(m, "drops", answer) }, false},
		{"the requester's words, which a note has, too", "#note\nMy VPN drops, she says\n", notify.TemplateNewTicket, ana, func(m sent) string { return between(m, "drops", answer) }, false},
		{"text above a quoted note", "#note\nShe rings every hour.\n", notify.TemplateNote, ana, func(m sent) string {
			return "#reply\n" + answer + "\n\nOn Tuesday, Example IT <support@example.org> wrote:\n" + between(m, "no such words", "")
		}, false},
		{"words that only a note has, not quoted", "#note\nThe fuse is dead.\n", notify.TemplateNewTicket, ana, func(m sent) string { return "The fuse is dead.\n" + answer + "\n" }, false},
		{"a note about a note", "#note\nShe rings every hour.\n", notify.TemplateNote, "", func(m sent) string { return between(m, "every hour", answer) }, false},
		{"another's text, quoted by hand", "", notify.TemplateNewTicket, ana, func(sent) string { return "The manual says\n\n> Press the red button twice.\n\n" + answer + "\n" }, false},
		{"a vendor and the requester's words", "", notify.TemplateNewTicket, vera, func(m sent) string { return "#ask " + vera + "\n" + between(m, "drops", answer) }, true},
		{"a vendor and a note", "#note\nShe rings every hour.\n", notify.TemplateNote, vera, func(m sent) string { return "#ask " + vera + "\n" + between(m, "every hour", answer) }, true},
		{"a vendor and a quote of the manual", "", notify.TemplateNewTicket, vera, func(sent) string { return "#ask " + vera + "\n> Press the red button twice.\n" + answer + "\n" }, false},
		{"who approves, and a note", "#note\nShe rings every hour.\n", notify.TemplateNote, "boss@example.net", func(m sent) string { return "#approve boss@example.net\n" + between(m, "every hour", answer) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "VPN", text: "My VPN drops, and nobody helps me.\n"})
			first := b.last(notify.TemplateNewTicket, aliceAt)
			if tt.first != "" {
				b.take(letter{from: aliceAt, to: first.answer(), subject: "Re: x", text: tt.first})
			}
			from, notice := aliceAt, first
			if tt.to == notify.TemplateNote {
				from = "bob@example.org"
				notice = b.last(tt.to, from)
			}
			n := len(b.summary())
			m := b.take(letter{from: from, to: notice.answer(), subject: "Re: x", text: tt.writes(notice)})
			if waits := m.Reason == "held-quoted"; waits != tt.asked {
				t.Fatalf("it became %s, and this was sent: %q", m.Reason, b.since(n))
			}
			if tt.asked {
				if got := b.since(n); !slices.Equal(got, []string{"held " + from}) {
					t.Errorf("this was sent: %q", got)
				}
				b.agentWrites(from, notify.TemplateHeld, "#anyway\n")
			}
			b.deliver()
			if text := b.outboxTo(tt.reader); tt.reader != "" && !strings.Contains(text, answer) {
				t.Errorf("%s reads %q", tt.reader, text)
			}
			b.sameRebuilt()
		})
	}
}

// TestTypedWithinQuotes: an agent who says that the answers are below, and typed them into the mail
// that Outlook quotes, is asked: only what is above went out.
func TestTypedWithinQuotes(t *testing.T) {
	const typed = "the quota was full until noon"
	// block is a notice as Outlook quotes it, with something behind the requester's line.
	block := func(m sent, behind string) string {
		var out strings.Builder
		out.WriteString("<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Example IT &lt;support@example.org&gt;<br><b>Sent:</b> Tuesday, November 24, 2026 10:05 AM<br><b>To:</b> Alice<br><b>Subject:</b> VPN</p></div>")
		for line := range strings.Lines(m.msg.Text) {
			out.WriteString("<p class=MsoNormal>" + html.EscapeString(strings.TrimSpace(line)))
			if strings.Contains(line, "drops") {
				out.WriteString(behind)
			}
			out.WriteString("</p>\n")
		}
		return out.String()
	}
	for _, tt := range []struct {
		name, above, behind string
		asked               bool
	}{
		{"on the line", "<p>See my answers below in blue.</p>", " <span style='color:blue'>" + typed + "</span>", true},
		{"in a paragraph", "<p>Meine Antworten in Rot.</p>", "</p><p class=MsoNormal><span style='color:red'>" + typed + "</span>", true},
		{"in French", "<p>Voir ci-dessous.</p>", "</p><p>" + typed, true},
		{"in Italian", "<p>Rispondo di seguito.</p>", "</p><p>" + typed, true},
		{"nothing is typed there", "<p>See below: it is the quota.</p>", "", false},
		{"the begin of another word, and a gateway's line", "<p>The ticket is in Redmine, Bob is in Rotterdam, and all is in line with it.</p>", "</p><p>Caution: this mail came from outside.", false},
		{"a gateway's line, and no word of answers there", "<p>It is the quota.</p>", "</p><p>Caution: this mail came from outside.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "VPN", text: "My VPN drops, and nobody helps me.\n"})
			n := len(b.summary())
			notice := b.last(notify.TemplateNewTicket, aliceAt)
			m := b.page(aliceAt, notice, "", "<html><body>"+tt.above+block(notice, tt.behind)+"</body></html>")
			if waits := m.Reason == "held-within"; waits != tt.asked {
				t.Fatalf("it became %s, and this was sent: %q", m.Reason, b.since(n))
			}
			if !tt.asked {
				return
			}
			if got := b.last(notify.TemplateHeld, aliceAt).msg.Text; !strings.Contains(strings.Join(strings.Fields(got), " "), typed) {
				t.Errorf("alice is told\n%s", got)
			}
			if got := b.ticket(m.Ticket).Status; got != ticket.StatusNew {
				t.Errorf("the ticket is %s", got)
			}
			b.sameRebuilt()
		})
	}
}
