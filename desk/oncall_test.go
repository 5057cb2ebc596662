package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

const bobAt = "bob@example.org"

// nights sets up a rota for the first line: alice and bob take turns of a week outside of the
// desk's hours, handed over on Monday at 09:00 in Berlin. bob begins on 2000-01-10.
func nights(s *settings.Settings) {
	withControl(s)
	promises(s)
	s.Routing.Targets = []routing.Target{{Name: "all", FirstResponse: "2h", Warn: "0", Calendar: "24x7", OutsideHours: true}}
	s.Routing.Rotas = []routing.Rota{{Name: "nights", Queues: []string{"first-line"}, Layers: []routing.RotaLayer{
		{Agents: []string{"alice", "bob"}, Start: "2000-01-03", Handover: "09:00", Turn: "7d", Outside: "office"},
	}}}
}

// told returns who is told what of the mails since n, but for requesters.
func (b *bench) told(n int) []string {
	return slices.DeleteFunc(b.since(n), func(s string) bool { return strings.HasSuffix(s, ana) })
}

// TestNightOfAQueue: by day the whole queue is told of what nobody has, at night who is on
// call.
func TestNightOfAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, nights)
		for _, tt := range []struct {
			at, what string
			told     []string
		}{
			{"2000-01-07 12:00", "Friday noon", []string{"new-ticket " + alice, "new-ticket " + bobAt}},
			{"2000-01-07 22:00", "Friday night", []string{"new-ticket " + alice}},
			{"2000-01-10 08:00", "Monday before the desk opens", []string{"new-ticket " + alice}},
			{"2000-01-10 22:00", "Monday night, after the hand-over", []string{"new-ticket " + bobAt}},
		} {
			b.until(tt.at)
			before := len(b.summary())
			m := b.take(letter{from: ana, to: support, subject: tt.what, text: "My mouse squeaks, " + tt.what + ".\n"})
			equal(t, tt.what, b.told(before), tt.told)
			before = len(b.summary())
			late := time.Now().Add(125 * time.Minute).In(zone(t, "Europe/Berlin"))
			b.until(late.Format("2006-01-02 15:04"))
			want := make([]string, len(tt.told))
			for i, line := range tt.told {
				want[i] = "overdue " + strings.TrimPrefix(line, "new-ticket ")
			}
			if tt.what == "Monday before the desk opens" { // it is late by day
				want = []string{"overdue " + alice, "overdue " + bobAt}
			}
			equal(t, tt.what+", late", b.told(before), want)
			b.agentWrites(alice, notify.TemplateOverdue, "#anyway\n#spam\n")
			if b.ticket(m.Ticket).Status != ticket.StatusClosed {
				b.writesOn(m.Ticket, bobAt, notify.TemplateOverdue, "#spam\n")
			}
		}
		b.sameRebuilt()
	})
}

// TestNightAway: whoever is away is not on call, and the next in turn is.
func TestNightAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, nights)
		b.until("2000-01-07 12:00")
		b.question(alice, "#away until 2000-01-09\n")
		b.until("2000-01-07 22:00")
		before := len(b.summary())
		b.request()
		equal(t, "told", b.told(before), []string{"new-ticket " + bobAt})
		b.sameRebuilt()
	})
}

// TestOnCall: who is on call is asked by mail, and changed by those whose queue it is.
func TestOnCall(t *testing.T) {
	for _, tt := range []struct{ who, text, says string }{ // on Friday 2000-01-07 at 12:00
		{alice, "oncall\n", "On call|nights nobody|next: alice, from 17:00 today"},
		{alice, "#oncall\n", "nights nobody"},
		{alice, "oncall nights\n", "nights nobody"},
		{alice, "oncall days\n", "there is no rota named \"days\""},
		{"carol@example.org", "bereitschaft\n", "Bereitschaft|nights niemand|danach: alice"},
		{alice, "#oncall bob until 20:00\noncall\n", "✓ #oncall bob until 20:00 – bob is on call until 20:00 today|nights bob"},
		{bobAt, "#oncall bob from Saturday 8:00 until Sunday\n", "bob is on call from 08:00 tomorrow until 00:00 on Monday"},
		{alice, "#oncall bob\n", "✗ #oncall bob – say until when"},
		{alice, "#oncall bbo until Friday\n", "did you mean bob?"},
		{alice, "#oncall bob until 2000-01-01\n", "is over"},
		{alice, "#oncall bob until 2002-01-01\n", "is more than a year away"},
		{alice, "#oncall days bob until Friday\n", "there is no rota named \"days\""},
		{alice, "#oncall carol until Friday\n", "both of you must belong to the queues of a rota"},
		{"carol@example.org", "#oncall bob until Freitag\n", "dafür müssen Sie beide zu den Warteschlangen"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, nights)
				b.until("2000-01-07 12:00")
				b.question(tt.who, tt.text)
				got := b.last(notify.TemplateAnswer, tt.who)
				for _, want := range strings.Split(tt.says, "|") {
					if !says(got, want) {
						t.Errorf("%q is not in the answer:\n%s", want, got.msg.Text)
					}
				}
			})
		})
	}
}

// TestOnCallOverride: an override by mail counts at once, is a fact of the journal, and can
// be written in reply to a notice; the answer has the shifts as a calendar.
func TestOnCallOverride(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, nights)
		b.until("2000-01-07 12:00")
		b.request()
		b.agentWrites(alice, notify.TemplateNewTicket, "#oncall bob from 20:00 until tomorrow 8:00\n")
		if got := b.last(notify.TemplateTranscript, alice); !says(got, "✓ #oncall bob from 20:00 until tomorrow 8:00") {
			t.Errorf("alice reads:\n%s", got.msg.Text)
		}
		for _, x := range [][2]string{{"2000-01-07 19:00", alice}, {"2000-01-07 21:00", bobAt}, {"2000-01-08 09:00", alice}} {
			at, want := x[0], x[1]
			b.until(at)
			before := len(b.summary())
			b.take(letter{from: ana, to: support, subject: "At " + at, text: "It squeaks at " + at + ".\n"})
			equal(t, at, slices.DeleteFunc(b.told(before), func(s string) bool { return !strings.HasPrefix(s, "new-ticket ") }), []string{"new-ticket " + want})
		}
		b.agentWrites(alice, notify.TemplateNewTicket, "#oncall\n")
		got := b.last(notify.TemplateAnswer, alice)
		if !says(got, "nights alice") || len(got.msg.Attachments) != 1 || !strings.Contains(string(got.msg.Attachments[0].Content), "SUMMARY:bob (nights)\r\n") {
			t.Errorf("alice reads, with %d files:\n%s", len(got.msg.Attachments), got.msg.Text)
		}
		b.sameRebuilt()
	})
}

// TestPrivateRota: the names of rotas of private queues are not told to others.
func TestPrivateRota(t *testing.T) {
	b := open(t, nights, func(s *settings.Settings) {
		s.Routing.Rotas = append(s.Routing.Rotas, routing.Rota{Name: "burnout-cases", Queues: []string{"hr"}, Layers: []routing.RotaLayer{{Agents: []string{"carol"}, Start: "2000-01-03", Handover: "09:00", Turn: "7d"}}})
	})
	for _, q := range []string{"#oncall xyz alice until Friday\n", "oncall xyz\n"} {
		b.question(alice, q)
		if text := b.last(notify.TemplateAnswer, alice).msg.Text; strings.Contains(strings.ReplaceAll(text, strings.TrimSpace(q), ""), "burnout-cases") {
			t.Errorf("%q: alice reads\n%s", q, text)
		}
	}
}
