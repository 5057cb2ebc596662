package desk_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
)

// others returns settings with other rules.
func (b *bench) others(rules ...routing.Rule) *settings.Settings {
	b.t.Helper()
	s := *b.Settings()
	s.Routing.Rules = rules
	var err error
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		b.t.Fatal(err)
	}
	return &s
}

// replay returns "TICKET SUBJECT: what changes" of every mail, by its number.
func (b *bench) replay(since time.Time, others *settings.Settings) []string {
	b.t.Helper()
	var all []desk.Rejudged
	if err := b.Replay(b.ctx, since, others, func(r desk.Rejudged) { all = append(all, r) }); err != nil {
		b.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b desk.Rejudged) int { return cmp.Compare(a.Judgement.Mail, b.Judgement.Mail) })
	list := []string{}
	for _, r := range all {
		line := fmt.Sprintf("%d %s:", r.Judgement.Ticket, r.Subject)
		for _, c := range r.Old.Changes(r.New) {
			line += fmt.Sprintf(" %s %s→%s", c.What, c.Old, c.New)
		}
		list = append(list, line)
	}
	return list
}

// TestReplay: the history is judged on the facts of then, whatever became of
// the tickets since; nothing is changed.
func TestReplay(t *testing.T) {
	b := open(t)
	for _, subject := range []string{"My VPN is down", "Paper jam", "lottery", "Paper jam again"} {
		b.take(letter{from: ana, to: support, subject: subject, text: "Please help."})
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#queue sales\n#resolve\nDone.\n")
	b.take(letter{from: ana, to: "sales+x@example.org", subject: "An offer", text: "Please."})
	before := b.tally()

	same := b.others(b.Settings().Routing.Rules...)
	equal(t, "replay of the same rules", b.replay(time.Time{}, same),
		[]string{"1 My VPN is down:", "2 Paper jam:", "0 lottery:", "3 Paper jam again:", "4 An offer:"})
	others := b.others(
		routing.Rule{Name: "VPN", When: `subject contains "VPN"`, Category: "network", Priority: "urgent"},
		routing.Rule{Name: "again", When: `open_tickets == 2 and all_tickets == 2`, Tags: []string{"b", "a"}},
		routing.Rule{Name: "offers", When: `"sales@example.org" in recipients and open_tickets == 2`, Spam: true},
	)
	equal(t, "replay of other rules", b.replay(time.Time{}, others), []string{
		"1 My VPN is down: priority high→urgent", "2 Paper jam:", "0 lottery: spam true→false", "3 Paper jam again: tags →a, b", "4 An offer: spam false→true"})
	equal(t, "replay since tomorrow", b.replay(time.Now().Add(time.Hour), others), []string{})
	if after := b.tally(); !reflect.DeepEqual(after, before) {
		t.Errorf("after the replays %+v is kept, before %+v", after, before)
	}
}

// TestReplayStops: a cancelled replay ends, whatever its callers and workers do.
func TestReplayStops(t *testing.T) {
	b := open(t)
	for i := range 20 {
		b.take(letter{from: ana, to: support, subject: fmt.Sprintf("Mail %d", i), text: strings.Repeat("Help. ", 100)})
	}
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	err := b.Replay(ctx, time.Time{}, b.others(), func(desk.Rejudged) { n++; stop() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Replay that is stopped after the first of 20 mails = %v after %d, want context.Canceled", err, n)
	}
}
