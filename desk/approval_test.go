package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

const (
	chief  = "boss@client.example"
	deputy = "deputy@client.example"
)

// asksBoss lets alice ask for approval of a request of Ana's.
func asksBoss(b *bench, text string) ticket.Ticket {
	b.t.Helper()
	m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "A licence", text: "I would like a licence for drawing.\n"})
	if m := b.agentWrites(aliceBox, notify.TemplateNewTicket, text); m.Reason != "reply-address" {
		b.t.Fatalf("%q: %s", text, m.Reason)
	}
	return b.ticket(m.Ticket)
}

// voteAt returns the address in a mail that asks for an action.
func voteAt(s sent, action string) string {
	for _, word := range strings.Fields(s.msg.Text) {
		word = strings.TrimPrefix(word, "mailto:")
		if address, _, _ := strings.Cut(word, "?"); strings.Contains(address, "-"+action+"@") {
			return address
		}
	}
	return ""
}

// outcome returns the votes of a ticket's first approval and what they came to.
func (b *bench) votes(id ticket.ID) (all string) {
	b.t.Helper()
	b.view(func(r ticket.Reader) error {
		events, err := r.Events(id, history.ApprovalEvents...)
		for _, a := range history.ApprovalsOf(events) {
			for _, v := range a.Votes {
				all += v.Says + ","
			}
			all += " " + a.Decided + ";"
		}
		return err
	})
	return all
}

// TestVotes: who votes by which mail, and what becomes of it.
func TestVotes(t *testing.T) {
	type mail struct{ from, of, action, header string } // of: to whom the address was sent
	yes, no := ticket.VoteApprove, ticket.VoteReject
	for _, tt := range []struct {
		name, ask string
		mails     []mail
		want      string
		told      string // what the requester is told
	}{
		{"one approves", "#approve " + chief, []mail{{chief, chief, "approve", ""}}, yes + ", " + yes + ";", yes},
		{"one rejects", "#approve " + chief, []mail{{chief, chief, "reject", ""}}, no + ", " + no + ";", no},
		{"any of two", "#approve " + chief + ", " + deputy + " any", []mail{{deputy, deputy, "approve", ""}}, "," + yes + ", " + yes + ";", yes},
		{"one of two is not all", "#approve " + chief + ", " + deputy + " all", []mail{{deputy, deputy, "approve", ""}}, "," + yes + ", ;", ""},
		{"all of two", "#approve " + chief + ", " + deputy + " all", []mail{{deputy, deputy, "approve", ""}, {chief, chief, "approve", ""}}, yes + "," + yes + ", " + yes + ";", yes},
		{"one of all rejects", "#approve " + chief + ", " + deputy + " all", []mail{{deputy, deputy, "reject", ""}}, "," + no + ", " + no + ";", no},
		{"another mind, before the others", "#approve " + chief + ", " + deputy + " all", []mail{{deputy, deputy, "approve", ""}, {deputy, deputy, "reject", ""}}, "," + no + ", " + no + ";", no},
		{"another mind, too late", "#approve " + chief, []mail{{chief, chief, "approve", ""}, {chief, chief, "reject", ""}}, yes + ", " + yes + ";", yes},
		{"somebody else with the address", "#approve " + chief, []mail{{"mallory@evil.example", chief, "approve", ""}}, ", ;", ""},
		{"a colleague of theirs", "#approve " + chief, []mail{{"office@client.example", chief, "approve", ""}}, ", ;", ""},
		{"one approver by the address of another", "#approve " + chief + ", " + deputy + " all", []mail{{deputy, chief, "approve", ""}}, ",, ;", ""},
		{"the requester with the address", "#approve " + chief, []mail{{ana, chief, "approve", ""}}, ", ;", ""},
		{"a mere answer", "#approve " + chief, []mail{{chief, chief, "", ""}}, ", ;", ""},
		{"a note of absence", "#approve " + chief, []mail{{chief, chief, "approve", "Auto-Submitted: auto-replied\n"}}, ", ;", ""},
		{"a list", "#approve " + chief, []mail{{chief, chief, "approve", "Precedence: bulk\nList-Id: <x.client.example>\n"}}, ", ;", ""},
		{"a service of a stranger", "#approve " + chief, []mail{{"Chief via Forward <hello@evil.example>", chief, "approve", "Reply-To: Chief <" + chief + ">\n"}}, ", ;", ""},
		{"forged, as a server says", "#approve " + chief, []mail{{chief, chief, "approve", "Authentication-Results: mx.example.org; dmarc=fail header.from=client.example\n"}}, ", ;", ""},
	} {
		b := open(t, func(s *settings.Settings) { s.AuthServers = []string{"mx.example.org"} })
		of := asksBoss(b, "#hold\n"+tt.ask+" May she have it?\n")
		before := len(b.summary())
		for _, m := range tt.mails {
			asked := b.last(notify.TemplateApproval, m.of)
			to := asked.answer()
			if m.action != "" {
				if to = voteAt(asked, m.action); to == "" {
					t.Fatalf("%s: no address to %s in\n%s", tt.name, m.action, asked.msg.Text)
				}
			}
			b.take(letter{from: m.from, to: to, subject: "Re: x", text: "Well.\n", header: m.header})
		}
		if got := b.votes(of.ID); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		told := slices.ContainsFunc(b.since(before), func(s string) bool { return s == "decided "+ana })
		if told != (tt.told != "") {
			t.Errorf("%s: the requester is told: %t (%v)", tt.name, told, b.since(before))
		}
		if got := b.ticket(of.ID).Status; (got == ticket.StatusOpen) != (tt.told != "") && tt.mails[0].from != ana {
			t.Errorf("%s: the ticket is %s", tt.name, got)
		}
		for _, s := range b.outbox()[before:] {
			if s.Recipient == ana && strings.Contains(s.msg.Text, "Well.") {
				t.Errorf("%s: the comment goes to the requester", tt.name)
			}
		}
	}
}

// TestApproverSeesWhatIsAsked: the question of the agent, two addresses, and nothing of the
// ticket.
func TestApproverSeesWhatIsAsked(t *testing.T) {
	b := open(t)
	of := asksBoss(b, "#approve "+chief+" within 2 days May she have it?\n\nIt costs 300 euros.\n")
	m := b.last(notify.TemplateApproval, chief)
	for _, want := range []string{"May she have it?", "300 euros", "-approve@", "-reject@"} {
		if !strings.Contains(m.msg.Text, want) {
			t.Errorf("there is no %q in\n%s", want, m.msg.Text)
		}
	}
	for _, word := range []string{"drawing", "Roth", ana, "http:", "https:"} { // no link that a scanner could open
		if strings.Contains(string(m.Bytes), word) {
			t.Errorf("%q goes out", word)
		}
	}
	if strings.Contains(m.msg.HTML, "http") {
		t.Error("the page has a link that something can follow")
	}
	if got := m.msg.Subject; got != fmt.Sprintf("[Example IT #%d] May she have it?", of.ID) {
		t.Errorf("the subject is %q", got)
	}
	b.take(letter{from: chief, to: voteAt(m, "approve"), subject: "Re: x", text: "Fine.\n"})
	vote := b.last(notify.TemplateVote, aliceBox)
	if !strings.Contains(vote.msg.Text, "Fine.") || !strings.Contains(vote.msg.Text, "approves") {
		t.Errorf("alice reads\n%s", vote.msg.Text)
	}
	equal(t, "votes", slices.DeleteFunc(b.events(of.ID), func(e string) bool { return !strings.HasPrefix(e, "voted") }),
		[]string{"voted: 1: " + chief + " approved; known by: the address that was made for them"})
	b.sameRebuilt()
}

// TestApprovalIsLate: whoever asked is told once whose votes are missing.
func TestApprovalIsLate(t *testing.T) {
	b := open(t)
	of := asksBoss(b, "#hold\n#approve "+chief+", "+deputy+" all within 2 days May she have it?\n")
	b.take(letter{from: deputy, to: voteAt(b.last(notify.TemplateApproval, deputy), "approve"), subject: "Re: x", text: "\n"})
	due := b.ticket(of.ID).AwaitAt
	before := len(b.summary())
	b.due(due.Add(-time.Minute))
	for range 2 {
		b.due(due.Add(time.Minute))
	}
	equal(t, "mails when it is late", b.since(before), []string{"approval-late " + aliceBox})
	if n := b.last(notify.TemplateApprovalLate, aliceBox); !strings.Contains(n.msg.Text, chief) || strings.Contains(n.msg.Text, deputy+" was") {
		t.Errorf("alice reads\n%s", n.msg.Text)
	}
	if got := b.ticket(of.ID); got.Status != ticket.StatusOpen || !got.AwaitAt.IsZero() {
		t.Errorf("the ticket is %s, votes are expected at %v", got.Status, got.AwaitAt)
	}
}

// TestApproveIsRefused: nobody is asked where it is not plain what, or whom.
func TestApproveIsRefused(t *testing.T) {
	for _, text := range []string{
		"#approve\n\nMay she?\n", "#approve " + chief + "\n", "#approve " + ana + " May she?\n", "#approve " + support + " May she?\n",
		"#approve " + chief + " May she?\n#approve " + deputy + " May she?\n", "#approve " + chief + " May she?\n#ask " + vera + " And?\n", "#approve " + chief + "\n#resolve\nDone.\n",
	} {
		b := open(t)
		b.request()
		if m := b.agentWrites(aliceBox, notify.TemplateNewTicket, text); m.Reason != "refused-command" {
			t.Errorf("%q: %s, want a refusal", text, m.Reason)
		}
		if mails := b.summary(); slices.ContainsFunc(mails, func(s string) bool { return strings.HasPrefix(s, "approval") || strings.HasPrefix(s, "question") }) {
			t.Errorf("%q: sent were %v", text, mails)
		}
	}
}

// TestApprovalsLateAtOnce: of two approvals that are late at the same moment each is told.
func TestApprovalsLateAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		of := asksBoss(b, "#approve "+chief+" within 2 days May she have it?\n")
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#approve "+deputy+" within 2 days May it be a big one?\n")
		before := len(b.summary())
		b.late(of.ID)
		equal(t, "mails when they are late", b.since(before), []string{"approval-late " + aliceBox, "approval-late " + aliceBox})
		b.sameRebuilt()
	})
}

// TestVoteAtBothAddresses: a mail to both addresses of a question is no vote.
func TestVoteAtBothAddresses(t *testing.T) {
	b := open(t)
	of := asksBoss(b, "#hold\n#approve "+chief+" May she have it?\n")
	asked := b.last(notify.TemplateApproval, chief)
	yes, no := voteAt(asked, "approve"), voteAt(asked, "reject")
	b.take(letter{from: chief, to: yes + ", " + no, rcpt: []string{yes, no}, subject: "Re: x", text: "Well.\n"})
	if got := b.votes(of.ID); got != ", ;" || yes == "" || no == "" {
		t.Errorf("a mail to %q and %q is the vote %q", yes, no, got)
	}
}
