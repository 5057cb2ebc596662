package desk_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// actionOf returns the address behind a link of a notice.
func actionOf(t *testing.T, notice sent, action string) string {
	t.Helper()
	for part := range strings.FieldsFuncSeq(notice.msg.Text, func(r rune) bool { return r == ' ' || r == '\n' || r == '<' || r == '>' }) {
		if u, err := url.Parse(part); err == nil && u.Scheme == "mailto" && strings.HasSuffix(strings.Split(u.Opaque, "@")[0], "-"+action) {
			return u.Opaque
		}
	}
	t.Fatalf("no link for %s in\n%s", action, notice.msg.Text)
	return ""
}

// TestActionAddresses: a mail to the address of an action does what its command does,
// wherever the cursor stood, and whatever signs it by itself.
func TestActionAddresses(t *testing.T) {
	const signature = "\n-- \nAlice Berger\nExample IT\nphone 555-0100\n"
	for _, tt := range []struct {
		name, action, text string
		status             ticket.Status
		assignee           string
		reply, note        string // what readers and colleagues get
	}{
		{"take, empty", "take", "", ticket.StatusOpen, "alice", "", ""},
		{"take, signed by the program", "take", signature, ticket.StatusOpen, "alice", "", ""},
		{"take, signed by name", "take", "\n\nAlice\n", ticket.StatusOpen, "alice", "", ""},
		{"take, signed as Outlook does", "take", "\n\nKind regards\n\nAlice Berger\nExample IT\nPhone 555-0100\n", ticket.StatusOpen, "alice", "", ""},
		{"take, signed by name and office", "take", "\n\nAlice\nIT Support | Example IT\n555-0100 | www.example.org\n", ticket.StatusOpen, "alice", "", ""},
		{"resolve, signed as Outlook does", "resolve", "\n\nMit freundlichen Grüßen\n\nAlice Berger\nTelefon 555-0100\n", ticket.StatusResolved, "alice", "", ""},
		{"take with an answer", "take", "I look into it.\n" + signature, ticket.StatusOpen, "alice", "I look into it.", ""},
		{"resolve with the solution", "resolve", "Please update it.\n", ticket.StatusResolved, "", "Please update it.", ""},
		{"resolve above the quoted notice", "resolve", "Please update it.\n\n> New request #1\n> #take\n", ticket.StatusResolved, "", "Please update it.", ""},
		{"resolve, and the command as well", "resolve", "#resolve\nPlease update it.\n", ticket.StatusResolved, "", "Please update it.", ""},
		{"resolve and another command", "resolve", "#take\nPlease update it.\n", ticket.StatusResolved, "alice", "Please update it.", ""},
		{"a note", "note", "He is angry.\n", ticket.StatusNew, "", "", "He is angry."},
		{"escalate with the reason", "escalate", "Needs the network team.\n", ticket.StatusOpen, "", "", "Needs the network team."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			opened := b.request()
			notice := b.last(notify.TemplateNewTicket, alices)
			n := len(b.outbox())
			b.take(letter{from: alices, to: actionOf(t, notice, tt.action), subject: "[Example IT #1]", text: tt.text})
			got := b.ticket(opened.ID)
			if got.Status != tt.status || got.Assignee != tt.assignee && tt.assignee != "" {
				t.Errorf("the ticket is %s, of %q; want %s, %q", got.Status, got.Assignee, tt.status, tt.assignee)
			}
			var toAna, inside string
			for _, m := range b.outbox()[n:] {
				if m.Recipient == ana {
					toAna += m.msg.Text
				} else {
					inside += m.msg.Text
				}
			}
			switch {
			case tt.reply != "" && !strings.Contains(toAna, tt.reply), tt.note != "" && strings.Contains(toAna, tt.note), strings.Contains(toAna, "555-0100"):
				t.Errorf("ana gets %q", toAna)
			case tt.action == "take" && tt.reply == "" && toAna != "":
				t.Errorf("ana gets %q, though nobody wrote anything", toAna)
			}
			if !strings.Contains(inside, tt.note) {
				t.Errorf("colleagues get %q", inside)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestCommandsAboveASignature: whoever types a command above the signature that the program
// wrote has said nothing to the requester.
func TestCommandsAboveASignature(t *testing.T) {
	const signature = "\n\nKind regards\n\nAlice Berger\nExample IT\nPhone 555-0100\n"
	for _, tt := range []struct {
		text, toAna string
		status      ticket.Status
	}{
		{"#take" + signature, "", ticket.StatusOpen},
		{"#take\n#priority high" + signature, "", ticket.StatusOpen},
		{"#escalate" + signature, "", ticket.StatusNew}, // a reason is asked for
		{"#take\n\nWe look at it at noon." + signature, "at noon", ticket.StatusOpen},
	} {
		b := open(t)
		opened := b.request()
		n := len(b.outbox())
		b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
		if got := b.ticket(opened.ID).Status; got != tt.status {
			t.Errorf("%q: the ticket is %s, want %s", tt.text, got, tt.status)
		}
		got := ""
		for _, m := range b.to(ana, n) {
			got += m.msg.Text
		}
		if tt.toAna == "" && got != "" || !strings.Contains(got, tt.toAna) {
			t.Errorf("%q: ana gets %q", tt.text, got)
		}
	}
}

// TestActionAddressesNeedProof: they give no more than their commands, and only to the
// one they were made for.
func TestActionAddressesNeedProof(t *testing.T) {
	b := open(t)
	opened := b.request()
	notice := b.last(notify.TemplateNewTicket, alices)
	resolve := actionOf(t, notice, "resolve")
	for what, l := range map[string]letter{
		"a stranger":                  {from: "eve@example.com", to: resolve},
		"another agent":               {from: "bob@example.org", to: resolve},
		"an action that was not made": {from: alices, to: strings.Replace(resolve, "-resolve@", "-close@", 1)},
		"the requester":               {from: ana, to: resolve},
	} {
		l.subject, l.text = "[Example IT #1]", "Please update it.\n"
		n := len(b.outbox())
		b.take(l)
		if got := b.ticket(opened.ID).Status; got != ticket.StatusNew {
			t.Fatalf("%s: the ticket is %s", what, got)
		}
		for _, m := range b.outbox()[n:] {
			if m.Recipient == ana && strings.Contains(m.msg.Text, "Please update it") {
				t.Errorf("%s: ana gets %s", what, m.Template)
			}
		}
	}
	// An answer to all that goes to the ordinary address, too.
	m := b.take(letter{from: alices, to: notice.answer(), rcpt: []string{notice.answer(), resolve}, subject: "[Example IT #1]", header: "Cc: " + resolve + "\n", text: "Please update it.\n"})
	if got := b.ticket(opened.ID).Status; got != ticket.StatusResolved || !slices.Contains(b.summary(), "resolution "+ana) {
		t.Errorf("%s: the ticket is %s, sent %q", m.Reason, got, b.summary())
	}
	b.sameRebuilt()
}

// TestReleasedActionIsCarriedOut: what stands at the address of an action stays what that asks for where its
// agent, who wrote from elsewhere, or by the link of another agent, has it carried out: no words for colleagues go to the
// requester.
func TestReleasedActionIsCarriedOut(t *testing.T) {
	const words = "She is angry, this needs the network team.\n"
	for _, action := range []string{"note", "escalate"} {
		for from, agent := range map[string]string{"alice@home.example.net": alices, "bob@example.org": "bob@example.org"} {
			b := open(t)
			id := b.request().ID
			l := letter{from: from, to: actionOf(t, b.last(notify.TemplateNewTicket, alices), action), subject: "Re: [Example IT #1]", text: words}
			m := b.take(l)
			if b.ticket(id).Status != ticket.StatusNew {
				t.Errorf("%s by %s is carried out before anybody proves it", action, from)
			}
			m = b.agentWrites(agent, notify.TemplateNotDone, "#anyway\n")
			if m.Reason == "refused-command" {
				t.Errorf("%s by %s is not released: %s", action, from, b.outbox()[len(b.outbox())-1].msg.Text)
			}
			got := b.ticket(id)
			if slices.Contains(b.summary(), "reply "+ana) || action == "escalate" && got.Level != 2 {
				t.Errorf("%s by %s, then #anyway by %s (%s): level %d, sent %q", action, from, agent, m.Reason, got.Level, b.summary())
			}
			b.sameRebuilt()
		}
	}
}
