package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
)

// TestPlansKeepReadersApart: what one reader was asked is not sent to another one by what
// was planned.
func TestPlansKeepReadersApart(t *testing.T) {
	const vic = "vic@other.example"
	both := "#ask " + vera + " What does the toner cost?\n#ask " + vic + " Are you cheaper than the others?\n\nThanks in advance.\n"
	for _, tt := range []struct {
		name, first, late, second string // late: what answers the notice that a vendor is late
		who, template             string // is sent it at last
		has, hasNot               string
	}{
		{"two vendors, later", "#later Wednesday 9:00\n" + both, "", "", vera, "question", "toner cost?\n\nThanks in advance.", "cheaper"},
		{"the other one, later", "#later Wednesday 9:00\n" + both, "", "", vic, "question", "the others?\n\nThanks in advance.", "toner"},
		{"two vendors, chased", "#chase 2x1d\n" + both, "", "", vera, "vendor-reminder", "Thanks in advance.", "cheaper"},
		{"two vendors of one question", "#chase 2x1d\n#ask " + vera + ", " + vic + " What does it cost?\n\nThanks in advance.\n", "", "", vic, "vendor-reminder", "> What does it cost?", vera},
		{"two vendors, chased when one is late", both, "#chase 2x1d\n", "", vera, "vendor-reminder", "Thanks in advance.", "cheaper"},
		{"in answer to a vendor's notice", "#ask " + vera + " What does it cost?\n", "#chase 2x1d\n\nPlease answer.\n", "", vera, "vendor-reminder", "> Please answer.", "→"},
		{"a vendor and the requester", "#reply\n#ask " + vera + " Is she a swindler?\n\nWhich version do you have?\n", "", "#chase 2x1d\n", ana, "reminder", "> Which version", "swindler"},
		{"an approver and the requester", "#reply\n#approve boss@example.com Is she a swindler?\n\nWhich version do you have?\n", "", "#chase 2x1d\n", ana, "reminder", "", "swindler"},
		{"a vendor beside the requester, chased", "#reply\n#ask " + vera + " What does it cost?\n\nWhich of your children has it?\n", "#chase 2x1d\n", "", vera, "vendor-reminder", "> What does it cost?", "children"},
		{"the requester beside a vendor, chased", "#reply\n#ask " + vera + " What does it cost?\n\nWhich of your children has it?\n", "#reply\n#chase 2x1d\n", "", ana, "reminder", "children", "cost"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _, n := onMonday(t, func(s *settings.Settings) { s.VendorWithin = 24 * time.Hour })
				b.agentWrites(alices, notify.TemplateNewTicket, tt.first)
				if tt.second != "" {
					b.agentWrites(alices, notify.TemplateNewTicket, tt.second)
				}
				if tt.late != "" {
					b.runTo("2000-01-05 12:00")
					b.agentWrites(alices, notify.TemplateVendorLate, tt.late)
				}
				b.runTo("2000-01-10 12:00")
				found := false
				for _, s := range b.outbox()[n:] {
					if s.Recipient != tt.who {
						continue
					}
					if strings.Contains(s.msg.Text, tt.hasNot) || strings.Contains(s.msg.HTML, tt.hasNot) {
						t.Errorf("%s gets (%s)\n%s", s.Recipient, s.Template, s.msg.Text)
					}
					found = found || s.Template == tt.template && strings.Contains(s.msg.Text, tt.has)
				}
				if !found {
					t.Errorf("%s gets no %s with %q: %q", tt.who, tt.template, tt.has, b.since(n))
					for _, s := range b.outbox()[n:] {
						if s.Recipient == tt.who {
							t.Log(s.Template, s.msg.Text)
						}
					}
				}
				b.sameRebuilt()
			})
		})
	}
}

// TestChaseKeepsNotesInside: a note beside a question does not go to the vendor with the
// reminder; #reply beside #chase means the readers.
func TestChaseKeepsNotesInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, n := onMonday(t, func(s *settings.Settings) { s.VendorWithin = 24 * time.Hour })
		b.agentWrites(alices, notify.TemplateNewTicket, "#note She is in a hurry.\n#ask "+vera+" The printer prints twice. Is there a newer release?\n")
		for _, s := range b.outbox()[n:] {
			if s.Recipient == vera && strings.Contains(s.msg.Text, "hurry") {
				t.Fatal("at once")
			}
		}
		b.runTo("2000-01-05 12:00")
		b.agentWrites(alices, notify.TemplateVendorLate, "#reply\n#chase 2x1d\n")
		for _, s := range b.outbox()[n:] {
			if s.Template == string(notify.TemplateRefusal) {
				t.Log(s.msg.Text)
			}
		}
		b.runTo("2000-01-10 12:00")
		t.Log(b.since(n))
		for _, s := range b.outbox()[n:] {
			if s.Recipient == vera && strings.Contains(s.msg.Text+s.msg.HTML, "hurry") {
				t.Errorf("%s gets (%s)\n%s", s.Recipient, s.Template, s.msg.Text)
			}
		}
	})
}

// TestChaseOfLateVendor: in answer to the notice that a vendor is late a #chase reminds the
// vendor of what they were asked.
func TestChaseOfLateVendor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, n := onMonday(t, func(s *settings.Settings) { s.VendorWithin = 24 * time.Hour })
		b.agentWrites(alices, notify.TemplateNewTicket, "#ask "+vera+" The printer prints twice. Is there a newer release?\n")
		b.runTo("2000-01-05 12:00")
		b.agentWrites(alices, notify.TemplateVendorLate, "#chase 2x1d\n")
		b.runTo("2000-01-10 12:00")
		for _, s := range b.outbox()[n:] {
			if s.Template == string(notify.TemplateRefusal) {
				t.Errorf("alice reads\n%s", s.msg.Text)
			}
		}
	})
}

// TestPlannerOfPrivate: whoever planned something on a ticket that is private now reads nothing
// of it any more.
func TestPlannerOfPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, text := range []string{"#ifsilent 4d\n\nThe part is here.\n", "#later Friday 9:00\n\nThe part is here.\n"} {
			b, of, _ := onMonday(t, withHR)
			b.agentWrites(alices, notify.TemplateNewTicket, text)
			b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#queue hr\n#anyway\n")
			if got := b.ticket(of.ID); got.Queue != "hr" || got.Assignee != "" {
				t.Logf("queue %s, assignee %s", got.Queue, got.Assignee)
			}
			n := len(b.summary())
			b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: x", text: "My disease is a secret.\n"})
			b.runTo("2000-01-10 12:00")
			t.Log(b.since(n))
			for _, s := range b.outbox()[n:] {
				if s.Recipient == alices && strings.Contains(s.msg.Text, "disease") {
					t.Errorf("alice reads (%s)\n%s", s.Template, s.msg.Text)
				}
			}
		}
	})
}

// TestRatingEndsChase: what a requester writes to the address by which they rate is an
// answer: nobody is reminded any more.
func TestRatingEndsChase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, of, _ := onMonday(t)
		b.agentWrites(alices, notify.TemplateNewTicket, "#resolve\n\nDone.\n")
		b.deliver()
		solved := b.last(notify.TemplateResolution, ana)
		b.take(letter{from: ana, to: solved.answer(), subject: "Re: x", text: "It still drops.\n"})
		b.agentWrites(alices, notify.TemplateReopened, "#chase 2x1d\n\nWhich version do you have?\n")
		b.deliver()
		n := len(b.summary())
		b.take(letter{from: ana, to: actionOf(t, solved, "bad"), subject: "Re: x", text: "I have version 4, and it still drops. Please help.\n"})
		t.Log(b.since(n), b.ticket(of.ID).Status)
		b.runTo("2000-01-14 12:00")
		if got := b.got(ana, n); len(got) > 0 {
			t.Errorf("ana, who has answered, gets %q; the ticket is %s", got, b.ticket(of.ID).Status)
		}
	})
}
