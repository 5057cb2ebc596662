package desk_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// waits lets alice write a mail that is held, and returns the notice of it.
func (a *matter) waits(text string) sent {
	a.t.Helper()
	m := a.aliceSends(a.notice, "Re: x", plainText, text)
	if !strings.HasPrefix(m.Reason, "held-") {
		a.t.Fatalf("%q is not held, but %s", text, m.Reason)
	}
	return a.asked(m)
}

// asked returns the notice that was made of a mail.
func (a *matter) asked(m ticket.Mail) (notice sent) {
	a.t.Helper()
	for _, s := range a.mails() {
		if s.Cause == m.ID && (s.Template == string(notify.TemplateHeld) || s.Template == string(notify.TemplateNotDone)) {
			return s
		}
	}
	a.t.Fatalf("mail %d (%s): nobody is asked", m.ID, m.Reason)
	return sent{}
}

// answers lets alice answer a notice as mail programs do, or without naming it.
func (a *matter) answers(notice sent, text string, names bool) (m ticket.Mail, gets map[string]string) {
	a.t.Helper()
	fields := plainText
	if names {
		fields = "In-Reply-To: " + notice.MessageID + "\n" + fields
	}
	m = a.aliceSends(notice, "Re: "+notice.msg.Subject, fields, text)
	gets = map[string]string{}
	for _, s := range a.mails() {
		gets[s.Recipient] += s.msg.Subject + "\n" + s.msg.Text + "\n"
	}
	return m, gets
}

// TestAnywayReleasesTheMailThatItAnswers: of several that wait it sends the one that
// its writer was asked about, each once, and asks where it is not certain which.
func TestAnywayReleasesTheMailThatItAnswers(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	first := a.waits("It is in the portal.\n\n#resolve\n")
	second := a.waits("Use the back door.\n\n#hold\n")

	m, gets := a.answers(second, "#anyway\n", false)
	if m.Reason != "refused-command" || gets[a.ana] != "" || !strings.Contains(gets[aliceAt], fmt.Sprintf("#anyway %d", first.Cause)) || !strings.Contains(gets[aliceAt], "Use the back door.") {
		t.Fatalf("two wait, and an #anyway that names none is %s; ana gets %q, alice\n%s", m.Reason, gets[a.ana], gets[aliceAt])
	}
	if _, gets = a.answers(first, "#anyway\n\nAlice\n", true); !strings.Contains(gets[a.ana], "in the portal") || strings.Contains(gets[a.ana], "back door") {
		t.Errorf("the answer about the first mail sends\n%s", gets[a.ana])
	}
	if m, gets = a.answers(first, "#anyway\n", true); gets[a.ana] != "" || !strings.Contains(gets[aliceAt], "sent already") {
		t.Errorf("a second answer about it is %s and sends\n%s", m.Reason, gets[a.ana])
	}
	if _, gets = a.answers(second, "#anyway\n", false); !strings.Contains(gets[a.ana], "back door") {
		t.Errorf("the only one that still waits is not sent; alice is told\n%s", gets[aliceAt])
	}
	if _, gets = a.answers(second, "#anyway\n", false); gets[a.ana] != "" {
		t.Errorf("nothing waits, and an #anyway sends\n%s", gets[a.ana])
	}
}

// TestAnywayByItsLink: the link in the notice names the mail, since not every mail
// program says what it answers.
func TestAnywayByItsLink(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	first := a.waits("It is in the portal.\n\n#resolve\n")
	a.waits("Use the back door.\n\n#hold\n")
	link := regexp.MustCompile(`body=%23anyway%20(\d+)`).FindStringSubmatch(first.msg.Text)
	if link == nil {
		t.Fatalf("no link of the notice names the mail:\n%s", first.msg.Text)
	}
	if _, gets := a.answers(first, "#anyway "+link[1]+"\n\n", false); !strings.Contains(gets[a.ana], "in the portal") || strings.Contains(gets[a.ana], "back door") {
		t.Errorf("the link about the first mail sends\n%s", gets[a.ana])
	}
	// A colleague's number is not hers.
	bobs := b.asks(1, "The lamp is dark.\n")
	bobs.waits("It is in the cellar.\n\n#resolve\n")
	if m, gets := a.answers(first, "#anyway 1\n", false); gets[a.ana] != "" {
		t.Errorf("a number of another mail is %s and sends\n%s", m.Reason, gets[a.ana])
	}
}

// TestReleasedMailStaysInside: what answered an internal mail is a note after it
// was asked about, too, though the question itself was not internal.
func TestReleasedMailStaysInside(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	m := b.take(letter{from: "bob@example.org", to: b.last(notify.TemplateNewTicket, "bob@example.org").answer(), subject: "Re: x", text: "#note\n\nShe rings every hour.\n"})
	if m.Reason == "" {
		t.Fatal("bob's note is not filed")
	}
	a.mails()
	a.notice = b.last(notify.TemplateNote, aliceAt)
	asked := a.waits("I cannot hear it any more.\n\n#resolve\n")
	if _, gets := a.answers(asked, "#anyway\n", true); strings.Contains(gets[a.ana], "cannot hear") {
		t.Errorf("an answer to an internal note goes to the requester:\n%s", gets[a.ana])
	}
}

// TestWhatWasNotDoneIsReleased: a mail in an agent's name that might not act is
// carried out when the agent says so at a signed address, never by chance.
func TestWhatWasNotDoneIsReleased(t *testing.T) {
	const words = "Please change the battery below.\n"
	for _, tt := range []struct {
		name, from, reason string
		to                 func(a *matter) string
	}{
		{"by the number alone", aliceAt, "unproven-agent", func(*matter) string { return support }},
		{"from an address that is not known", "alice.m@post.example.net", "other-address", func(a *matter) string { return a.notice.answer() }},
	} {
		b := open(t)
		a := b.asks(0, "The lamp is dark.\n")
		m := b.take(letter{from: tt.from, to: tt.to(a), subject: fmt.Sprintf("Re: [Example IT #%d] x", a.id), text: words})
		if m.Reason != tt.reason {
			t.Errorf("%s: the reason is %q, want %q", tt.name, m.Reason, tt.reason)
			continue
		}
		told := a.asked(m)
		if told.Recipient != aliceAt || !says(told, "Please change the battery") || !says(told, "#anyway") {
			t.Errorf("%s: %s is told\n%s", tt.name, told.Recipient, told.msg.Text)
		}
		// Something else of hers waits as well: an #anyway about that sends no forger's words.
		held := a.waits("It is in the portal.\n\n#resolve\n")
		if _, gets := a.answers(held, "#anyway\n", false); strings.Contains(gets[a.ana], "battery") || !strings.Contains(gets[a.ana], "portal") {
			t.Errorf("%s: an #anyway about another mail sends\n%s", tt.name, gets[a.ana])
		}
		if _, gets := a.answers(told, "#anyway\n", true); !strings.Contains(gets[a.ana], "battery") || gets[tt.from] != "" && tt.from != aliceAt {
			t.Errorf("%s: after #anyway the requester gets %q, and alice\n%s", tt.name, gets[a.ana], gets[aliceAt])
		}
	}
}

// TestReleaseAsksWhatWasNotAsked: a mail that might not act was not read for doubts
// then; they are asked about before it leaves.
func TestReleaseAsksWhatWasNotAsked(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	m := b.take(letter{from: aliceAt, to: support, subject: fmt.Sprintf("Re: [Example IT #%d] x", a.id), text: "Hi Bob,\n\n#note\n\nShe is difficult.\n"})
	m, gets := a.answers(a.asked(m), "#anyway\n", true)
	if m.Reason != "held-command" || gets[a.ana] != "" {
		t.Fatalf("it is %s, and the requester gets\n%s", m.Reason, gets[a.ana])
	}
	again := b.last(notify.TemplateHeld, aliceAt)
	if m, gets = a.answers(again, "#anyway\n", true); !strings.Contains(gets[a.ana], "She is difficult.") {
		t.Errorf("what alice asked for twice is %s, and she is told\n%s", m.Reason, gets[aliceAt])
	}
	if m, gets = a.answers(again, "#anyway\n", true); gets[a.ana] != "" {
		t.Errorf("a third #anyway sends it again: %s", m.Reason)
	}
}

// TestNewTextReplacesOneMail: the others still wait.
func TestNewTextReplacesOneMail(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	first := a.waits("It is in the portal.\n\n#resolve\n")
	second := a.waits("Use the back door.\n\n#hold\n")
	a.answers(first, "It is in the shop.\n", true)
	if _, gets := a.answers(first, "#anyway\n", true); gets[a.ana] != "" {
		t.Errorf("what was replaced is sent:\n%s", gets[a.ana])
	}
	if _, gets := a.answers(second, "#anyway\n", true); !strings.Contains(gets[a.ana], "back door") {
		t.Errorf("the other one is not sent; alice is told\n%s", gets[aliceAt])
	}
}
