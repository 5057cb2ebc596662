package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/notify"
)

// TestAnywayOfADisownedMail: once an agent has said that a mail is not theirs, an #anyway has it carried out by no
// proof, and nobody is told of an address to confirm, or of another #anyway, that would be refused.
func TestAnywayOfADisownedMail(t *testing.T) {
	for _, r := range rungs {
		if r.loggedIn { // which takes an account
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			b := open(t, strictly)
			opened := b.request()
			held := b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n\nIs it better by cable?\n")
			n := b.last(notify.TemplateNotDone, aliceAt)
			b.take(letter{from: aliceAt, to: b.confirmation(), subject: "Re: x", text: "This was not me!\n"})
			before, text := len(b.outbox()), "#anyway\n"
			if r.tagOnly { // it answers no notice
				text = fmt.Sprintf("#anyway %d\n", held.ID)
			}
			env, raw := r.mail(n, aliceAt, text)
			b.CheckWith(&checker{found: r.checked})
			if _, err := b.Accept(b.ctx, env, raw); err != nil {
				t.Fatal(err)
			}
			b.work()
			told := ""
			for _, s := range b.outbox()[before:] {
				if s.Recipient == aliceAt {
					told += s.msg.Text
				}
				if s.Recipient == ana {
					t.Errorf("the requester is sent %s", s.Template)
				}
			}
			if b.ticket(opened.ID).Priority == "low" {
				t.Error("it was carried out")
			}
			if confirmAddress.MatchString(told) || !strings.Contains(told, "cannot be confirmed any more") {
				t.Errorf("alice is told\n%s", told)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestDisownedBehindAnAnyway: an #anyway that waits to be confirmed itself has nothing carried out that its agent
// disowned since.
func TestDisownedBehindAnAnyway(t *testing.T) {
	b := open(t, strictly)
	opened := b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n")
	first := b.confirmation()
	b.agentWrites(aliceAt, notify.TemplateNotDone, "#anyway\n")
	second := b.confirmation()
	if first == second {
		t.Fatal("the #anyway does not wait")
	}
	b.take(letter{from: aliceAt, to: first, subject: "Re: x", text: "This was not me!\n"})
	b.take(letter{from: aliceAt, to: second, subject: "Re: x"})
	if b.ticket(opened.ID).Priority == "low" {
		t.Error("it was carried out")
	}
	if got := b.last(notify.TemplateRefusal, aliceAt).msg.Text; !strings.Contains(got, "cannot be confirmed any more") {
		t.Errorf("alice is told\n%s", got)
	}
	b.sound()
	b.sameRebuilt()
}
