package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"maildesk/desk/macro"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestVoteCountsForItsOwnQuestion: what was taken back leaves no address that a later
// question has, too.
func TestVoteCountsForItsOwnQuestion(t *testing.T) {
	for name, window := range map[string]time.Duration{"it had left": 0, "it was kept in": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			b := open(t, undoWindow(window))
			of := asksBoss(b, "#approve "+chief+" Ten chairs?\n")
			first := voteAt(b.last(notify.TemplateApproval, chief), "approve")
			if window == 0 {
				b.deliver()
			}
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#undo\n")
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#approve "+chief+" A car?\n")
			if second := voteAt(b.last(notify.TemplateApproval, chief), "approve"); second == first {
				t.Fatalf("both questions have the address %s", first)
			}
			b.take(letter{from: chief, to: first, subject: "Re: Ten chairs", text: "Yes.\n"})
			if got := b.votes(of.ID); !strings.HasSuffix(got, ", ;") {
				t.Errorf("votes are %q after one about the chairs, want none about the car", got)
			}
			if got := b.last(notify.TemplateVote, aliceBox).msg.Text; !strings.Contains(got, "Yes.") {
				t.Errorf("the agent does not read the vote:\n%s", got)
			}
		})
	}
}

// TestAnnouncementIsTakenBack: what is told to some at a time waits as long as the rest,
// ends when it is taken back, and what has left is said.
func TestAnnouncementIsTakenBack(t *testing.T) {
	for name, wait := range map[string]time.Duration{"before a beat of the clock": time.Second, "after one": 7 * time.Second, "too late": time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, watchful, undoWindow(20*time.Second))
				for n := range 40 {
					b.report(n)
				}
				b.deliver()
				before := len(b.summary())
				b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n[en]\nWe are on it.\n[de]\nJa.\n")
				time.Sleep(wait)
				b.due(time.Now())
				b.deliver()
				b.agentWrites("carol@example.org", notify.TemplateIncident, "#undo\n")
				b.due(time.Now().Add(time.Hour))
				time.Sleep(time.Hour)
				b.deliver()
				told := 0
				for _, m := range b.outbox()[before:] {
					if m.Template == string(notify.TemplateReply) && m.State == ticket.OutboxSent {
						told++
					}
				}
				said := b.last(notify.TemplateUndo, "carol@example.org").msg.Text
				if late := wait > 20*time.Second; late != (told > 0) || late == strings.Contains(said, "niemand außerhalb") {
					t.Errorf("%d were told, and the agent reads\n%s", told, said)
				}
			})
		})
	}
}

// TestSolutionOfAnIncidentIsTakenBack: it is passed on after the time in which it can be
// taken back, and what was passed on is said.
func TestSolutionOfAnIncidentIsTakenBack(t *testing.T) {
	for name, wait := range map[string]time.Duration{"in time": 6 * time.Second, "too late": time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, watchful, undoWindow(20*time.Second))
				for n := range 4 {
					b.report(n)
				}
				b.deliver()
				before := len(b.summary())
				b.agentWrites("carol@example.org", notify.TemplateIncident, "#resolve\n[en]\nIt works.\n[de]\nJa.\n")
				time.Sleep(wait)
				b.due(time.Now())
				b.deliver()
				b.agentWrites("carol@example.org", notify.TemplateIncident, "#undo\n")
				told := 0
				for _, m := range b.outbox()[before:] {
					if m.Template == string(notify.TemplateResolution) && m.State == ticket.OutboxSent {
						told++
					}
				}
				said := b.last(notify.TemplateUndo, "carol@example.org").msg.Text
				want := 0
				if wait > 20*time.Second {
					want = 4
				}
				if told != want || (want == 0) != strings.Contains(said, "niemand außerhalb") || want > 0 && !strings.Contains(said, "dan@example.net") {
					t.Errorf("%d were told, want %d, and the agent reads\n%s", told, want, said)
				}
			})
		})
	}
}

// TestTextsTellNobodyElse: a text of the admin's that names the requester names nobody
// where others read it, too.
func TestTextsTellNobodyElse(t *testing.T) {
	m, err := macro.Read(fstest.MapFS{"out.md": {Data: []byte("Hello {{.Name}}{{.Requester}}{{.Subject}}, we are on it.\n")}}, "macros")
	if err != nil {
		t.Fatal(err)
	}
	texts := func(s *settings.Settings) { s.Macros = m }
	t.Run("who report the same", func(t *testing.T) {
		b := open(t, watchful, texts)
		for n := range 4 {
			b.report(n)
		}
		before := len(b.summary())
		b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n#send out\n#anyway\n")
		if n := b.made(notify.TemplateReply, before); n != 4 {
			t.Fatalf("%d are told, want 4", n)
		}
		for _, m := range b.outbox()[before:] {
			if m.Template == string(notify.TemplateReply) && (strings.Contains(m.msg.Text, "Hello ana@") || strings.Contains(m.msg.Text, "Remote access, we")) {
				t.Errorf("%s reads\n%s", m.Recipient, m.msg.Text)
			}
		}
	})
	t.Run("vendor", func(t *testing.T) {
		b := open(t, texts)
		_, question := asksVendor(b, "#ask "+vera+" Is it known?\n#send out\n")
		if text := question.msg.Text; !strings.Contains(text, "we are on it") || strings.Contains(text, "Roth") || strings.Contains(text, "Salary") {
			t.Errorf("the vendor reads\n%s", text)
		}
	})
}

// TestNobodyApprovesTheirOwnRequest: however the request became theirs.
func TestNobodyApprovesTheirOwnRequest(t *testing.T) {
	t.Run("handed to the approver in the same mail", func(t *testing.T) {
		b := open(t)
		b.take(letter{from: ana, to: support, subject: "A licence", text: "I would like a licence for drawing.\n"})
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#approve "+chief+" A licence?\n#for "+chief+"\n")
		if got := b.made(notify.TemplateApproval, 0); got != 0 {
			t.Errorf("%d are asked, want nobody", got)
		}
	})
	t.Run("handed to the approver later", func(t *testing.T) {
		b := open(t)
		of := asksBoss(b, "#approve "+chief+" A licence?\n")
		address := voteAt(b.last(notify.TemplateApproval, chief), "approve")
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#for "+chief+"\n")
		b.take(letter{from: chief, to: address, subject: "Re: A licence", text: "Yes.\n"})
		if got := b.votes(of.ID); strings.Contains(got, ticket.VoteApprove) {
			t.Errorf("votes are %q", got)
		}
	})
}

// TestApproverIsAskedOnce: the same address, written twice, has one vote.
func TestApproverIsAskedOnce(t *testing.T) {
	b := open(t)
	of := asksBoss(b, "#approve "+chief+", "+strings.ToUpper(chief)+" all A licence?\n")
	if n := b.made(notify.TemplateApproval, 0); n != 1 {
		t.Errorf("%d are asked, want 1", n)
	}
	b.take(letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), "approve"), subject: "Re: A licence", text: "Yes.\n"})
	if got, want := b.votes(of.ID), "approved, approved;"; got != want {
		t.Errorf("votes are %q, want %q", got, want)
	}
}

// TestLateAfterAMerge: whoever does not answer in time is named, though the ticket is worked
// on in another one.
func TestLateAfterAMerge(t *testing.T) {
	b := open(t)
	other := b.take(letter{from: "ben@example.net", to: support, subject: "Another licence", text: "Me too, for drawing.\n"})
	of := asksBoss(b, "#approve "+chief+" within 2d A licence?\n")
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#merge "+fmt.Sprint(other.Ticket)+"\n")
	if got := b.ticket(of.ID); got.Merged != other.Ticket {
		t.Fatalf("ticket %d is merged into %d, want %d", of.ID, got.Merged, other.Ticket)
	}
	before := len(b.summary())
	b.due(time.Now().Add(3 * 24 * time.Hour))
	if n := b.made(notify.TemplateApprovalLate, before); n == 0 {
		t.Error("nobody is told that the vote is late")
	}
}

// TestFilesGoWithTheirText: a file that stands beside a text for colleagues goes to no
// vendor and no approver; one beside the text for them does.
func TestFilesGoWithTheirText(t *testing.T) {
	for _, tt := range []struct {
		text     string
		template notify.Template
		who      string
		goes     bool
	}{
		{"#ask " + vera + " Is it known?\n#note\nFor colleagues: see the list.\n", notify.TemplateQuestion, vera, false},
		{"#ask " + vera + " Is it known?\n#reply\nHere is the list.\n", notify.TemplateQuestion, vera, false},
		{"#approve " + chief + " A licence?\n#note\nFor colleagues: see the list.\n", notify.TemplateApproval, chief, false},
		{"#ask " + vera + " Is it known?\nSee the list.\n", notify.TemplateQuestion, vera, true},
		{"#ask " + vera + " Is it known? See the list.\n", notify.TemplateQuestion, vera, true},
		{"#approve " + chief + " A licence?\nSee the list.\n", notify.TemplateApproval, chief, true},
	} {
		t.Run(tt.text, func(t *testing.T) {
			b := open(t)
			b.take(letter{from: ana, to: support, subject: "A licence", text: "I would like a licence for drawing.\n"})
			n := b.last(notify.TemplateNewTicket, aliceBox)
			b.take(letter{from: aliceBox, to: n.answer(), subject: "Re: " + n.msg.Subject, header: "In-Reply-To: " + n.MessageID + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
				text: "--b\nContent-Type: text/plain\n\n" + tt.text + "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=list.csv\n\na,1\n--b--\n"})
			if got := strings.Contains(string(b.last(tt.template, tt.who).Bytes), "list.csv"); got != tt.goes {
				t.Errorf("the file goes to %s: %t, want %t", tt.who, got, tt.goes)
			}
		})
	}
}
