package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

const bob = "bob@example.org"

// noticeOf returns the latest mail of the ticket to an agent.
func (a *matter) noticeOf(agent string) (last sent) {
	a.t.Helper()
	a.before = 0
	for _, m := range a.mails() {
		if m.Recipient == agent {
			last = m
		}
	}
	return last
}

// says lets an agent answer a notice, and returns the mail and what everybody gets.
func (a *matter) says(agent string, notice sent, text string) (m ticket.Mail, gets map[string]string) {
	a.t.Helper()
	m = a.take(letter{from: agent, to: notice.answer(), subject: "Re: x", text: text, header: "In-Reply-To: " + notice.MessageID + "\n"})
	gets = map[string]string{}
	for _, s := range a.mails() {
		gets[s.Recipient] += s.Template + ": " + s.msg.Text + "\n"
	}
	return m, gets
}

// TestAnswerThatCrossesAColleagues: alice answers the notice of the request, which
// bob got, too. Whatever he did since, she is asked before hers goes out.
func TestAnswerThatCrossesAColleagues(t *testing.T) {
	b := open(t)
	for i, tt := range []struct {
		name  string
		bob   string // what he writes first
		alice string
		held  bool
	}{
		{"bob answered", "It is the fuse.", "It is the bulb.", true},
		{"bob took it", "#take", "It is the bulb.", true},
		{"bob solved it", "#resolve\nNew fuse.", "It is the bulb.", true},
		{"bob answered, alice solves", "It is the fuse.", "#resolve\nNew bulb.", true},
		{"bob took it, alice ends it without a word", "#take", "#resolve", true},
		{"bob took it, alice calls it spam", "#take", "#spam", true},
		{"bob took it, alice leaves a note", "#take", "#note\nLook at the bulb.", false},
		{"bob gave it to alice", "#assign alice", "It is the bulb.", false},
		{"bob left a note", "#note\nIt may be the fuse.", "It is the bulb.", false},
		{"bob raised it", "#priority high", "It is the bulb.", false},
		{"alice knows", "It is the fuse.", "#anyway\nIt is the bulb as well.", false},
	} {
		a := b.asks(i, "The lamp is dark.\n")
		hers, his := a.noticeOf(aliceAt), a.noticeOf(bob)
		a.says(bob, his, tt.bob+"\n")
		m, gets := a.says(aliceAt, hers, tt.alice+"\n")
		if held := m.Reason == "held-crossed"; held != tt.held {
			t.Errorf("%s: it is %s, held should be %t", tt.name, m.Reason, tt.held)
			continue
		}
		if !tt.held {
			continue
		}
		if gets[a.ana] != "" || !strings.Contains(gets[aliceAt], "bob") || !strings.Contains(gets[aliceAt], "#anyway") {
			t.Errorf("%s: the requester gets %q, alice is asked\n%s", tt.name, gets[a.ana], gets[aliceAt])
		}
		if strings.Contains(tt.bob, "fuse") && !strings.Contains(gets[aliceAt], "fuse") {
			t.Errorf("%s: she is not told what bob wrote:\n%s", tt.name, gets[aliceAt])
		}
		if _, gets = a.says(aliceAt, a.noticeOf(aliceAt), "#anyway\n"); tt.alice != "#spam" && gets[a.ana] == "" {
			t.Errorf("%s: #anyway does not send it", tt.name)
		}
	}
}

// TestAnswerAfterTheColleagueWasSeen: whoever answers a mail that was sent after what
// the colleague did, or goes on after an answer of their own, is not asked.
func TestAnswerAfterTheColleagueWasSeen(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	first := a.noticeOf(aliceAt)
	a.says(bob, a.noticeOf(bob), "It is the fuse.\n")
	a.says(aliceAt, first, "#anyway\nI bring one.\n")
	if m, gets := a.says(aliceAt, first, "I am at the door.\n"); m.Reason == "held-crossed" || gets[a.ana] == "" {
		t.Errorf("a second answer to the first notice is %s", m.Reason)
	}
}

// TestAssigneeLearns: the agent who has a ticket is told what others do on it.
func TestAssigneeLearns(t *testing.T) {
	b := open(t)
	for i, tt := range []struct{ text, says string }{
		{"#anyway\nI bring a fuse.", "has answered this request"},
		{"#anyway\n#resolve\nNew fuse.", "has solved this request"},
		{"#take", "has taken this request"},
		{"#queue network", "has passed this request on"},
		{"#anyway\n#spam", "has marked this request as spam"},
	} {
		a := b.asks(i, "The lamp is dark.\n")
		his := a.noticeOf(bob)
		a.says(aliceAt, a.noticeOf(aliceAt), "#take\n")
		_, gets := a.says(bob, his, tt.text+"\n")
		if !strings.Contains(gets[aliceAt], string(notify.TemplateColleague)+": ") || !strings.Contains(gets[aliceAt], tt.says) {
			t.Errorf("%s: alice is told\n%s", tt.text, gets[aliceAt])
		}
	}
}
