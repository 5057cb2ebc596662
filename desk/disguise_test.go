package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// What strangers try who write another From than the author they pretend, or whose mail the
// domain in From disowns.

const (
	forgedNet = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\n"
	notFrom   = "did not come from"
	evil      = "evil@evil.example"
)

// disowning is a check by which the domain in From disowns the mail.
type disowning struct{ checker }

func (c *disowning) Check(ctx context.Context, env ticket.Envelope, raw []byte, from string, direct bool) ticket.Authentication {
	a := c.checker.Check(ctx, env, raw, from, direct)
	if a.SPF = "fail"; from != "" {
		a.DMARC, a.Policy, a.PolicyAt = "fail", "reject", from
	}
	return a
}

// TestDisguisedSenderIsChecked: whoever counts as the author of a mail, by the marks of a group
// or a form, it is the domain in From that is asked whether the mail is its.
func TestDisguisedSenderIsChecked(t *testing.T) {
	for name, disguise := range map[string]func(who string) letter{
		"none": func(who string) letter { return letter{from: who} },
		"a group of the desk": func(who string) letter {
			return letter{from: support, header: "List-Id: <support.example.org>\nX-Original-From: " + who + "\n"}
		},
		"a group that left From": func(who string) letter {
			return letter{from: who, header: "List-Id: <support.example.org>\nSender: " + support + "\n"}
		},
		"a form of the house": func(who string) letter {
			return letter{from: "Web <web@example.org>", header: "Reply-To: " + who + "\n"}
		},
		"a robot that reads none": func(who string) letter {
			return letter{from: "noreply@shop.example", header: "Reply-To: " + who + "\n"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.Limits.Participants = 3 })
			id := b.request().ID
			b.CheckWith(&disowning{})
			forge := func(who string, template notify.Template, to, text string) ticket.Mail {
				l := disguise(who)
				l.envelope, l.client, l.to, l.subject, l.text = ptr("x@evil.example"), outside, b.last(template, to).answer(), "Re: x", text
				l.header += "Cc: " + evil + "\n"
				return b.take(l)
			}
			n := len(b.summary())
			forge("Alice <"+aliceAt+">", notify.TemplateNewTicket, aliceAt, "#resolve\n\nGo to http://evil.example/ for the solution.\n")
			forge("Ana <"+ana+">", notify.TemplateAcknowledgement, ana, "And my colleague, too, please.\n")
			forge("Ana <"+ana+">", notify.TemplateAcknowledgement, ana, "#close\n")
			if got := b.ticket(id).Status; got == ticket.StatusResolved || got == ticket.StatusClosed {
				t.Errorf("the ticket is %s", got)
			}
			if all := b.inCopy(id); slices.Contains(all, evil) {
				t.Errorf("%v take part", all)
			}
			for _, s := range b.since(n) {
				if strings.HasSuffix(s, ana) || strings.HasSuffix(s, evil) {
					t.Errorf("%s: the desk wrote it for a forger", s)
				}
			}
		})
	}
}

// TestListOfAStranger: somebody's own list says that a requester wrote; what it proves is that it
// is that list. Agents learn it where the requester's mails were authenticated before.
func TestListOfAStranger(t *testing.T) {
	b := open(t)
	b.CheckWith(&checker{found: ticket.Authentication{SPF: "pass", DMARC: "pass", Signer: "example.net"}})
	m := b.take(letter{from: ana, client: outside, to: support, subject: "VPN drops", text: "My VPN drops every ten minutes.\n"})
	b.take(letter{from: ana, client: outside, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: VPN drops", text: "It is version 4.\n"})
	b.CheckWith(&checker{found: ticket.Authentication{SPF: "pass", SPFDomain: "evil.example", DMARC: "pass", Signer: "evil.example"}})
	b.take(letter{from: "Ana via L <l@evil.example>", envelope: ptr("l-bounces@evil.example"), client: outside, to: support, subject: "Re: [Example IT #1] VPN drops",
		header: "Reply-To: Ana <" + ana + ">\nX-BeenThere: l@evil.example\n", text: "Please send it to my new address.\n"})
	if !slices.ContainsFunc(b.events(m.Ticket), func(e string) bool { return strings.HasPrefix(e, string(ticket.EventSuspect)) }) {
		t.Errorf("nothing is said of the sender: %q", b.events(m.Ticket))
	}
}

// TestAgentBehindAList: the list of a stranger, which the checks speak for, says that an agent
// wrote. It carries out nothing, and the agent is told.
func TestAgentBehindAList(t *testing.T) {
	for name, header := range map[string]string{
		"X-Original-From": "X-Original-From: Alice <" + aliceAt + ">\n",
		"Author":          "Author: Alice <" + aliceAt + ">\n",
		"Reply-To":        "Reply-To: <l@evil.example>, Alice <" + aliceAt + ">\n",
	} {
		b := open(t)
		id := b.request().ID
		own := b.last(notify.TemplateNewTicket, aliceAt)
		b.CheckWith(&checker{found: ticket.Authentication{SPF: "pass", SPFDomain: "evil.example", DMARC: "pass", Signer: "evil.example"}})
		n := len(b.summary())
		b.take(letter{from: "Alice via L <l@evil.example>", envelope: ptr("l-bounces@evil.example"), client: outside, to: own.answer(), subject: "Re: x",
			header: "X-BeenThere: l@evil.example\n" + header, text: "#resolve\n\nGo to http://evil.example/ for the solution.\n"})
		if got := b.ticket(id).Status; got == ticket.StatusResolved {
			t.Errorf("%s: the ticket is %s", name, got)
		}
		if got := b.since(n); !slices.Contains(got, "not-done "+aliceAt) || slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, ana) }) {
			t.Errorf("%s: the desk wrote %v", name, got)
		}
	}
}

// TestForgersUseUpNoWarning: mails in an agent's name by From alone do not silence what the desk
// says of the agent's own mail, which waits for a proof.
func TestForgersUseUpNoWarning(t *testing.T) {
	b := open(t, strictly)
	b.request()
	own := b.last(notify.TemplateNewTicket, aliceAt)
	for range 8 {
		b.take(letter{from: aliceAt, to: support, subject: "Re: [Example IT #1] x", text: "#resolve\n"})
	}
	n := len(b.summary())
	b.take(letter{from: aliceAt, to: own.answer(), subject: "Re: x", text: "Dear Ana, please do this at once.\n", header: "In-Reply-To: " + own.MessageID + "\n"})
	if !slices.Contains(b.since(n), "not-done "+aliceAt) {
		t.Errorf("alice is not told that her answer waits: %v", b.since(n))
	}
}

// TestForwardInAnAgentsName: what an agent seems to pass on is marked as unproven for colleagues,
// where the checks do not speak for it.
func TestForwardInAnAgentsName(t *testing.T) {
	const words = "I want my money back for the broken thing, please.\n"
	for _, tt := range []struct {
		found  ticket.Authentication
		marked bool
	}{
		{ticket.Authentication{SPF: "fail", DMARC: "none"}, true},
		{ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}, true},
		{ticket.Authentication{SPF: "pass", DMARC: "pass", Signer: "example.org"}, false},
		{ticket.Authentication{SPF: "pass", SPFDomain: "example.org", DMARC: "none"}, false},
		{ticket.Authentication{SPF: "pass", SPFDomain: "evil.example", DMARC: "none"}, true},
	} {
		b := open(t, withPeople)
		b.CheckWith(&checker{found: tt.found})
		b.take(letter{from: ana, to: support, subject: "Refund", text: words, id: "<refund@example.net>"})
		b.take(letter{from: "Alice <" + aliceAt + ">", client: outside, to: support, subject: "FW: Refund", header: "References: <refund@example.net>\n",
			text: "Approved by me: pay 5,000 to account 4711 today.\n\n-----Original Message-----\nFrom: Ana <ana@example.net>\nSent: Friday, November 27, 2026 16:20\nTo: Alice\nSubject: Refund\n\n" + words})
		if text := b.last(notify.TemplateNote, "bob@example.org").msg.Text; strings.Contains(text, "Careful") != tt.marked {
			t.Errorf("%+v: marked: %t, want %t:\n%s", tt.found, !tt.marked, tt.marked, text)
		}
	}
}

// TestForgedOpening: a mail that opens a request brings nobody in whom its forger names, and
// whoever decides about it is told.
func TestForgedOpening(t *testing.T) {
	b := open(t, withPeople, func(s *settings.Settings) {
		s.Routing.Categories[0].Approval = routing.Approval{By: []string{"boss@example.org"}}
	})
	m := b.take(letter{from: "Ana Berg <" + ana + ">", envelope: ptr("x@evil.example"), to: support, subject: "Password", header: forgedNet + "Cc: " + evil + "\n", text: "Please send me a new password.\n"})
	if text := b.last(notify.TemplateNewTicket, aliceAt).msg.Text; !strings.Contains(text, notFrom) || !strings.Contains(text, evil) {
		t.Errorf("alice is not told that it is forged, or who stood in copy:\n%s", text)
	}
	n := len(b.summary())
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "Your new password is hunter2.\n")
	if got := b.since(n); slices.Contains(got, "reply "+evil) || len(b.inCopy(m.Ticket)) > 0 {
		t.Errorf("the answer went to %v", got)
	}
	b.take(letter{from: "Ana Berg <" + ana + ">", envelope: ptr("x@evil.example"), to: support, subject: "VPN for my colleague", header: forgedNet, text: "Please open the VPN for " + evil + ".\n"})
	if text := b.last(notify.TemplateApproval, "boss@example.org").msg.Text; !strings.Contains(text, notFrom) {
		t.Errorf("who is to approve it is not told:\n%s", text)
	}
	b.CheckWith(&checker{found: ticket.Authentication{SPF: "fail", DMARC: "none"}})
	d := b.take(letter{from: "Alice <" + aliceAt + ">", envelope: ptr("x@evil.example"), client: outside, to: "Hugo <hugo@third.example>", rcpt: []string{support}, subject: "Your contract", header: "Cc: support@example.org, " + evil + "\n", text: "Hello Hugo, your contract ends.\n"})
	if all := b.inCopy(d.Ticket); slices.Contains(all, evil) {
		t.Errorf("%v take part in what somebody wrote in alice's name", all)
	}
}

// TestForgedMailEndsNothing: a mail that the domain in From disowns is shown, and that is all.
func TestForgedMailEndsNothing(t *testing.T) {
	for name, text := range map[string]string{
		"an answer": "It is version 4.\n",
		"thanks":    "Thanks!\n",
		"a repeat":  "My VPN drops every ten minutes.\n",
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, withPeople)
			id := b.request().ID
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#pending 2 days\n#ifsilent 1 day\n\nWhich version?\n")
			b.take(letter{from: ana, to: support, subject: "Re: [Example IT #1] VPN drops", header: forgedNet, text: text})
			if got := b.ticket(id).Status; got != ticket.StatusPending {
				t.Errorf("the ticket is %s", got)
			}
			if slices.ContainsFunc(b.events(id), func(e string) bool { return strings.HasPrefix(e, string(ticket.EventPlanEnded)) }) {
				t.Errorf("what was planned for silence has ended: %q", b.events(id))
			}
		})
	}
	t.Run("a recovery", func(t *testing.T) {
		b := open(t, withPeople, func(s *settings.Settings) {
			s.Routing.Rules = append([]routing.Rule{
				{Name: "recovered", When: `from == "nagios@ops.example.net" && subject startsWith "RECOVERY "`, Thread: `trimPrefix(subject, "RECOVERY ")`, Resolves: true},
				{Name: "alarms", When: `from == "nagios@ops.example.net"`, Thread: `trimPrefix(subject, "PROBLEM ")`},
			}, s.Routing.Rules...)
		})
		m := b.take(letter{from: "nagios@ops.example.net", to: support, subject: "PROBLEM db1 disk", text: "Disk full.\n"})
		l := letter{from: "nagios@ops.example.net", to: support, subject: "RECOVERY db1 disk", header: "Authentication-Results: mx.example.org; dmarc=fail header.from=ops.example.net\n", text: "OK.\n"}
		if b.take(l); b.ticket(m.Ticket).Status == ticket.StatusResolved {
			t.Error("a forged recovery resolves the alarm")
		}
		l.header = ""
		if b.take(l); b.ticket(m.Ticket).Status != ticket.StatusResolved {
			t.Error("a true recovery does not")
		}
	})
}

// TestScannerAfterAFlood: what strangers write in the desk's name does not silence a scanner
// of the house that does so, too.
func TestScannerAfterAFlood(t *testing.T) {
	b := open(t, onLadder)
	for i := range 25 {
		b.take(letter{from: support, envelope: ptr("x@evil.example"), client: outside, to: support, subject: "Scan " + word(i), text: fmt.Sprintf("Order %s.\n", word(i))})
	}
	m := b.take(letter{from: support, client: "192.0.2.9", to: support, subject: "Scan of contract", text: "A scanner in the trusted network.\n"})
	if m.Disposition != ticket.DispositionNew {
		t.Errorf("the scan is %s (%s)", m.Disposition, m.Reason)
	}
}
