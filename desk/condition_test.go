package desk_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestConditionTroubles: what waits too long in the store is told once, and once
// when it is over. Each row makes a trouble and ends it; the times are those of
// looking, after its beginning.
func TestConditionTroubles(t *testing.T) {
	for _, tt := range []struct {
		name       string
		begin, end func(*bench)
		early, due time.Duration // not told yet; told
		subject    string
	}{
		{
			"a mail is not handled",
			func(b *bench) { b.accept(letter{from: ana, to: support, subject: "VPN", text: "It drops.\n"}) },
			func(b *bench) { b.work() },
			4 * time.Minute, 6 * time.Minute, "mails are not handled",
		},
		{
			"a mail is not tried", func(b *bench) { b.request() }, func(b *bench) { b.deliver() },
			29 * time.Minute, 31 * time.Minute, "mails are not sent",
		},
		{
			"a mail is put off", func(b *bench) {
				b.request()
				now := time.Now()
				for _, m := range b.outbox() {
					b.outcome(ticket.Attempt{Outbox: m.ID, At: now, State: ticket.OutboxReady, NextAt: now.Add(24 * time.Hour), Host: "mx", Code: 451, Text: "4.3.2 later"})
				}
			}, func(b *bench) { time.Sleep(24 * time.Hour); b.deliver() },
			119 * time.Minute, 121 * time.Minute, "mails are not sent",
		},
		{
			"a requester is not told of the solution", func(b *bench) {
				b.request()
				b.deliver()
				b.agentWrites(alice, notify.TemplateNewTicket, "#resolve\nDone.\n")
				now := time.Now()
				m := b.last(notify.TemplateResolution, ana)
				b.outcome(ticket.Attempt{Outbox: m.ID, At: now, State: ticket.OutboxReady, NextAt: now.Add(25 * time.Hour), Host: "mx", Code: 451, Text: "4.3.2 later"})
			}, func(b *bench) { time.Sleep(25 * time.Hour); b.deliver() },
			23 * time.Hour, 25 * time.Hour, "requesters do not know that their matter is solved",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, withAdmin)
				tt.begin(b)
				begun := time.Now()
				look := func(at time.Time) int {
					t.Helper()
					if err := b.ObserveCondition(b.ctx, at); err != nil {
						t.Fatal(err)
					}
					n := 0
					for _, s := range b.toAdmin() {
						if s == tt.subject || s == "over: "+tt.subject {
							n++
						}
					}
					return n
				}
				if n := look(begun.Add(tt.early)); n != 0 {
					t.Errorf("after %v the admin got %d mails, want none", tt.early, n)
				}
				for range 2 {
					if n := look(begun.Add(tt.due)); n != 1 {
						t.Errorf("after %v the admin got %d mails, want one", tt.due, n)
					}
				}
				tt.end(b)
				if n := look(time.Now().Add(time.Minute)); n != 2 {
					t.Errorf("in the end the admin got %d mails, want two: %q", n, b.toAdmin())
				}
				if last := b.toAdmin(); !slices.Contains(last, "over: "+tt.subject) {
					t.Errorf("that it is over was not told: %q", last)
				}
			})
		})
	}
	faulttest.Seen(t, "T155", "backlog, untried and deferred outgoing mails, a resolution that was not told for a day, looked at before and after the bound",
		"the admin gets one mail when it begins and one when it is over, none before")
}

func (b *bench) outcome(a ticket.Attempt) {
	b.t.Helper()
	if err := b.Outcome(b.ctx, a); err != nil {
		b.t.Fatal(err)
	}
}

// TestHeldAnswersAreCounted: an answer that waits is a figure until it went out,
// was replaced, or the ticket is closed.
func TestHeldAnswersAreCounted(t *testing.T) {
	b := open(t)
	b.request()
	waits := func() (n int64) {
		b.view(func(r ticket.Reader) error {
			c, err := r.Condition(time.Now())
			n = c.HeldAnswers
			return err
		})
		return n
	}
	for _, tt := range []struct {
		text string
		want int64
	}{
		{"Please restart.\n#resolve\n", 1},
		{"Please restart it.\n#resolve\n", 2},
		{"#anyway\n", 2},   // which one?
		{"#anyway 3\n", 1}, // the first mail is the request
		{"#anyway 2\n", 0},
		{"Please restart once more.\n#resolve\n", 1},
		{"Just so.\n", 0},
	} {
		b.agentWrites(alice, notify.TemplateNewTicket, tt.text)
		if got := waits(); got != tt.want {
			t.Errorf("after %q %d answers wait, want %d", tt.text, got, tt.want)
		}
	}
}
