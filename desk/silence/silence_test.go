package silence

import (
	"slices"
	"testing"
	"time"

	"maildesk/ticket"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// outbox is a Sent in memory: when automatic mails went out, all of them to the
// reader in question, what waits and what speaks against the reader.
type outbox struct {
	gone       []time.Time // oldest first
	held       []ticket.OutboxMail
	suppressed []ticket.Suppression
}

func (o outbox) Suppressions(...string) ([]ticket.Suppression, error) { return o.suppressed, nil }

func (o outbox) CountOutbox(q ticket.OutboxCount) (int, error) {
	return len(slices.DeleteFunc(slices.Clone(o.gone), func(at time.Time) bool { return at.Before(q.Since) })), nil
}

func (o outbox) AllowedBack(_ ticket.OutboxCount, n int) (time.Time, error) {
	if n > len(o.gone) {
		return time.Time{}, nil
	}
	return o.gone[len(o.gone)-n], nil
}

func (o outbox) HeldOutbox(ticket.HeldFilter) ([]ticket.OutboxMail, error) { return o.held, nil }

func TestRestrain(t *testing.T) {
	const ana = "ana@example.net"
	ago := func(minutes ...int) (all []time.Time) {
		for _, m := range minutes {
			all = append(all, noon.Add(-time.Duration(m)*time.Minute))
		}
		return all
	}
	against := func(cause ticket.Cause, until time.Time) []ticket.Suppression {
		return []ticket.Suppression{{Address: ana, Cause: cause, At: noon.Add(-time.Hour), Until: until}}
	}
	hour := Limits{SenderHour: 3}
	for _, tt := range []struct {
		name   string
		sent   outbox
		limits Limits
		waited bool
		want   Restraint
	}{
		{name: "nothing is known", want: Restraint{}},
		{name: "bounces", sent: outbox{suppressed: against(ticket.CauseBounce, noon.Add(time.Hour))}, want: Restraint{Reason: "suppressed-bounce"}},
		{name: "bounces of long ago", sent: outbox{suppressed: against(ticket.CauseBounce, noon.Add(-time.Minute))}},
		{name: "a loop", sent: outbox{suppressed: against(ticket.CauseLoop, noon.Add(time.Hour))}, want: Restraint{Reason: "suppressed-loop"}},
		{name: "a loop, but a ticket waits", sent: outbox{suppressed: against(ticket.CauseLoop, noon.Add(time.Hour))}, waited: true},
		{name: "bounces, and a ticket waits", sent: outbox{suppressed: against(ticket.CauseBounce, noon.Add(time.Hour))}, waited: true, want: Restraint{Reason: "suppressed-bounce"}},
		{name: "room", sent: outbox{gone: ago(90, 80, 70, 10)}, limits: hour},
		{name: "the last one", sent: outbox{gone: ago(30, 10)}, limits: hour, want: Restraint{Last: true}},
		{name: "no room until the first has left the hour", sent: outbox{gone: ago(30, 20, 10)}, limits: hour, want: Restraint{Reason: BudgetSenderHour, Key: ana, Until: noon.Add(30 * time.Minute)}},
		{name: "no room, and not before a spacing", sent: outbox{gone: ago(59, 58, 57)}, limits: hour, want: Restraint{Reason: BudgetSenderHour, Key: ana, Until: noon.Add(20 * time.Minute)}},
		{
			name: "another one waits", sent: outbox{gone: ago(59, 58, 57), held: []ticket.OutboxMail{{NextAt: noon.Add(50 * time.Minute)}}}, limits: hour,
			want: Restraint{Reason: BudgetSenderHour, Key: ana, Until: noon.Add(70 * time.Minute)},
		},
		{
			name: "many wait", sent: outbox{gone: ago(59, 58, 57), held: []ticket.OutboxMail{{NextAt: noon.Add(30 * time.Hour)}}}, limits: hour,
			want: Restraint{Reason: BudgetSenderHour, Key: ana, Until: noon.Add(MaxHold)},
		},
	} {
		got, err := Rules{Limits: tt.limits}.Restrain(tt.sent, Automatic{Address: ana, Standing: ticket.StandingProven, Waited: tt.waited}, noon)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestStrikes(t *testing.T) {
	const ana = "ana@example.net"
	var all []ticket.Suppression
	sign := func(at time.Time, rule Strikes) (ticket.Suppression, bool) {
		s, began := rule.Count(all, ana, ticket.CauseBounce, "550", at)
		all = []ticket.Suppression{s}
		return s, began
	}
	for _, step := range []struct {
		name    string
		after   time.Duration
		rule    Strikes
		strikes int
		active  bool
		began   bool
	}{
		{"the first", 0, TwoBounces, 1, false, false},
		{"the second, too late", 31 * day, TwoBounces, 1, false, false},
		{"the second in time", 40 * day, TwoBounces, 2, true, true},
		{"one more", 41 * day, TwoBounces, 3, true, false},
		{"there is no such mailbox, after months", 300 * day, NoSuchBox, 1, true, true},
		{"one that is only counted", 400 * day, Strikes{}, 1, false, false},
	} {
		at := noon.Add(step.after)
		s, began := sign(at, step.rule)
		if s.Strikes != step.strikes || s.Active(at) != step.active || began != step.began {
			t.Errorf("%s: %d strikes, active %t, began %t, want %d, %t, %t", step.name, s.Strikes, s.Active(at), began, step.strikes, step.active, step.began)
		}
	}
}

func TestAnswerSign(t *testing.T) {
	const receipt, words = "We have got your mail. Your ticket is 55.", "Our printer is fine, thank you."
	other := func(texts ...string) (all [][]string) {
		for _, s := range texts {
			all = append(all, []string{s})
		}
		return all
	}
	for _, tt := range []struct {
		name   string
		text   string
		after  time.Duration
		others [][]string
		want   string
	}{
		{"a receipt", receipt, time.Second, nil, ""},
		{"the second receipt", receipt, time.Hour, other("We have got your mail. Your ticket is 54."), LoopReceipt},
		{"two receipts for one mail", words, time.Hour, [][]string{{receipt, receipt}}, ""},
		{"the third equal answer", words, time.Hour, other(words, words), ""},
		{"the third, quick", words, time.Second, other(words, words), LoopSameText},
		{"the fourth", words, time.Hour, other(words, words, words), LoopSameText},
		{"four answers of which the numbers differ", "Case 4 is closed.", time.Hour, other("Case 1 is closed.", "Case 2 is closed.", "Case 3 is closed."), LoopSameText},
		{"four answers of a person", words, time.Second, other("It jams again.", "Still broken.", "Works."), ""},
	} {
		if got := AnswerSign(tt.text, tt.after, tt.others); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestReceiptSign(t *testing.T) {
	receipt := Words{"Ticket 55 received", "Thank you."}
	for n, want := range []struct {
		sign  string
		first bool
	}{{"", false}, {"", false}, {LoopReceipt, true}, {LoopReceipt, false}} {
		if sign, first := ReceiptSign(receipt, slices.Repeat([]Words{receipt}, n)); sign != want.sign || first != want.first {
			t.Errorf("after %d: %q, %t, want %q, %t", n, sign, first, want.sign, want.first)
		}
	}
	if sign, _ := ReceiptSign(Words{"Printer", "It jams."}, slices.Repeat([]Words{receipt}, 5)); sign != "" {
		t.Errorf("a person's mail after five receipts: %q", sign)
	}
}
