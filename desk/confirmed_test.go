package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestConfirmedAddress: an agent answers from home. The first time she is asked at the
// address that the configuration has; from then on the other one is hers, until she says
// that it is not. A rebuild knows it again.
func TestConfirmedAddress(t *testing.T) {
	const home = "alice@home.example"
	b := open(t, withControl)
	a := b.asks(0, "The lamp is dark.\n")
	fromHome := func(text string) ticket.Mail {
		t.Helper()
		return b.take(letter{from: "Alice <" + home + ">", envelope: ptr(home), to: a.noticeOf(aliceAt).answer(), subject: "Re: Lamp 0", text: text})
	}
	arrives := func(text string) bool {
		return strings.Contains(b.last(notify.TemplateReply, a.ana).msg.Text, text)
	}
	a.says(aliceAt, a.noticeOf(aliceAt), "Since when?\n")
	b.take(letter{from: a.ana, to: b.last(notify.TemplateReply, a.ana).answer(), subject: "Re: Lamp 0", text: "Since Monday.\n"})
	if m := fromHome("We come at noon.\n"); m.Reason != string(notify.UndoneOther) || arrives("at noon") {
		t.Fatalf("what comes from an unknown address is %s", m.Reason)
	}
	asked := b.last(notify.TemplateNotDone, aliceAt)
	if !strings.Contains(asked.msg.Text, "counts as yours from then on") {
		t.Errorf("alice is not told what #myaddress means:\n%s", asked.msg.Text)
	}
	a.says(aliceAt, asked, "#myaddress\n")
	if !arrives("We come at noon.") {
		t.Fatal("#myaddress did not send it")
	}
	b.take(letter{from: a.ana, to: b.last(notify.TemplateReply, a.ana).answer(), subject: "Re: Lamp 0", text: "Thank you. Which door?\n"})
	if m := fromHome("#pending 2d\n\nThe one in the yard.\n"); m.Reason != "reply-address" || !arrives("in the yard") || b.ticket(a.id).Status != ticket.StatusPending {
		t.Errorf("the second mail from there is %s, the ticket %s", m.Reason, b.ticket(a.id).Status)
	}
	if m := b.take(letter{from: "Bob <bob@home.example>", envelope: ptr("bob@home.example"), to: a.noticeOf(aliceAt).answer(), text: "Hello.\n"}); m.Reason != string(notify.UndoneOther) {
		t.Errorf("what comes from yet another address is %s", m.Reason)
	}
	b.question(aliceAt, "who\n")
	if text := b.last(notify.TemplateAnswer, aliceAt).msg.Text; !strings.Contains(text, home) {
		t.Errorf("who does not list the address:\n%s", text)
	}
	b.sameRebuilt()
	again := b.rebuilt()
	again.view(func(r ticket.Reader) error {
		agent, err := r.AgentAt(strings.ToUpper(home))
		if agent != "alice" {
			t.Errorf("rebuilt, the address is %q's", agent)
		}
		return err
	})
	b.question("bob@example.org", "#forget "+home+"\n")
	if m := fromHome("#resolve\nNew lamp.\n"); m.Reason != "reply-address" {
		t.Errorf("bob made alice's address nobody's: %s", m.Reason)
	}
	b.question(aliceAt, "#forget "+home+"\n")
	if m := fromHome("And a new fuse.\n"); m.Reason != string(notify.UndoneOther) {
		t.Errorf("after #forget a mail from there is %s", m.Reason)
	}
	b.sound()
	b.sameRebuilt()
}

// TestRequestersAreNoAgents: an agent who releases a requester's words by mistake does not
// make them a colleague, not even by saying that the address is theirs.
func TestRequestersAreNoAgents(t *testing.T) {
	for _, says := range []string{"#anyway\n", "#myaddress\n"} {
		b := open(t)
		a := b.asks(0, "The lamp is dark.\n")
		b.request()
		b.take(letter{from: ana, to: a.noticeOf(aliceAt).answer(), subject: "Re: Lamp 0", text: "Alice passed on her mail to me.\n"})
		a.says(aliceAt, b.last(notify.TemplateNotDone, aliceAt), says)
		if all := b.confirmed(); len(all) != 0 {
			t.Errorf("%s: agents have confirmed %v", says, all)
		}
		if _, is := b.Settings().AgentAt(ana); is {
			t.Error("the settings have changed")
		}
	}
}

// confirmed returns the addresses that agents have confirmed.
func (b *bench) confirmed() (all []ticket.AgentAddress) {
	b.view(func(r ticket.Reader) (err error) {
		all, err = r.AgentAddresses()
		return err
	})
	return all
}

// TestOutsidersAreNoAgents: an agent may have the words of an outsider sent who got their
// notice; the outsider is not an agent from then on. #myaddress is refused for whoever is
// something else to the desk.
func TestOutsidersAreNoAgents(t *testing.T) {
	const nowhere = "named in a mail, and known to no request"
	const piet, boss = "piet@example.com", "boss@example.com"
	for _, tt := range []struct {
		name, who string
		before    func(b *bench)
	}{
		{"vendor of the ticket", vera, func(b *bench) {
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#ask "+vera+" Toner\n\nIs there a newer release?\n")
		}},
		{"copied to another request", piet, func(b *bench) {
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#cc "+piet+"\n")
		}},
		{nowhere, piet, func(b *bench) {
			b.take(letter{from: "kim@example.net", to: support, subject: "A new mouse", text: "Mine squeaks.\n", header: "Cc: " + piet + "\n"})
		}},
		{"approver", boss, func(b *bench) {
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#approve "+boss+"\n\nMay I?\n")
		}},
	} {
		for _, says := range []string{"#anyway", "#myaddress"} {
			if tt.name == nowhere && says == "#myaddress" {
				continue // for all that the desk knows it may be hers
			}
			t.Run(tt.name+" "+says, func(t *testing.T) {
				b := open(t, withControl)
				a := b.asks(0, "The lamp is dark.\n")
				n := a.noticeOf(aliceAt)
				b.take(letter{from: "kim@example.net", to: support, subject: "Secret of Kim", text: "Mine squeaks, too, and loudly.\n"})
				if tt.name != nowhere {
					b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n")
				}
				tt.before(b)
				m := b.take(letter{from: tt.who, to: n.answer(), subject: "Re: Lamp 0", text: "The new part comes on Monday.\n"})
				if m.Reason != string(notify.UndoneOther) {
					t.Fatal(m.Reason)
				}
				a.says(aliceAt, b.last(notify.TemplateNotDone, aliceAt), says+"\n")
				if all := b.confirmed(); len(all) != 0 {
					t.Errorf("agents have confirmed %v", all)
				}
				if says == "#myaddress" {
					if text := b.last(notify.TemplateRefusal, aliceAt).msg.Text; !strings.Contains(text, tt.who+" is known as somebody else’s") {
						t.Errorf("alice reads\n%s", text)
					}
				}
				before := len(b.summary())
				at := tt.who[strings.Index(tt.who, "@")+1:]
				b.CheckWith(&checker{found: ticket.Authentication{SPF: "pass", SPFDomain: at, DMARC: "pass", Policy: "reject", PolicyAt: at}})
				b.take(letter{from: tt.who, to: control, subject: "?", text: "list\n", client: outside}) // proven by their own domain
				for _, s := range b.outbox()[before:] {
					if s.Recipient == tt.who && (s.Template == string(notify.TemplateAnswer) || strings.Contains(s.msg.Text, "Secret of Kim")) {
						t.Errorf("%s reads\n%s", tt.who, s.msg.Text)
					}
				}
				b.sameRebuilt()
			})
		}
	}
}

// TestMyAddressElsewhere: #myaddress where no address is in question does nothing.
func TestMyAddressElsewhere(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	for _, text := range []string{"#myaddress\n\nSince when?\n", "#myaddress\n#take\n"} {
		a.says(aliceAt, a.noticeOf(aliceAt), text)
		if got := b.last(notify.TemplateRefusal, aliceAt).msg.Text; !strings.Contains(got, "it confirms an address of yours") {
			t.Errorf("%q: alice reads\n%s", text, got)
		}
	}
	if b.ticket(a.id).Assignee == "alice" || len(b.confirmed()) != 0 {
		t.Error("it did something")
	}
}
