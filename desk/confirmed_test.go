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
		t.Errorf("alice is not told what #anyway means:\n%s", asked.msg.Text)
	}
	a.says(aliceAt, asked, "#anyway\n")
	if !arrives("We come at noon.") {
		t.Fatal("#anyway did not send it")
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
// make them a colleague.
func TestRequestersAreNoAgents(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	b.request()
	b.take(letter{from: ana, to: a.noticeOf(aliceAt).answer(), subject: "Re: Lamp 0", text: "Alice passed on her mail to me.\n"})
	a.says(aliceAt, b.last(notify.TemplateNotDone, aliceAt), "#anyway\n")
	b.view(func(r ticket.Reader) error {
		all, err := r.AgentAddresses()
		if len(all) != 0 {
			t.Errorf("agents have confirmed %v", all)
		}
		return err
	})
	if _, is := b.Settings().AgentAt(ana); is {
		t.Error("the settings have changed")
	}
}
