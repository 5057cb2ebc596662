package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

func withPeople(s *settings.Settings) {
	s.Limits.Participants = 3
	s.AuthServers = []string{"mx.example.org"}
}

func (b *bench) inCopy(id ticket.ID) (all []string) {
	b.t.Helper()
	for _, p := range b.participants(id) {
		if p.Role == ticket.RoleParticipant && !p.Left {
			all = append(all, p.Address)
		}
	}
	return all
}

// TestPeopleInCopy: they are named, get what agents answer and nothing else, and
// their answers to the requester's mail join the ticket.
func TestPeopleInCopy(t *testing.T) {
	b := open(t, withPeople)
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", id: "<vpn@example.net>",
		header: "Cc: WIN A PRIZE <piet@example.com>, support@example.org, sales@example.org, alice@example.org, noreply@example.com, team-request@lists.example, ulla@example.com\n"})
	equal(t, "participants", b.inCopy(m.Ticket), []string{"piet@example.com", "ulla@example.com"})
	if text := b.last(notify.TemplateNewTicket, "alice@example.org").msg.Text; !strings.Contains(text, "piet@example.com") || !strings.Contains(text, "ulla@example.com") {
		t.Errorf("alice is not told who stood in copy:\n%s", text)
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "Please update it.\n")
	if raw := b.last(notify.TemplateReply, "piet@example.com"); strings.Contains(string(raw.Bytes), "PRIZE") || !strings.Contains(raw.msg.Text, "Please update it") {
		t.Errorf("the answer to piet has a name that somebody chose for him, or not the answer:\n%s", raw.Bytes)
	}
	for _, s := range b.summary() {
		if strings.HasSuffix(s, "@example.com") && !strings.HasPrefix(s, "reply ") {
			t.Errorf("%s: nobody asked for it", s)
		}
	}
	joined := b.take(letter{from: "piet@example.com", to: support, subject: "RE: VPN drops", text: "Mine, too.\n", header: "In-Reply-To: <vpn@example.net>\n"})
	if joined.Ticket != m.Ticket || joined.Disposition != ticket.DispositionAppended {
		t.Errorf("piet's answer to all is %s in #%d", joined.Disposition, joined.Ticket)
	}
	if stranger := b.take(letter{from: "eve@example.com", to: support, subject: "RE: VPN drops", text: "Me, too.\n", header: "In-Reply-To: <vpn@example.net>\n"}); stranger.Ticket == m.Ticket {
		t.Error("a stranger who knows a Message-ID is in the ticket")
	}
	// Without words of an agent nobody who never wrote is told anything.
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n")
	if slices.Contains(b.summary(), "resolution ulla@example.com") {
		t.Error("ulla, who never wrote, gets a mail that the desk wrote by itself")
	}
}

// TestWhoAddsPeople: only the requester, proven where the ticket is known, and agents.
func TestWhoAddsPeople(t *testing.T) {
	b := open(t, withPeople)
	opened := b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	with := func(from, to, cc, header string) {
		b.take(letter{from: from, to: to, subject: fmt.Sprintf("Re: [Example IT #%d] VPN drops", opened.ID), text: "See also " + cc + "\n", header: "Cc: " + cc + "\n" + header})
	}
	with(ana, support, "tag@example.com", "")
	with(ana, support, "id@example.com", "In-Reply-To: "+ack.MessageID+"\n")
	with("eve@example.com", ack.answer(), "holder@example.com", "")
	with(ana, support, "forged@example.com", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\n")
	equal(t, "added by mails that prove nothing", b.inCopy(opened.ID), nil)
	with(ana, ack.answer(), "signed@example.com", "")
	with(ana, support, "dmarc@example.com", "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n")
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#cc boss@example.com, Ana@Example.net\nDone.\n")
	equal(t, "added", b.inCopy(opened.ID), []string{"signed@example.com", "dmarc@example.com", "boss@example.com"})
	if !strings.Contains(b.last(notify.TemplateReply, "boss@example.com").msg.Text, "Done.") {
		t.Error("who was added by the mail does not get it")
	}
	with(ana, ack.answer(), "fourth@example.com", "")
	if len(b.inCopy(opened.ID)) != 3 {
		t.Errorf("%q are in copy, the limit is 3", b.inCopy(opened.ID))
	}
	for _, wrong := range []string{"#cc", "#cc nobody", "#cc support@example.org", "#cc bob@example.org"} {
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, wrong+"\nText that must not go out.\n")
		b.last(notify.TemplateRefusal, "alice@example.org")
	}
	if len(b.inCopy(opened.ID)) != 3 {
		t.Errorf("%q are in copy after refused commands", b.inCopy(opened.ID))
	}
}

// TestUncc: an agent takes somebody out, whom nothing but an agent's word brings back.
func TestUncc(t *testing.T) {
	b := open(t, withPeople)
	const piet, ulla = "piet@example.com", "ulla@example.com"
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", id: "<vpn@example.net>", header: "Cc: " + piet + ", " + ulla + "\n"})
	for _, wrong := range []string{"#uncc", "#uncc eve@example.com", "#uncc " + ana} {
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, wrong+"\nText that must not go out.\n")
		b.last(notify.TemplateRefusal, "alice@example.org")
		equal(t, "in copy after "+wrong, b.inCopy(m.Ticket), []string{piet, ulla})
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#uncc Piet@Example.com\nUpdate it.\n")
	equal(t, "in copy after #uncc", b.inCopy(m.Ticket), []string{ulla})
	b.last(notify.TemplateReply, ulla)
	if slices.Contains(b.summary(), "reply "+piet) {
		t.Error("who was taken out gets the answer")
	}
	// The requester's client still has them in Cc.
	b.take(letter{from: ana, to: b.last(notify.TemplateReply, ana).answer(), subject: "Re: VPN drops", text: "Still drops.\n", header: "Cc: " + piet + "\n"})
	equal(t, "in copy after an answer to all", b.inCopy(m.Ticket), []string{ulla})
	wrote := b.take(letter{from: piet, to: support, subject: "RE: VPN drops", text: "Mine, too.\n", header: "In-Reply-To: <vpn@example.net>\n"})
	if wrote.Ticket == m.Ticket {
		t.Error("who was taken out still writes to the ticket")
	}
	b.agentWrites("alice@example.org", notify.TemplateMessage, "#cc "+piet+"\nBack again.\n")
	equal(t, "in copy after #cc", b.inCopy(m.Ticket), []string{piet, ulla})
	var got []string
	b.view(func(r ticket.Reader) error {
		events, err := r.Events(m.Ticket, ticket.EventJoined, ticket.EventLeft)
		for _, e := range events {
			got = append(got, fmt.Sprintf("%s: %s %s, %s", e.Actor, e.Kind, e.To, e.Topic))
		}
		return err
	})
	equal(t, "events", got, []string{
		"ana@example.net: joined piet@example.com, copied", "ana@example.net: joined ulla@example.com, copied",
		"alice: left piet@example.com, removed", "alice: joined piet@example.com, named",
	})
	b.sameRebuilt()
}

// sameRebuilt holds that a rebuild makes the same of the journal.
func (b *bench) sameRebuilt() {
	b.t.Helper()
	err := recover.Compare(b.ctx, b.db, b.rebuilt().db, func(d recover.Difference) { b.t.Errorf("rebuilt: %s", d) })
	if err != nil {
		b.t.Error(err)
	}
}

// TestSomebodyInCopyCannotClose: a request is its requester's. That somebody else on it wants
// it closed, or is content, the agents are told; nothing that was solved opens again by it.
func TestSomebodyInCopyCannotClose(t *testing.T) {
	b := open(t, withPeople)
	const piet = "piet@example.com"
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Cc: " + piet + "\n"})
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#take\nWhich version do you use?\n")
	says := func(to sent, from, text string) []string {
		t.Helper()
		n := len(b.summary())
		b.take(letter{from: from, to: to.answer(), subject: "Re: " + to.msg.Subject, text: text, header: "In-Reply-To: " + to.MessageID + "\n"})
		b.deliver()
		return b.since(n)
	}
	equal(t, "mails after piet's #close", says(b.last(notify.TemplateReply, piet), piet, "#close\n"), []string{"message " + aliceAt})
	if got := b.ticket(m.Ticket).Status; got != ticket.StatusOpen {
		t.Errorf("after piet's #close the ticket is %s", got)
	}
	if text := b.last(notify.TemplateMessage, aliceAt).msg.Text; !strings.Contains(text, piet+" is not the requester and wants this request closed") || !strings.Contains(text, "#close") {
		t.Errorf("alice is told\n%s", text)
	}
	b.agentWrites(aliceAt, notify.TemplateMessage, "#resolve\nIt is mended.\n")
	b.deliver()
	solution := b.last(notify.TemplateResolution, piet)
	for _, text := range []string{"#close\n", "Thanks, you can close it.\n"} {
		if got := says(solution, piet, text); len(got) != 0 || b.ticket(m.Ticket).Status != ticket.StatusResolved {
			t.Errorf("piet's %q sends %q, and the ticket is %s", text, got, b.ticket(m.Ticket).Status)
		}
	}
	equal(t, "mails after ana's #close", says(b.last(notify.TemplateResolution, ana), ana, "#close\n"), []string{"closing " + ana, "closing " + piet})
	if got := b.ticket(m.Ticket).Status; got != ticket.StatusClosed {
		t.Errorf("after ana's #close the ticket is %s", got)
	}
	b.sameRebuilt()
}

// TestPeopleWhoAreNotAdded: agents are told who else got a mail and gets nothing of the
// request: whom somebody in copy adds, whom a mail adds that anybody may have written, and
// those beyond the bound. Whoever was taken out is named no more.
func TestPeopleWhoAreNotAdded(t *testing.T) {
	b := open(t, withPeople, func(s *settings.Settings) { s.Limits.Participants = 2 })
	const piet, ulla, eve = "piet@example.com", "ulla@example.com", "eve@example.com"
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Cc: " + piet + ", " + ulla + ", \"Roth, Eve\" <" + eve + ">\n"})
	equal(t, "participants", b.inCopy(m.Ticket), []string{piet, ulla})
	told := func(n notify.Template, want string) {
		t.Helper()
		if text := strings.Join(strings.Fields(b.last(n, aliceAt).msg.Text), " "); strings.Contains(text, "The email went to others as well") != (want != "") || !strings.Contains(text, want) {
			t.Errorf("alice is not told %q:\n%s", want, text)
		}
	}
	told(notify.TemplateNewTicket, `who get nothing of this request: "Roth, Eve" <eve@example.com>. With #cc`)
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#take\nWhich version?\n")
	says := func(from, header string) {
		t.Helper()
		to := b.last(notify.TemplateReply, from)
		b.take(letter{from: from, to: to.answer(), subject: "Re: " + to.msg.Subject, text: "Version 4.\n", header: "In-Reply-To: " + to.MessageID + "\n" + header})
	}
	says(piet, "Cc: "+ana+", Kim <kim@example.com>, "+ulla+", bob@example.org\n")
	told(notify.TemplateMessage, "who get nothing of this request: Kim <kim@example.com>. With #cc")
	says(ulla, "Cc: "+ana+", "+piet+"\n")
	told(notify.TemplateMessage, "")
	b.agentWrites(aliceAt, notify.TemplateMessage, "#uncc "+piet+"\nThank you.\n")
	says(ana, "Cc: "+piet+"\n")
	told(notify.TemplateMessage, "")
	b.sameRebuilt()
}

// TestAnswersWantedElsewhere: that a person asks for answers at another address is told to the
// agents, once answers do not go there.
func TestAnswersWantedElsewhere(t *testing.T) {
	b := open(t, withPeople)
	const home = "ana.berg@home.example.com"
	b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Reply-To: Ana Berg <" + home + ">\n"})
	const told = "The email asks for answers at Ana Berg <" + home + "> (Reply-To), but they go to " + ana
	if text := strings.Join(strings.Fields(b.last(notify.TemplateNewTicket, aliceAt).msg.Text), " "); !strings.Contains(text, told) {
		t.Errorf("alice is not told:\n%s", text)
	}
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#cc "+home+"\nWhich version?\n")
	if text := b.last(notify.TemplateReply, home).msg.Text; !strings.Contains(text, "Which version?") {
		t.Errorf("at home ana reads\n%s", text)
	}
	to := b.last(notify.TemplateReply, ana)
	b.take(letter{from: ana, to: to.answer(), subject: "Re: " + to.msg.Subject, text: "Version 4.\n", header: "In-Reply-To: " + to.MessageID + "\nReply-To: " + home + "\n"})
	if text := b.last(notify.TemplateMessage, aliceAt).msg.Text; strings.Contains(text, "asks for answers") {
		t.Errorf("alice is told again:\n%s", text)
	}
	b.sameRebuilt()
}

// TestPeopleBesideAnOddFrom: names with commas that no quotation marks hold together, as some
// programs write them, cost nobody their place.
func TestPeopleBesideAnOddFrom(t *testing.T) {
	b := open(t, withPeople)
	m := b.take(letter{from: "Berg, Ana <" + ana + ">", to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(ana), header: "Cc: Vos, Piet <piet@example.com>, Ott, Ulla <ulla@example.com>\n"})
	if got := b.ticket(m.Ticket); got.Requester != ana {
		t.Errorf("the request is that of %q", got.Requester)
	}
	equal(t, "participants", b.inCopy(m.Ticket), []string{"piet@example.com", "ulla@example.com"})
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#take\nWhich version?\n")
	for _, who := range []string{ana, "piet@example.com", "ulla@example.com"} {
		if text := b.last(notify.TemplateReply, who).msg.Text; !strings.Contains(text, "Which version?") {
			t.Errorf("%s reads\n%s", who, text)
		}
	}
	if text := strings.Join(strings.Fields(b.last(notify.TemplateNewTicket, aliceAt).msg.Text), " "); !strings.Contains(text, `"Berg, Ana", `) && !strings.Contains(text, `Your reply to this email goes to "`) {
		t.Errorf("alice reads\n%s", text)
	}
	b.sameRebuilt()
}

// TestSentForSomebody: agents read who sent a mail for its author; what programs write into
// Sender says nothing about people.
func TestSentForSomebody(t *testing.T) {
	for _, tt := range []struct{ name, sender, told string }{
		{"an assistant", "Sec Ek <sec@home.example.com>", "Sec Ek <sec@home.example.com> sent the email for " + ana + " (Sender)."},
		{"the author", ana, ""},
		{"a robot", "no-reply@post.example.com", ""},
		{"the desk", support, ""},
		{"an agent", aliceAt, ""},
		{"no address", "Sec", ""},
	} {
		b := open(t)
		b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Sender: " + tt.sender + "\n"})
		text := strings.Join(strings.Fields(b.last(notify.TemplateNewTicket, aliceAt).msg.Text), " ")
		if told := strings.Contains(text, "(Sender)"); told != (tt.told != "") || !strings.Contains(text, tt.told) {
			t.Errorf("%s: alice is told\n%s", tt.name, text)
		}
		b.sameRebuilt()
	}
}
