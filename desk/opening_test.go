package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// opens lets somebody write a new mail to the desk from the trusted network.
func (b *bench) opens(who, text string) ticket.Mail {
	b.t.Helper()
	return b.take(letter{from: who, to: support, subject: "Printer", text: text, client: "192.0.2.7"})
}

// TestCommandsOnANewMail: the request that it opens becomes as they say, and its text
// shows nothing of them.
func TestCommandsOnANewMail(t *testing.T) {
	b := open(t, withControl)
	m := b.opens(alice, "#for ana@example.net\n#priorität dringend\n#category network\n#assign bob\n#cc kim@example.net\n#channel phone\n\nShe called: the printer is dead.\n")
	if m.Disposition != ticket.DispositionNew {
		t.Fatalf("the mail is %s (%s)", m.Disposition, m.Reason)
	}
	got := b.ticket(m.Ticket)
	if got.Requester != ana || got.Priority != ticket.PriorityUrgent || got.Category != "network" || got.Assignee != "bob" || strings.Join(got.Tags, " ") != "phone" {
		t.Errorf("the ticket is %+v", got)
	}
	if text := b.entries(m.Ticket)[0].Text; strings.TrimSpace(text) != "She called: the printer is dead." {
		t.Errorf("its text is %q", text)
	}
	if told := b.last(notify.TemplateNewTicket, "bob@example.org"); !says(told, "She called") || strings.Contains(told.msg.Text, "#channel phone\n") {
		t.Errorf("bob reads:\n%s", told.msg.Text)
	}
	if ack := b.last(notify.TemplateAcknowledgement, ana); !says(ack, "As agreed by phone, we have opened request 1 for you.") {
		t.Errorf("ana reads:\n%s", ack.msg.Text)
	}
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "Is it plugged in?\n")
	b.last(notify.TemplateReply, "kim@example.net")
}

// TestTakenOnANewMail: whoever opens it has it.
func TestTakenOnANewMail(t *testing.T) {
	b := open(t, withControl)
	m := b.opens(alice, "#for ana@example.net\n#take\n#queue sales\n#take\nShe wants another one.\n")
	if got := b.ticket(m.Ticket); got.Assignee != "alice" || got.Queue != "sales" {
		t.Errorf("the ticket is in %s with %q", got.Queue, got.Assignee)
	}
}

// TestMistakeOnANewMail: nothing is opened, and its writer gets the words back.
func TestMistakeOnANewMail(t *testing.T) {
	for _, tt := range []struct{ text, says string }{
		{"#for ana@example.net\n#priority hihg\nShe called.\n", "did you mean high?"},
		{"#for ana\nShe called.\n", "✗ #for ana"},
		{"#for ana@example.net\n#resolve\nShe called.\n", "✗ #resolve – it is about a request that is there"},
		{"#channel pigeon\nIt came.\n", "Channels: phone, visit, fax"},
		{"#frobnicate\nShe called.\n", "there is no such command"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			b := open(t, withControl)
			m := b.opens(alice, tt.text)
			if m.Disposition != ticket.DispositionMachine || m.Reason != "refused-command" || m.Ticket != 0 {
				t.Errorf("the mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			if got := b.summary(); len(got) != 1 {
				t.Errorf("it made %q", got)
			}
			last := strings.TrimSpace(tt.text[strings.LastIndex(strings.TrimSpace(tt.text), "\n")+1:])
			if told := b.last(notify.TemplateAnswer, alice); !says(told, tt.says) || !says(told, last) {
				t.Errorf("alice reads:\n%s", told.msg.Text)
			}
		})
	}
}

// TestUnprovenCommandsOnANewMail: whoever uses an agent's name opens an ordinary request. The agent is told so, and of
// nothing that could be had by it.
func TestUnprovenCommandsOnANewMail(t *testing.T) {
	for _, tt := range []struct{ from, header string }{{alice, ""}, {alice, results + "dmarc=fail header.from=example.org\n"}, {"eve@example.com", ""}} {
		from := tt.from
		b := open(t, withControl, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
		m := b.take(letter{from: from, to: support, subject: "Printer", text: "#priority urgent\n#queue sales\nHello.\n", header: tt.header})
		if got := b.ticket(m.Ticket); got.Priority == ticket.PriorityUrgent || got.Queue != "first-line" {
			t.Errorf("%s set %s, %s", from, got.Priority, got.Queue)
		}
		if text := b.entries(m.Ticket)[0].Text; !strings.Contains(text, "#priority urgent") {
			t.Errorf("words of %s are lost: %q", from, text)
		}
		if from != alice {
			continue
		}
		told := b.last(notify.TemplateNotDone, alice)
		for _, wrong := range []string{"#anyway", "internal note"} {
			if strings.Contains(told.msg.Text+told.msg.HTML, wrong) {
				t.Errorf("with %q, alice reads of %s:\n%s", tt.header, wrong, told.msg.Text)
			}
		}
		if !says(told, "under #1. No command in it was carried out.") {
			t.Errorf("with %q, alice reads:\n%s", tt.header, told.msg.Text)
		}
		b.agentWrites(alice, notify.TemplateNotDone, "#priority urgent\n")
		if got := b.ticket(m.Ticket).Priority; got != ticket.PriorityUrgent {
			t.Errorf("with %q, after the command as a reply the request is %s", tt.header, got)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestUndoneBesideFor: the agent is told which commands of an unproven mail were not carried out beside the #for that
// was, and whose request it is; nothing of that goes to them.
func TestUndoneBesideFor(t *testing.T) {
	for _, tt := range []struct {
		text, header string
		requester    string
		says         string // empty: there is nothing to tell
	}{
		{"#for ana@example.net\n", "", ana, ""},
		{"#für ana@example.net\n", "", ana, ""},
		{"#for ana@example.net\n#assign bob\n", "", ana, "as a request of ana@example.net, as its #for says, under #1. No other command in it was carried out."},
		{"#assign bob\n#for ana@example.net\n", "", ana, "No other command in it was carried out."},
		{"#for ana@example.net\n#for kim@example.net\n", "", ana, "No other command in it was carried out."},
		{"#for ana@example.net\n#anyway\n", "", ana, "No other command in it was carried out."},
		{"#for Ana\n", "", alice, "under #1. No command in it was carried out."},
		{"#for support@example.org\n", "", alice, "under #1. No command in it was carried out."},
		{"#for ana@example.net\n", results + "dmarc=fail header.from=example.org\n", alice, "under #1. No command in it was carried out."},
	} {
		b := open(t, withControl, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
		m := b.take(letter{from: alice, to: support, subject: "Printer", text: tt.text + "\nShe called: the printer is dead.\n", header: tt.header + "Content-Type: text/plain; charset=utf-8\n"})
		if got := b.ticket(m.Ticket); got.Requester != tt.requester || got.Assignee != "" {
			t.Errorf("%q: the request is that of %s, with %q", tt.text, got.Requester, got.Assignee)
		}
		if told := slices.Contains(b.summary(), "not-done "+alice); told != (tt.says != "") {
			t.Errorf("%q: alice is told: %t, of %v", tt.text, told, b.summary())
		} else if told {
			if n := b.last(notify.TemplateNotDone, alice); !says(n, tt.says) || !says(n, "She called") || says(n, "reply with #anyway") {
				t.Errorf("%q: alice reads:\n%s", tt.text, n.msg.Text)
			}
		}
		if tt.says != "" { // what alice writes beside the commands is said already, and for agents
			b.agentWrites(alice, notify.TemplateNotDone, "#take\nShe called: the printer is dead.\n")
		}
		b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
		for _, s := range b.to(ana, 0) {
			if strings.Contains(s.msg.Text+s.msg.HTML, "#") && strings.Contains(s.msg.Text, "#assign") || strings.Contains(s.msg.Text, "She called") || strings.Contains(s.msg.Text, "carried out") {
				t.Errorf("%q: ana reads:\n%s", tt.text, s.msg.Text)
			}
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestForAboveWhatWaits: #for beside #anyway or #reply says to whom the mail goes that waits. Any other command beside
// them is refused, as the text would wait while its writer reads that it went.
func TestForAboveWhatWaits(t *testing.T) {
	const tom, text = "tom@example.com", "Please install it again."
	for _, tt := range []struct {
		answer string
		to     string // who gets the text; empty: nobody, and alice is told
	}{
		{"#for " + tom + "\n#anyway\n", tom},
		{"#anyway\n#for " + tom + "\n", tom},
		{"#for " + tom + "\n#anyway\n\nAlice\n", tom},
		{"#for " + tom + "\n#reply\n", tom},
		{"#for tom\n#anyway\n", ""},
		{"#anyway\n#priority high\n", ""},
		{"#reply\n#take\n", ""},
		{"#for " + tom + "\n#anyway\n#priority high\n", ""},
	} {
		b := open(t)
		m := b.take(letter{from: "noreply@example.com", to: support, subject: "Form", text: "Name: Tom. I cannot log in.\n"})
		b.agentWrites(alice, notify.TemplateNewTicket, text+"\n")
		before := len(b.summary())
		b.agentWrites(alice, notify.TemplateHeld, tt.answer)
		sent := b.since(before)
		if tt.to == "" {
			if !slices.Equal(sent, []string{"refusal " + alice}) || b.ticket(m.Ticket).Requester == tom || b.ticket(m.Ticket).Priority == ticket.PriorityHigh {
				t.Errorf("%q sends %q, and the request is that of %s", tt.answer, sent, b.ticket(m.Ticket).Requester)
			}
			b.agentWrites(alice, notify.TemplateHeld, "#for "+tom+"\n#anyway\n")
		} else if !slices.Contains(sent, "reply "+tt.to) {
			t.Errorf("%q sends %q", tt.answer, sent)
		}
		all := b.summary()
		if n := len(slices.DeleteFunc(all, func(s string) bool { return s != "reply "+tom })); n != 1 || !strings.Contains(b.last(notify.TemplateReply, tom).msg.Text, text) || b.ticket(m.Ticket).Requester != tom {
			t.Errorf("%q: in the end tom is sent %d answers, and the request is that of %s", tt.answer, n, b.ticket(m.Ticket).Requester)
		}
		b.agentWrites(alice, notify.TemplateHeld, "#anyway\n")
		if !strings.Contains(b.last(notify.TemplateRefusal, alice).msg.Text, "sent already") {
			t.Errorf("%q: it can be sent again", tt.answer)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestForAboveAnotherFor: the last word on whose request it is counts, not that of the mail that waits.
func TestForAboveAnotherFor(t *testing.T) {
	const tim, tom = "tim@example.com", "tom@example.com"
	for _, answer := range []string{"#for " + tom + "\n#anyway\n", "#for " + tom + "\n#reply\n"} {
		b := open(t)
		m := b.take(letter{from: "noreply@example.com", to: support, subject: "Form", text: "I cannot log in.\n"})
		b.agentWrites(alice, notify.TemplateNewTicket, "#for "+tim+"\n\nHi Bob,\n\nplease install it again.\n")
		if n := b.last(notify.TemplateHeld, alice); n.msg == nil {
			t.Fatalf("nothing is held: %q", b.summary())
		}
		b.agentWrites(alice, notify.TemplateHeld, answer)
		if sent := b.summary(); !slices.Contains(sent, "reply "+tom) || slices.Contains(sent, "reply "+tim) || b.ticket(m.Ticket).Requester != tom {
			t.Errorf("%q: %q is sent, and the request is that of %s", answer, sent, b.ticket(m.Ticket).Requester)
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestChannelInAnAnswer: it says how a request came.
func TestChannelInAnAnswer(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#channel phone\nHello.\n")
	if told := b.last(notify.TemplateRefusal, alice); !says(told, "on top of the new email") {
		t.Errorf("alice reads:\n%s", told.msg.Text)
	}
}
