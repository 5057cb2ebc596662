package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

const vice = "vice@client.example"

// withDeputies sets a deputy for the boss and for bob.
func withDeputies(s *settings.Settings) {
	s.Control, s.Deputies = control, map[string]string{chief: vice, bobAt: vice}
}

// votesFor lets somebody who was asked vote.
func (b *bench) votesFor(who, action string) ticket.Mail {
	b.t.Helper()
	asked := b.last(notify.TemplateApproval, who)
	to := voteAt(asked, action)
	if to == "" {
		b.t.Fatalf("%s has no address to %s in\n%s", who, action, asked.msg.Text)
	}
	return b.take(letter{from: who, to: to, subject: "Re: x", text: "Well.\n"})
}

// late lets the time pass by which the votes of a ticket are expected.
func (b *bench) late(of ticket.ID) {
	b.t.Helper()
	time.Sleep(time.Until(b.ticket(of).AwaitAt.Add(time.Minute)))
	b.due(time.Now())
}

// TestDeputy: who is asked in whose place, and what their votes count for.
func TestDeputy(t *testing.T) {
	const other = "other@client.example"
	yes, no := ticket.VoteApprove, ticket.VoteReject
	for _, tt := range []struct {
		name, ask string
		then      func(b *bench, of ticket.ID)
		want      string   // the votes: the boss, others, the deputy
		mails     []string // about approvals, after it was asked
	}{
		{"in time", "#approve " + chief, func(b *bench, of ticket.ID) { b.votesFor(chief, "approve") }, yes + ", " + yes + ";", []string{"decided " + ana, "vote " + alice}},
		{"late", "#approve " + chief, func(b *bench, of ticket.ID) { b.late(of); b.votesFor(vice, "approve") },
			"," + yes + ", " + yes + ";", []string{"approval " + vice, "decided " + ana, "vote " + alice}},
		{"late, and the question is below", "#approve " + chief + " within 2 days\n\n", func(b *bench, of ticket.ID) { b.late(of); b.votesFor(vice, "approve") },
			"," + yes + ", " + yes + ";", []string{"approval " + vice, "decided " + ana, "vote " + alice}},
		{"late, and the deputy too", "#approve " + chief, func(b *bench, of ticket.ID) { b.late(of); b.late(of) }, ",, ;", []string{"approval " + vice, "approval-late " + alice}},
		{"late, but before the deputy", "#approve " + chief, func(b *bench, of ticket.ID) { b.late(of); b.votesFor(chief, "reject") },
			no + ",, " + no + ";", []string{"approval " + vice, "decided " + ana, "vote " + alice}},
		{"all of two, one by a deputy", "#approve " + chief + ", " + other + " all", func(b *bench, of ticket.ID) {
			b.votesFor(other, "approve")
			b.late(of)
			b.votesFor(vice, "approve")
		}, "," + yes + "," + yes + ", " + yes + ";", []string{"vote " + alice, "approval " + vice, "decided " + ana, "vote " + alice}},
		{"all of two, of whom one has no deputy", "#approve " + chief + ", " + other + " all", func(b *bench, of ticket.ID) {
			b.late(of)
			b.votesFor(vice, "approve")
			b.late(of)
		}, ",," + yes + ", ;", []string{"approval " + vice, "vote " + alice, "approval-late " + alice}},
		{"a note of absence", "#approve " + chief, func(b *bench, of ticket.ID) {
			asked := b.last(notify.TemplateApproval, chief)
			for range 2 {
				b.take(letter{from: chief, to: asked.answer(), subject: "Out of office", text: "I am away.\n", header: "Auto-Submitted: auto-replied\nIn-Reply-To: " + asked.MessageID + "\n", envelope: null()})
			}
			b.votesFor(vice, "reject")
		}, "," + no + ", " + no + ";", []string{"approval " + vice, "decided " + ana, "vote " + alice}},
		{"an agent", "#approve bob@example.org", func(b *bench, of ticket.ID) { b.votesFor(bobAt, "approve") }, yes + ", " + yes + ";", []string{"decided " + ana, "vote " + alice}},
		{"one deputy of two", "#approve " + chief + ", " + bobAt + " all", func(b *bench, of ticket.ID) {
			b.late(of)
			b.votesFor(vice, "approve")
			b.late(of)
		}, ",," + yes + ", ;", []string{"approval " + vice, "vote " + alice, "approval-late " + alice}},
		{"the deputy was asked anyway", "#approve " + chief + ", " + vice + " all", func(b *bench, of ticket.ID) { b.late(of) }, ",, ;", []string{"approval-late " + alice}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, withDeputies)
				ending := " within 2 days "
				if strings.HasSuffix(tt.ask, "\n") {
					ending = ""
				}
				of := asksBoss(b, "#hold\n"+tt.ask+ending+"May she have it?\n\nIt costs 300 euros.\n").ID
				before := len(b.summary())
				tt.then(b, of)
				if got := b.votes(of); got != tt.want {
					t.Errorf("the votes are %q, want %q", got, tt.want)
				}
				equal(t, "mails", b.since(before), tt.mails)
				if slices.Contains(tt.mails, "approval "+vice) {
					m := b.last(notify.TemplateApproval, vice)
					if first := b.last(notify.TemplateApproval, chief); m.msg.Subject != first.msg.Subject {
						t.Errorf("the deputy is asked under %q, the other under %q", m.msg.Subject, first.msg.Subject)
					}
					for _, want := range []string{"You are asked in place of " + chief, "May she have it?", "It costs 300 euros."} {
						if !says(m, want) {
							t.Errorf("%q is not in what the deputy reads:\n%s", want, m.msg.Text)
						}
					}
					if strings.Contains(string(m.Bytes), ana) || strings.Contains(m.msg.Text, "drawing") {
						t.Errorf("the deputy reads the requester's words:\n%s", m.msg.Text)
					}
				}
				if got := b.ticket(of).Status; (got == ticket.StatusOnHold) == slices.ContainsFunc(tt.mails, func(m string) bool { return m == "decided "+ana || m == "approval-late "+alice }) {
					t.Errorf("the ticket is %s", got)
				}
				b.sameRebuilt()
			})
		})
	}
}

// TestNoDeputy: who is never asked in place of somebody, and when.
func TestNoDeputy(t *testing.T) {
	for _, tt := range []struct{ name, deputy, then string }{
		{"the requester", ana, ""},
		{"who asks", alice, ""},
		{"the desk", support, ""},
		{"anybody, when it is resolved", vice, "#resolve\nShe does not need it any more.\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.Deputies = map[string]string{chief: tt.deputy} })
			of := asksBoss(b, "#approve "+chief+" within 2 days May she have it?\n")
			if tt.then != "" {
				b.agentWrites(aliceBox, notify.TemplateNewTicket, tt.then)
			}
			time.Sleep(time.Until(of.AwaitAt.Add(time.Minute)))
			b.due(time.Now())
			if got := b.votes(of.ID); got != ", ;" {
				t.Errorf("%s: the votes are %q", tt.name, got)
			}
			if sent := b.summary(); slices.Contains(sent, "approval "+tt.deputy) {
				t.Errorf("%s: sent were %q", tt.name, sent)
			}
			b.sameRebuilt()
		})
	}
}

// TestAwayApprover: in the place of an agent who is away their deputy is asked at once; and
// nobody approves what they ask for.
func TestAwayApprover(t *testing.T) {
	b := open(t, withControl, withDeputies)
	b.question(bobAt, "#away until "+time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)+"\n")
	before := len(b.summary())
	asksBoss(b, "#approve "+bobAt+" within 2 days May she have it?\n")
	asked := slices.DeleteFunc(b.since(before), func(s string) bool { return !strings.HasPrefix(s, "approval ") })
	equal(t, "asked", asked, []string{"approval " + bobAt, "approval " + vice})

	b = open(t, func(s *settings.Settings) { s.Agents[1].Mail = append(s.Agents[1].Mail, "bob@home.example") })
	b.take(letter{from: "bob@home.example", to: support, subject: "A licence", text: "I would like a licence for drawing.\n"})
	if m := b.agentWrites(alice, notify.TemplateNewTicket, "#approve "+bobAt+" May he?\n"); m.Reason != "refused-command" {
		t.Errorf("alice asks the requester by another address: %s", m.Reason)
	}

	b = open(t)
	b.request()
	if m := b.agentWrites(alice, notify.TemplateNewTicket, "#approve "+alice+" May she?\n"); m.Reason != "refused-command" {
		t.Errorf("alice asks herself: %s", m.Reason)
	}
}
