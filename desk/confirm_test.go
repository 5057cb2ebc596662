package desk_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// strictly puts the desk on the strict ladder, and has mails from example.org authenticated
// that come from a trusted network.
func strictly(s *settings.Settings) {
	onLadder(s)
	s.Ladder = ladder.Ladder{Strict: true}
}

var confirmAddress = regexp.MustCompile(`support\+k[0-9]+-[a-z0-9]+@example\.org`)

// confirmation returns the address at which the last mail to alice that was not done can be
// confirmed.
func (b *bench) confirmation() string {
	b.t.Helper()
	n := b.last(notify.TemplateNotDone, aliceAt)
	to := confirmAddress.FindString(n.msg.Text)
	if to == "" || !strings.Contains(n.msg.Text, "mailto:"+to) {
		b.t.Fatalf("alice is told of no address to confirm:\n%s", n.msg.Text)
	}
	return to
}

// confirms sends an empty mail to the address that confirms the last mail not done.
func (b *bench) confirms(from string) ticket.Mail {
	b.t.Helper()
	return b.take(letter{from: from, to: b.confirmation(), subject: "Re: [Example IT #1]"})
}

// TestConfirm: a mail below its level waits; an empty mail to the address that the agent is
// told has it carried out, once.
func TestConfirm(t *testing.T) {
	b := open(t, strictly)
	opened := b.request()
	before := len(b.summary())
	m := b.agentWrites(aliceAt, notify.TemplateNewTicket, "#take\n#priority low\n\nIs it better by cable?\n")
	if m.Reason != string(notify.UndoneLevel) || b.ticket(opened.ID).Assignee != "" {
		t.Fatalf("a mail below its level is %s, the ticket %q's", m.Reason, b.ticket(opened.ID).Assignee)
	}
	equal(t, "while it waits", b.since(before), []string{"not-done " + aliceAt, "note bob@example.org"})
	if m = b.confirms(aliceAt); m.Reason != "reply-address" {
		t.Errorf("the confirmation is %s", m.Reason)
	}
	if got := b.ticket(opened.ID); got.Assignee != "alice" || got.Priority != "low" || got.Status != ticket.StatusOpen {
		t.Errorf("confirmed, the ticket is %s, %q's, of priority %s", got.Status, got.Assignee, got.Priority)
	}
	if text := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(text, "Is it better by cable?") || strings.Contains(text, "#take") {
		t.Errorf("the requester gets\n%s", text)
	}
	before = len(b.summary())
	b.confirms(aliceAt)
	equal(t, "confirmed again", b.since(before), []string{"refusal " + aliceAt})
	if text := b.last(notify.TemplateRefusal, aliceAt).msg.Text; !strings.Contains(text, "sent already") {
		t.Errorf("alice is told\n%s", text)
	}
	b.sound()
	b.sameRebuilt()
}

// TestConfirmByAddress: what a link in a notice asks for is below the level of an answer as
// well, and is carried out when it is confirmed.
func TestConfirmByAddress(t *testing.T) {
	b := open(t, strictly)
	opened := b.request()
	take := regexp.MustCompile(`support\+t1-[a-z0-9]+-take@example\.org`).FindString(b.last(notify.TemplateNewTicket, aliceAt).msg.Text)
	if m := b.take(letter{from: aliceAt, to: take, subject: "Re: x"}); m.Reason != string(notify.UndoneLevel) {
		t.Fatalf("the link alone is %s", m.Reason)
	}
	b.confirms(aliceAt)
	if got := b.ticket(opened.ID).Assignee; got != "alice" {
		t.Errorf("confirmed, the ticket is %q's", got)
	}
	b.sameRebuilt()
}

// TestConfirmInOrder: two mails wait; each is carried out by its own address, in the order
// in which they are confirmed.
func TestConfirmInOrder(t *testing.T) {
	b := open(t, strictly)
	opened := b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority urgent\n")
	first := b.confirmation()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n")
	second := b.confirmation()
	for _, to := range []string{first, second} {
		b.take(letter{from: aliceAt, to: to, subject: "Re: x"})
	}
	if got := b.ticket(opened.ID).Priority; got != "low" {
		t.Errorf("the priority is %s, want that of the last one confirmed", got)
	}
	b.sameRebuilt()
}

// TestConfirmRefused: what does not confirm a mail, and what is said of it.
func TestConfirmRefused(t *testing.T) {
	const text = "#take\n\nIs it better by cable?\n"
	for _, tt := range []struct {
		name string
		from string
		when time.Duration
		then func(b *bench) // before it is confirmed
		with string         // header fields
		text string         // what alice reads of it; empty: nothing
		why  string         // the reason of the disposition
	}{
		{name: "expired", from: aliceAt, when: time.Hour + time.Second, text: "good for an hour", why: "refused-command"},
		{name: "by somebody else", from: "mallory@example.com", why: "holder"},
		{name: "by a colleague", from: "bob@example.org", why: "holder"},
		{name: "by the requester", from: ana, why: "holder"},
		{name: "called forged", from: aliceAt, with: results + "dmarc=fail header.from=example.org\n", why: "holder"},
		{name: "by a program", from: aliceAt, with: "Auto-Submitted: auto-replied\n", why: "auto-submitted-replied"},
		{name: "after a colleague's answer", from: aliceAt, then: func(b *bench) {
			n := b.last(notify.TemplateNewTicket, "bob@example.org")
			b.take(letter{from: "bob@example.org", to: n.answer(), subject: "Re: x", text: "It is mended.\n", client: "192.0.2.9", header: "In-Reply-To: " + n.MessageID + "\n"})
		}, text: "bob", why: "held-crossed"},
		{name: "after it went to others", from: aliceAt, then: func(b *bench) {
			n := b.last(notify.TemplateNewTicket, "bob@example.org")
			b.take(letter{from: "bob@example.org", to: n.answer(), subject: "Re: x", text: "#queue network\n", client: "192.0.2.9"})
		}, text: "no longer in your queue", why: string(notify.UndoneNotTheirs)},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, strictly)
			opened := b.request()
			b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
			to := b.confirmation()
			time.Sleep(max(tt.when, time.Minute))
			if tt.then != nil {
				tt.then(b)
			}
			before := len(b.outbox())
			m := b.take(letter{from: tt.from, to: to, subject: "Re: x", header: tt.with})
			if m.Reason != tt.why || m.Ticket != opened.ID && tt.why != "auto-submitted-replied" {
				t.Errorf("%s: it is %s in #%d, want %s", tt.name, m.Reason, m.Ticket, tt.why)
			}
			if b.ticket(opened.ID).Assignee == "alice" {
				t.Errorf("%s: it was carried out", tt.name)
			}
			told := ""
			for _, s := range b.outbox()[before:] {
				switch s.Recipient {
				case aliceAt:
					told += s.msg.Text
				case "mallory@example.com", ana:
					t.Errorf("%s: %s is sent %s", tt.name, s.Recipient, s.Template)
				}
			}
			if !strings.Contains(told, tt.text) {
				t.Errorf("%s: alice reads\n%s", tt.name, told)
			}
			b.sameRebuilt()
		})
	}
}

// TestConfirmAnyway: after an hour, an #anyway brings another address, by which the first
// mail is carried out.
func TestConfirmAnyway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, strictly)
		opened := b.request()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#merge 7\n")
		b.agentWrites(aliceAt, notify.TemplateNotDone, "#priority low\n")
		time.Sleep(2 * time.Hour)
		n := b.last(notify.TemplateNotDone, aliceAt)
		b.take(letter{from: aliceAt, to: n.answer(), subject: "Re: x", text: "#anyway\n", header: "In-Reply-To: " + n.MessageID + "\n"})
		if got := b.ticket(opened.ID).Priority; got == "low" {
			t.Fatal("an #anyway by the signed address alone carried out what needs more")
		}
		b.confirms(aliceAt)
		if got := b.ticket(opened.ID).Priority; got != "low" {
			t.Errorf("confirmed, the priority is %s", got)
		}
		b.sameRebuilt()
	})
}
