package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT178EveryWordReachesSomebody plays what people do every day. A word that somebody wrote
// is read by somebody else in the end, whatever kind of mail it stood in.
func TestT178EveryWordReachesSomebody(t *testing.T) {
	const word = "quagmire"
	requested := func(b *bench) ticket.ID { return b.request().ID }
	resolved := func(b *bench) ticket.ID {
		id := requested(b)
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Please restart it.\n\n#resolve\n")
		return id
	}
	answer := func(b *bench, from, text string) {
		m := b.last(notify.TemplateAcknowledgement, ana)
		b.take(letter{from: from, to: support, subject: "Re: " + m.msg.Subject, text: text, header: "In-Reply-To: " + m.MessageID + "\n"})
	}
	rows := []struct {
		name, writer string
		play         func(b *bench)
	}{
		{"a request", ana, func(b *bench) {
			b.take(letter{from: ana, to: support, subject: "Printer", text: word + "\n"})
		}},
		{"a subject alone", ana, func(b *bench) {
			b.take(letter{from: ana, to: support, subject: word, text: "\n"})
		}},
		{"a line below dashes", ana, func(b *bench) {
			b.take(letter{from: ana, to: support, subject: "Printer", text: "Hello,\n\n-----\n" + word + "\n"})
		}},
		{"a forward by the requester", ana, func(b *bench) {
			b.take(letter{from: ana, to: support, subject: "Fwd: Printer", text: "Look.\n\n---------- Forwarded message ---------\nFrom: Hugo <hugo@example.com>\nDate: Fri, Nov 27, 2026 at 4:20 PM\nSubject: Printer\nTo: <ana@example.net>\n\n" + word + "\n"})
		}},
		{"a forward by an agent", "hugo@example.com", func(b *bench) {
			b.take(letter{from: "alice@example.org", to: support, subject: "Fwd: Printer", text: "---------- Forwarded message ---------\nFrom: Hugo <hugo@example.com>\nDate: Fri, Nov 27, 2026 at 4:20 PM\nSubject: Printer\nTo: <alice@example.org>\n\n" + word + "\n"})
		}},
		{"a form", "www@example.net", func(b *bench) {
			b.take(letter{from: "www@example.net", to: support, subject: "Contact form", header: "Reply-To: eva@example.com\n", text: "Name: Eva\nMessage: " + word + "\n"})
		}},
		{"a machine", "backup@example.net", func(b *bench) {
			b.take(letter{from: "backup@example.net", to: support, subject: "Backup failed", header: "Auto-Submitted: auto-generated\n", text: word + "\n"})
		}},
		{"an addition", ana, func(b *bench) { requested(b); answer(b, ana, word+"\n") }},
		{"between the quotes", ana, func(b *bench) {
			requested(b)
			answer(b, ana, "On Tue, the desk wrote:\n> We have received your request.\n"+word+"\n> We answer soon.\n")
		}},
		{"from another address", "ana@home.example", func(b *bench) { requested(b); answer(b, "Ana <ana@home.example>", word+"\n") }},
		{"a stranger with the mail of the desk", "eve@example.com", func(b *bench) { requested(b); answer(b, "eve@example.com", word+"\n") }},
		{"a colleague in copy", "piet@example.com", func(b *bench) {
			b.take(letter{from: ana, to: support, subject: "Printer", text: "It jams.\n", id: "<copy@example.net>", header: "Cc: piet@example.com\n"})
			b.take(letter{from: "piet@example.com", to: support, subject: "Re: Printer", text: word + "\n", header: "In-Reply-To: <copy@example.net>\n"})
		}},
		{"after the solution", ana, func(b *bench) { resolved(b); answer(b, ana, "It does it again: "+word+"\n") }},
		{"a question beside thanks", ana, func(b *bench) { resolved(b); answer(b, ana, "Thank you! What does "+word+" mean?\n") }},
		{"a note of absence", ana, func(b *bench) {
			requested(b)
			m := b.last(notify.TemplateAcknowledgement, ana)
			b.take(letter{from: ana, to: support, subject: "Automatic reply: " + m.msg.Subject, text: "I am away; ask " + word + " instead.\n",
				header: "Auto-Submitted: auto-replied\nIn-Reply-To: " + m.MessageID + "\n"})
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Please restart it.\n")
			answer(b, ana, "I am back.\n")
		}},
		{"an answer of an agent", "alice@example.org", func(b *bench) {
			requested(b)
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, word+"\n")
		}},
		{"on the line of a command", "alice@example.org", func(b *bench) {
			requested(b)
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve "+word+"\n")
		}},
		{"for the colleague who gets it", "alice@example.org", func(b *bench) {
			requested(b)
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate\n"+word+"\n")
		}},
		{"a note, then an escalation", "alice@example.org", func(b *bench) {
			requested(b)
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#note\n"+word+"\n")
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate please look\n")
		}},
		{"an answer of an agent from elsewhere", "alice.private@example.com", func(b *bench) {
			requested(b)
			n := b.last(notify.TemplateNewTicket, "alice@example.org")
			b.take(letter{from: "alice.private@example.com", to: n.answer(), subject: "Re: " + n.msg.Subject, text: word + "\n", header: "In-Reply-To: " + n.MessageID + "\n"})
		}},
	}
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople, func(s *settings.Settings) { s.Routing.Queues[0].Agents = []string{"alice"} })
			tt.play(b)
			for _, m := range b.outbox() {
				if m.Recipient != tt.writer && strings.Contains(m.msg.Text+m.msg.Subject, word) {
					return
				}
			}
			t.Errorf("nobody reads the word; sent were %v", b.summary())
		})
	}
	faulttest.Seen(t, "T178", "everyday mails of people, agents and machines, each with a word of its own", "%d kinds; each word is read by somebody else", len(rows))
}
