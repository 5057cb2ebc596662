package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/ticket"
)

// counted returns the figures of January 2000, when stories happen, in words: those that are
// not nothing; of times how many there are, and their median.
func (b *bench) counted() string {
	b.t.Helper()
	zone := b.Settings().Zone()
	c := report.NewCounter(report.ByNothing, report.Period{From: time.Date(2000, 1, 1, 0, 0, 0, 0, zone), To: time.Date(2000, 2, 1, 0, 0, 0, 0, zone)})
	b.view(func(r ticket.Reader) error { return report.Read(r, b.Settings().Terms, c) })
	f := &c.Sheets[0].Figures
	var all []string
	for _, x := range []struct {
		name string
		n    int
	}{
		{"requests", f.Requests}, {"merged", f.Merged}, {"solved", f.Solved}, {"at once", f.AtOnce}, {"by them", f.ByThem}, {"at level 2", f.SolvedAt[2]}, {"reopened", f.Reopened},
		{"closed", f.Closed}, {"escalated", f.Escalated}, {"bounced", f.Bounced}, {"good", f.Good}, {"bad", f.Bad}, {"chased", f.Chased}, {"minutes booked", int(f.Worked.Minutes())},
		{"waiting", f.Backlog}, {"not informed", f.Uninformed},
	} {
		if x.n != 0 {
			all = append(all, fmt.Sprintf("%s %d", x.name, x.n))
		}
	}
	for _, x := range []struct {
		name string
		of   *report.Spread
	}{{"first", &f.FirstResponse}, {"update", &f.NextUpdate}, {"solution", &f.Resolution}} {
		if n := x.of.Count(); n != 0 {
			all = append(all, fmt.Sprintf("%s %d × %v", x.name, n, x.of.Median().Round(time.Minute)))
		}
	}
	return strings.Join(all, ", ")
}

// TestFiguresOfStories: what people write to a desk, and what figures make of the events that
// it writes. Ana asks on Monday at ten; the desk works from nine to five. All was counted by hand.
func TestFiguresOfStories(t *testing.T) {
	alice := func(b *bench, text string) { b.agentWrites(alices, notify.TemplateNewTicket, text); b.deliver() }
	answers := func(b *bench, from string, notice notify.Template, text string) {
		b.agentWrites(from, notice, text)
		b.deliver()
	}
	for _, tt := range []struct {
		name  string
		story func(b *bench)
		want  string
	}{
		{"waits", func(*bench) {}, "requests 1, waiting 1"},
		{"a note is no answer", func(b *bench) { alice(b, "#note\nThe line again.\n") }, "requests 1, waiting 1"},
		{"a held answer is none", func(b *bench) { alice(b, "Restart it.\n\n#take\n") }, "requests 1, waiting 1"},
		{"a held answer counts when it is released", func(b *bench) {
			alice(b, "Restart it.\n\n#take\n")
			b.runTo("2000-01-03 12:00")
			answers(b, alices, notify.TemplateHeld, "#anyway\n")
		}, "requests 1, waiting 1, first 1 × 2h0m0s"},
		{"a question, then solved with words", func(b *bench) {
			b.runTo("2000-01-03 11:00")
			alice(b, "Which room?\n")
			b.runTo("2000-01-03 13:00")
			alice(b, "#resolve\nDone.\n")
		}, "requests 1, solved 1, first 1 × 1h0m0s, update 1 × 2h0m0s, solution 1 × 3h0m0s"},
		{"a question, then closed with words", func(b *bench) {
			b.runTo("2000-01-03 11:00")
			alice(b, "Which room?\n")
			b.runTo("2000-01-03 13:00")
			alice(b, "#close\nDone.\n")
		}, "requests 1, solved 1, closed 1, first 1 × 1h0m0s, update 1 × 2h0m0s, solution 1 × 3h0m0s"},
		{"a question, then a held solution is released", func(b *bench) {
			b.runTo("2000-01-03 11:00")
			alice(b, "Which room?\n")
			b.runTo("2000-01-03 13:00")
			alice(b, "#resolve\nRestart it.\n\n#take\n")
			b.runTo("2000-01-03 14:00")
			answers(b, alices, notify.TemplateHeld, "#anyway\n")
		}, "requests 1, solved 1, first 1 × 1h0m0s, update 1 × 3h0m0s, solution 1 × 4h0m0s"},
		{"a question, then solved on Wednesday at nine", func(b *bench) {
			b.runTo("2000-01-03 11:00")
			alice(b, "Which room?\n")
			b.runTo("2000-01-03 13:00")
			alice(b, "#later Wednesday 9:00\n#resolve\n\nThe part is here.\n")
			b.runTo("2000-01-05 12:00")
		}, "requests 1, solved 1, first 1 × 1h0m0s, update 1 × 14h0m0s, solution 1 × 15h0m0s"},
		{"an answer that goes out on Wednesday", func(b *bench) {
			alice(b, "#later Wednesday 9:00\n\nThe part is here.\n")
			b.runTo("2000-01-05 12:00")
		}, "requests 1, waiting 1, first 1 × 15h0m0s"},
		{"an answer that goes out on Wednesday, on Tuesday", func(b *bench) {
			alice(b, "#later Wednesday 9:00\n\nThe part is here.\n")
			b.runTo("2000-01-04 12:00")
		}, "requests 1, waiting 1"},
		{"solved, and thanked for", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			alice(b, "#resolve\nDone.\n")
			b.take(letter{from: ana, to: b.last(notify.TemplateResolution, ana).answer(), subject: "Re: VPN drops", text: "Thanks a lot!\n"})
		}, "requests 1, solved 1, at once 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"solved, and something added", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			alice(b, "#resolve\nDone.\n")
			b.runTo("2000-01-03 13:00")
			alice(b, "And look at the tray.\n")
			b.runTo("2000-01-03 14:00")
			alice(b, "And at the door.\n")
		}, "requests 1, solved 1, at once 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"solved, and not content", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			alice(b, "#resolve\nDone.\n")
			b.runTo("2000-01-04 10:00")
			b.take(letter{from: ana, to: b.last(notify.TemplateResolution, ana).answer(), subject: "Re: VPN drops", text: "It still drops every ten minutes.\n"})
		}, "requests 1, solved 1, reopened 1, waiting 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"the solution comes back", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			b.agentWrites(alices, notify.TemplateNewTicket, "#resolve\nDone.\n")
			m, path := b.signed(notify.TemplateResolution, ana)
			b.comeBack(m, dsn{to: path, action: "failed", status: "5.1.1", said: "550 5.1.1 no such user"})
		}, "requests 1, solved 1, reopened 1, bounced 1, waiting 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"pending costs no time", func(b *bench) {
			b.runTo("2000-01-03 11:00")
			alice(b, "#pending\nWhich room?\n")
			b.runTo("2000-01-05 11:00")
			b.take(letter{from: ana, to: b.last(notify.TemplateReply, ana).answer(), subject: "Re: VPN drops", text: "It is room 4.\n"})
			b.runTo("2000-01-05 13:00")
			alice(b, "#resolve\nDone.\n")
		}, "requests 1, solved 1, first 1 × 1h0m0s, update 1 × 2h0m0s, solution 1 × 3h0m0s"},
		{"escalated, and solved above", func(b *bench) {
			alice(b, "#escalate needs the router\n")
			b.runTo("2000-01-03 12:00")
			answers(b, "carol@example.org", notify.TemplateEscalation, "#resolve\nDone.\n")
		}, "requests 1, solved 1, at level 2 1, escalated 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"taken back in time", func(b *bench) {
			b.agentWrites(alices, notify.TemplateNewTicket, "#resolve\nDone.\n")
			b.agentWrites(alices, notify.TemplateNewTicket, "#undo\n")
			b.runTo("2000-01-03 12:00")
		}, "requests 1, waiting 1"},
		{"rated twice", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			alice(b, "#close\nDone.\n")
			notice := b.last(notify.TemplateClosing, ana)
			for _, vote := range []string{"bad", "good"} {
				b.take(letter{from: ana, to: voteAt(notice, vote), subject: notice.msg.Subject})
			}
		}, "requests 1, solved 1, at once 1, closed 1, good 1, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"booked, and asked after three times", func(b *bench) {
			b.runTo("2000-01-03 12:00")
			alice(b, "#time 15m\n#chase 2d\nWhich room?\n")
			b.runTo("2000-01-20 12:00")
		}, "requests 1, solved 1, by them 1, chased 3, minutes booked 15, first 1 × 2h0m0s, solution 1 × 2h0m0s"},
		{"spam", func(b *bench) { alice(b, "#spam\n") }, ""},
		{"imported", func(b *bench) {
			if _, err := b.Import(b.ctx, ticket.Envelope{Unknown: true}, letter{from: ana, to: support, subject: "Old", text: "An old mail.\n", id: "<old@example.net>"}.bytes(), true); err != nil {
				b.t.Fatal(err)
			}
		}, "requests 1, waiting 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				window := time.Duration(0)
				if tt.name == "taken back in time" {
					window = time.Minute
				}
				b, of, _ := onMonday(t, undoWindow(window), func(s *settings.Settings) { s.TokenLife = 100 * 24 * time.Hour })
				tt.story(b)
				if got := b.counted(); got != tt.want {
					t.Errorf("counted were\n%s, by hand\n%s; the events are\n%s", got, tt.want, strings.Join(b.events(of.ID), "\n"))
				}
			})
		})
	}
}
