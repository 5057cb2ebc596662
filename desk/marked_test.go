package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// marks are those of filters before the desk.
var marks = []string{"X-Spam-Flag: YES\n", "X-Spam-Status: Yes, score=9.1 required=5.0\n", "X-MS-Exchange-Organization-SCL: 6\n", "X-Spam: Yes\n"}

// saysMarked is how agents are told of a mark.
const saysMarked = "has marked this email as spam"

// TestMarkedAnswersAreRead: what goes on with a request reaches its agents, whatever a filter before the desk
// thinks of it. Those who are not on the request have no use of an address that leaked.
func TestMarkedAnswersAreRead(t *testing.T) {
	const piet, mallory = "piet@example.com", "mallory@example.com"
	type way struct {
		name, from  string
		to, subject func(sent) string
		header      func(sent) string
		read        bool
	}
	signed := func(n sent) string { return n.answer() }
	plain := func(sent) string { return support }
	re := func(n sent) string { return "Re: " + n.msg.Subject }
	bare := func(sent) string { return "Your lottery" }
	none := func(sent) string { return "" }
	replies := func(n sent) string { return "In-Reply-To: " + n.MessageID + "\n" }
	for _, mark := range marks {
		for _, tt := range []way{
			{"the requester at the signed address", ana, signed, re, replies, true},
			{"the requester at the signed address alone", ana, signed, bare, none, true},
			{"the requester by the Message-ID", ana, plain, bare, replies, true},
			{"the requester by the tag", ana, plain, re, none, true},
			{"somebody in copy", piet, signed, re, replies, true},
			{"a stranger at the signed address", mallory, signed, re, replies, false},
			{"a stranger by the tag", mallory, plain, re, none, false},
			{"the requester about nothing", ana, plain, bare, none, false},
		} {
			b := open(t, withPeople)
			m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Cc: " + piet + "\n"})
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#pending\nWhich version do you use?\n")
			b.deliver()
			n := b.last(notify.TemplateReply, ana)
			before := len(b.summary())
			got := b.take(letter{from: tt.from, to: tt.to(n), subject: tt.subject(n), text: "It is version 7.3, on the red laptop.\n", header: mark + tt.header(n)})
			if !tt.read {
				if got.Disposition != ticket.DispositionSpam || len(b.since(before)) > 0 {
					t.Errorf("%q, %s: %s (%s), and makes %q", mark, tt.name, got.Disposition, got.Reason, b.since(before))
				}
				continue
			}
			if got.Disposition != ticket.DispositionAppended || got.Ticket != m.Ticket || b.ticket(m.Ticket).Status != ticket.StatusOpen {
				t.Errorf("%q, %s: %s (%s) in #%d, which is %s", mark, tt.name, got.Disposition, got.Reason, got.Ticket, b.ticket(m.Ticket).Status)
				continue
			}
			if told := b.last(notify.TemplateMessage, aliceAt).msg.Text; !strings.Contains(told, "version 7.3") || !strings.Contains(told, saysMarked) {
				t.Errorf("%q, %s: alice is told\n%s", mark, tt.name, told)
			}
			b.sameRebuilt()
		}
	}
}

// TestMarkedAnswersDoLittle: nobody is added, answered or asked by a mail with a mark, and no matter ends by one that
// proves no more than that somebody saw a Message-ID.
func TestMarkedAnswersDoLittle(t *testing.T) {
	for _, mark := range []string{"", marks[0]} {
		b := open(t, withPeople)
		id := b.request().ID
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nThe line was bad.\n")
		b.deliver()
		n := b.last(notify.TemplateResolution, ana)
		before := len(b.summary())
		b.take(letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "It drops again, see my colleague.\n", header: mark + "Cc: thief@example.com\nIn-Reply-To: " + n.MessageID + "\n"})
		if in := b.inCopy(id); (len(in) == 0) != (mark != "") {
			t.Errorf("with %q, in copy are %q", mark, in)
		}
		if got := b.ticket(id).Status; got != ticket.StatusOpen {
			t.Errorf("with %q the ticket is %s", mark, got)
		}
		b.take(letter{from: ana, to: support, subject: "Re: " + n.msg.Subject, text: "#close\n", header: mark + "In-Reply-To: " + n.MessageID + "\n"})
		if ended := b.ticket(id).Status != ticket.StatusOpen; ended != (mark == "") {
			t.Errorf("with %q and #close by a Message-ID the ticket is %s", mark, b.ticket(id).Status)
		}
		b.take(letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "#close\n", header: mark + "In-Reply-To: " + n.MessageID + "\n"})
		if ended := b.ticket(id).Status != ticket.StatusOpen; ended != (mark == "") {
			t.Errorf("with %q and #close at the signed address the ticket is %s", mark, b.ticket(id).Status)
		}
		if told := b.since(before); mark != "" && slices.ContainsFunc(told, func(s string) bool { return !strings.HasSuffix(s, "@example.org") }) {
			t.Errorf("with %q: %q", mark, told)
		}
		b.sameRebuilt()
	}
}

// TestMarkedAfterTheEnd: what comes with a mark after the end opens a request that agents read, and nothing answers it.
func TestMarkedAfterTheEnd(t *testing.T) {
	for _, mark := range []string{"", marks[0]} {
		b := open(t)
		b.request()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#close\nThe line was bad.\n")
		b.deliver()
		n := b.last(notify.TemplateClosing, ana)
		before := len(b.summary())
		m := b.take(letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "It drops once more today.\n", header: mark + "In-Reply-To: " + n.MessageID + "\n"})
		if m.Disposition != ticket.DispositionNew || !slices.Contains(b.since(before), "new-ticket "+aliceAt) {
			t.Errorf("with %q: %s (%s), %q", mark, m.Disposition, m.Reason, b.since(before))
		}
		waits := false
		for _, s := range b.outbox()[before:] {
			waits = waits || s.Template == string(notify.TemplateAcknowledgement) && s.State == ticket.OutboxReady
		}
		if waits != (mark == "") {
			t.Errorf("with %q an acknowledgement goes out: %t", mark, waits)
		}
		b.sameRebuilt()
	}
}

// TestMarkedAgents: an agent's answer goes where it would without a mark, and one that proves less is said to its writer.
func TestMarkedAgents(t *testing.T) {
	b := open(t)
	b.request()
	n := b.last(notify.TemplateNewTicket, aliceAt)
	l := letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "Please restart the client.\n", header: marks[0] + "In-Reply-To: " + n.MessageID + "\n"}
	b.take(l)
	if text := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(text, "restart the client") {
		t.Errorf("ana is told\n%s", text)
	}
	before := len(b.summary())
	l.to, l.text = support, "#resolve\nAnd restart the gateway.\n"
	b.take(l)
	if got := b.since(before); !slices.Contains(got, "not-done "+aliceAt) || slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, ana) }) {
		t.Errorf("by a Message-ID: %q", got)
	}
	l.from, l.header = bobAt, marks[0]+"In-Reply-To: "+b.last(notify.TemplateNewTicket, bobAt).MessageID+"\n"
	b.take(l)
	for template, who := range map[notify.Template]string{notify.TemplateNotDone: bobAt, notify.TemplateNote: aliceAt} {
		if text := b.last(template, who).msg.Text; !strings.Contains(text, saysMarked) {
			t.Errorf("%s is told\n%s", who, text)
		}
	}
	b.sameRebuilt()
}

// TestMarkedTag: a number in a subject is guessed: with a mark it lets nobody write in an agent's name.
func TestMarkedTag(t *testing.T) {
	b := open(t)
	b.request()
	before := len(b.summary())
	m := b.take(letter{from: aliceAt, to: support, subject: "Re: [Example IT #1] Your prize", text: "Take it at once.\n", header: marks[0]})
	if m.Disposition != ticket.DispositionSpam || len(b.since(before)) > 0 {
		t.Errorf("it is %s (%s), and makes %q", m.Disposition, m.Reason, b.since(before))
	}
	b.sameRebuilt()
}

// TestMarkedMachines: a mark lets a machine do no more than it may without.
func TestMarkedMachines(t *testing.T) {
	for _, mark := range []string{"", marks[0]} {
		for _, by := range []string{"Precedence: bulk\n", "List-Id: <l.example.net>\n", "X-Auto-Response-Suppress: All\n"} {
			for _, action := range []string{notify.ActReopen, notify.ActGood, notify.ActBad} {
				b := open(t)
				id := b.request().ID
				b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nThe line was bad.\n")
				b.deliver()
				before := len(b.summary())
				m := b.take(letter{from: ana, to: voteAt(b.last(notify.TemplateResolution, ana), action), subject: action, text: "\n", header: mark + by})
				if b.ticket(id).Status != ticket.StatusResolved || len(b.since(before)) > 0 || hasEvent(b.events(id), string(ticket.EventRated)) {
					t.Errorf("with %q and %q at the address for %s: %s (%s), #%d is %s, %q", mark, by, action, m.Disposition, m.Reason, id, b.ticket(id).Status, b.since(before))
				}
				b.sameRebuilt()
			}
		}
	}
}

// TestMarkedVote: nothing is approved by a mail with a mark that proves no more than an address that leaked.
func TestMarkedVote(t *testing.T) {
	for _, mark := range []string{"", marks[0]} {
		b := open(t)
		id := asksBoss(b, "#approve "+chief+"\nMay Ana have this?\n").ID
		b.deliver()
		to := voteAt(b.last(notify.TemplateApproval, chief), notify.ActApprove)
		b.take(letter{from: chief, to: to, subject: "Re: x", text: "Of course, well earned.\n", header: mark})
		if voted := strings.HasPrefix(b.votes(id), ticket.VoteApprove); voted != (mark == "") {
			t.Errorf("with %q the votes are %q", mark, b.votes(id))
		}
		if text := b.last(notify.TemplateVote, aliceAt).msg.Text; !strings.Contains(text, "well earned") {
			t.Errorf("with %q alice is told\n%s", mark, text)
		}
	}
}

// TestMarkedThenIsMarked: what was set apart by an older version stays apart when its journal is read again.
func TestMarkedThenIsMarked(t *testing.T) {
	b := open(t)
	b.request()
	b.deliver()
	n := b.last(notify.TemplateAcknowledgement, ana)
	for _, tt := range []struct {
		was  *incoming.Was
		want ticket.Disposition
	}{
		{&incoming.Was{At: time.Now(), Reason: "spam-flag"}, ticket.DispositionSpam},
		{nil, ticket.DispositionAppended},
	} {
		l := letter{from: ana, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "It is version 7.3.\n", header: marks[0]}
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{l.to}}, l.bytes())
		if err == nil {
			err = b.HandleAgain(b.ctx, b.mail(id), l.bytes(), tt.was)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := b.mail(id); got.Disposition != tt.want {
			t.Errorf("handled again as %v it is %s (%s), want %s", tt.was, got.Disposition, got.Reason, tt.want)
		}
	}
}
