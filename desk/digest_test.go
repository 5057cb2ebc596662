package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/person"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// eight is when the agents of these tests are told what waits.
var eight = settings.Clock{Set: true, Hour: 8}

// withDigest has alice told at eight what waits.
func withDigest(s *settings.Settings) { s.Agents[0].Digest = eight }

// offersToSales has requests for offers go to another queue, which is bob's.
func offersToSales(s *settings.Settings) {
	s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "offers", When: `subject contains "Offer"`, Queue: "sales"})
}

// nextDay returns a time on the next working day, Monday to Friday.
func nextDay(b *bench, hour, minute int) time.Time {
	now := time.Now().UTC()
	for {
		now = now.AddDate(0, 0, 1)
		if b.Settings().WorksOn(now) {
			return time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, time.UTC)
		}
	}
}

// digests returns the digests that were made.
func (b *bench) digests() (all []sent) {
	b.t.Helper()
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateDigest) {
			all = append(all, s)
		}
	}
	return all
}

// TestDigest: what an agent is told of a day, once, at its time, and on working days only.
func TestDigest(t *testing.T) { synctest.Test(t, digestOnce) }

func digestOnce(t *testing.T) {
	b := open(t, withDigest, offersToSales, func(s *settings.Settings) {
		s.Agents[1].Absent = []settings.Days{{First: "2000-01-01", Last: "2000-12-31"}}
	})
	b.request() // 1 waits in first-line
	b.take(letter{from: ana, to: support, subject: "Scanner", text: "It is blind.\n"})
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n")
	b.take(letter{from: "kim@example.net", to: support, subject: "Mouse", text: "It squeaks.\n"})
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n#resolve\nDone.\n")
	solved := b.last(notify.TemplateResolution, "kim@example.net")
	b.take(letter{from: "kim@example.net", to: voteAt(solved, "bad"), subject: "x", text: "It took three weeks.\n"})
	b.take(letter{from: "kim@example.net", to: "sales@example.org", subject: "Offer", text: "How much?\n"}) // bob's

	day := nextDay(b, 0, 0)
	b.due(day.Add(8*time.Hour - time.Minute))
	if n := len(b.digests()); n != 0 {
		t.Fatalf("%d before its time", n)
	}
	b.due(day.Add(8*time.Hour + time.Minute))
	for i := range 3 {
		b.due(day.Add(time.Duration(9+i) * time.Hour))
	}
	all := b.digests()
	if len(all) != 1 || all[0].Recipient != aliceBox {
		t.Fatalf("%d digests, want one, to alice", len(all))
	}
	text := all[0].msg.Text
	for _, want := range []string{"Your requests: 1", "#2 Scanner", "Waiting in the queue first-line: 1", "#1 VPN drops", "What requesters say: 1", "#3 Mouse", "Not good", "It took three weeks.", "bob"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
	if who := (person.Case{Alone: []ticket.ID{2}, Subjects: []string{"Scanner"}}).Traces(); !who.Lists(all[0].Bytes) {
		t.Errorf("an erasure does not find the request that it lists in\n%s", text)
	}
	if strings.Contains(text, "Offer") {
		t.Errorf("it tells of another queue:\n%s", text)
	}
	if all[0].ReversePath == "" || all[0].Automatic {
		t.Errorf("the envelope is %+v", all[0].OutboxMail)
	}
	b.due(day.AddDate(0, 0, 1).Add(9 * time.Hour)) // Tuesday
	if now := b.digests(); len(now) != 2 || strings.Contains(now[1].msg.Text, "What requesters say") {
		t.Errorf("the next day there are %d, and the ratings are told again", len(now))
	}
}

// TestNoDigest: on days on which nobody works, to whom is away, and where there is nothing
// to say.
func TestNoDigest(t *testing.T) { synctest.Test(t, noDigest) }

func noDigest(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*settings.Settings)
		day    time.Time
		mails  bool
		want   int
	}{
		"a working day":     {withDigest, time.Date(2000, 1, 3, 8, 30, 0, 0, time.UTC), true, 1},
		"a Sunday":          {withDigest, time.Date(2000, 1, 2, 8, 30, 0, 0, time.UTC), true, 0},
		"nothing to say":    {withDigest, time.Date(2000, 1, 3, 8, 30, 0, 0, time.UTC), false, 0},
		"too late":          {withDigest, time.Date(2000, 1, 3, 15, 30, 0, 0, time.UTC), true, 0},
		"nobody wants one":  {func(*settings.Settings) {}, time.Date(2000, 1, 3, 8, 30, 0, 0, time.UTC), true, 0},
		"in quiet hours":    {func(s *settings.Settings) { withDigest(s); s.Agents[0].Quiet = quietAt(7, 9) }, time.Date(2000, 1, 3, 8, 30, 0, 0, time.UTC), true, 0},
		"after quiet hours": {func(s *settings.Settings) { withDigest(s); s.Agents[0].Quiet = quietAt(7, 9) }, time.Date(2000, 1, 3, 9, 30, 0, 0, time.UTC), true, 1},
		"a day off": {func(s *settings.Settings) {
			withDigest(s)
			s.Agents[0].Absent = []settings.Days{{First: "2000-01-03", Last: "2000-01-03"}}
		}, time.Date(2000, 1, 3, 8, 30, 0, 0, time.UTC), true, 0},
	} {
		b := open(t, tt.change)
		if tt.mails {
			b.request()
		}
		b.due(tt.day)
		b.due(tt.day.Add(time.Minute))
		if got := len(b.digests()); got != tt.want {
			t.Errorf("%s: %d digests, want %d", name, got, tt.want)
		}
	}
}

// quietAt returns quiet hours.
func quietAt(from, until int) []settings.QuietHours {
	return []settings.QuietHours{{From: settings.Clock{Set: true, Hour: from}, Until: settings.Clock{Set: true, Hour: until}}}
}

// TestDigestSurvives: two clocks at once, and one that begins again, send one.
func TestDigestSurvives(t *testing.T) {
	b := open(t, withDigest)
	b.request()
	at := nextDay(b, 8, 1)
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := b.Due(b.ctx, at)
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	again := openOn(t, b.db, "Example IT", withDigest)
	again.due(at.Add(time.Minute))
	if n := len(again.digests()); n != 1 {
		t.Errorf("%d digests, want 1", n)
	}
	b.sameRebuilt()
}

// TestQuietHours: notices in them wait, and come as one mail; a single one as it is.
func TestQuietHours(t *testing.T) { synctest.Test(t, quietHours) }

func quietHours(t *testing.T) {
	now := time.Now().UTC()
	quiet := func(s *settings.Settings) {
		s.Agents[0].Quiet = quietAt(now.Hour(), (now.Hour()+2)%24)
		s.Notices.Urgent = ticket.PriorityHigh
	}
	b := open(t, quiet)
	b.take(letter{from: ana, to: support, subject: "Printer", text: "It jams.\n"})
	urgent := b.request() // VPN: high
	m := b.take(letter{from: "kim@example.net", to: support, subject: "Mouse", text: "It squeaks.\n"})
	if got := b.toldNow("alice@example.org"); !slices.Equal(got, []string{fmt.Sprintf("new-ticket #%d", urgent.ID)}) {
		t.Errorf("alice is told at once of %v, want the urgent one", got)
	}
	if got := b.toldNow("bob@example.org"); len(got) != 3 {
		t.Errorf("bob has no quiet hours and is told of %v", got)
	}
	b.wait(3 * time.Hour)
	all := b.outbox()
	last := all[len(all)-1]
	if last.Template != string(notify.TemplateGathered) || last.Recipient != "alice@example.org" {
		t.Fatalf("what comes in the end is %s to %s", last.Template, last.Recipient)
	}
	for _, want := range []string{"#1 Printer", "New request #1", "It jams.", fmt.Sprintf("#%d Mouse", m.Ticket), "It squeaks."} {
		if !strings.Contains(last.msg.Text, want) {
			t.Errorf("there is no %q in\n%s", want, last.msg.Text)
		}
	}
	for _, s := range all {
		if s.Held != "" || s.Recipient == "alice@example.org" && s.Template == "new-ticket" && s.Ticket != urgent.ID && s.State != ticket.OutboxCancelled {
			t.Errorf("mail %d is %s, held %q", s.ID, s.State, s.Held)
		}
	}
	b.sound()
}

// TestOneQuietNotice: a single notice comes as it is.
func TestOneQuietNotice(t *testing.T) { synctest.Test(t, oneQuietNotice) }

func oneQuietNotice(t *testing.T) {
	now := time.Now().UTC()
	b := open(t, func(s *settings.Settings) { s.Agents[0].Quiet = quietAt(now.Hour(), (now.Hour()+2)%24) })
	b.request()
	b.wait(3 * time.Hour)
	if got := b.toldNow("alice@example.org"); !slices.Equal(got, []string{"new-ticket #1"}) {
		t.Errorf("alice is told of %v", got)
	}
}

// wait lets time pass, and sends what is due then.
func (b *bench) wait(d time.Duration) {
	b.t.Helper()
	time.Sleep(d)
	b.deliver()
}

// toldNow returns the notices to somebody that wait for nothing and are not cancelled.
func (b *bench) toldNow(who string) (all []string) {
	b.t.Helper()
	for _, s := range b.outbox() {
		if s.Recipient == who && s.Held == "" && s.State != ticket.OutboxCancelled {
			all = append(all, fmt.Sprintf("%s #%d", s.Template, s.Ticket))
		}
	}
	return all
}

// TestManyNewRequests: those of a queue beyond the bound come as one mail; each ticket is
// where it belongs, and no other queue is touched.
func TestManyNewRequests(t *testing.T) { synctest.Test(t, manyNewRequests) }

func manyNewRequests(t *testing.T) {
	b := open(t, offersToSales, func(s *settings.Settings) { s.Notices = settings.Notices{Many: 4, Within: time.Hour} })
	for i := range 12 {
		b.take(letter{from: fmt.Sprintf("p%d@example.net", i), to: support, subject: fmt.Sprintf("Matter %c", 'A'+i), text: fmt.Sprintf("Words of %c.\n", 'A'+i)})
	}
	b.take(letter{from: ana, to: "sales@example.org", subject: "Offer", text: "How much?\n"})
	told := b.toldNow("alice@example.org")
	if len(told) < 4 || len(told) > 8 { // the hour may change meanwhile
		t.Errorf("alice is told of %d one by one", len(told))
	}
	if got := b.toldNow("bob@example.org"); !slices.Contains(got, "new-ticket #13") {
		t.Errorf("bob is not told of the other queue: %v", got)
	}
	b.wait(2 * time.Hour)
	all := b.outbox()
	lists := slices.DeleteFunc(all, func(s sent) bool {
		return s.Template != string(notify.TemplateGathered) || s.Recipient != "alice@example.org"
	})
	if len(lists) != 1 {
		t.Fatalf("%d lists, want 1", len(lists))
	}
	for i := range 12 {
		one := slices.Contains(told, fmt.Sprintf("new-ticket #%d", i+1))
		listed := strings.Contains(lists[0].msg.Text, fmt.Sprintf("#%d Matter %c", i+1, 'A'+i)) && strings.Contains(lists[0].msg.Text, fmt.Sprintf("Words of %c.", 'A'+i))
		if one == listed {
			t.Errorf("request %d: told by itself %t, in the list %t", i+1, one, listed)
		}
	}
	b.sound()
}

// TestMute: whoever has muted a ticket hears nothing of it but what is for them; somebody
// always does.
func TestMute(t *testing.T) {
	const bobs = "bob@example.org"
	says := func(b *bench) {
		notice := b.last(notify.TemplateAcknowledgement, ana)
		b.take(letter{from: ana, to: notice.answer(), subject: notice.msg.Subject, text: "It still drops.\n"})
	}
	for _, tt := range []struct {
		name string
		does func(*bench)
		want []string
	}{
		{"a new message", says, []string{"message " + bobs}},
		{"muted and heard again", func(b *bench) {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#unmute\n")
			b.deliver()
			says(b)
		}, []string{"transcript alice@example.org", "message alice@example.org", "message " + bobs}},
		{"all have muted it", func(b *bench) {
			b.agentWrites(bobs, notify.TemplateNewTicket, "#mute\n")
			b.deliver()
			says(b)
		}, []string{"transcript " + bobs, "message alice@example.org", "message " + bobs}},
		{"it is assigned to her", func(b *bench) {
			b.agentWrites(bobs, notify.TemplateNewTicket, "#assign alice\n")
			b.deliver()
			says(b)
		}, []string{"transcript " + bobs, "assigned alice@example.org", "message alice@example.org"}},
		{"somebody names her", func(b *bench) {
			b.agentWrites(bobs, notify.TemplateNewTicket, "#note\n@Alice, do you know this?\n")
		}, []string{"note alice@example.org"}},
		{"a note for others", func(b *bench) {
			b.agentWrites(bobs, notify.TemplateNewTicket, "#note\nalice@example.org knows this.\n")
		}, []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			b.request()
			b.deliver()
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#mute\n")
			b.deliver()
			before := len(b.summary())
			tt.does(b)
			got := b.since(before)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
			b.sameRebuilt()
		})
	}
	b := open(t)
	b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n")
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#mute\n")
	if got := b.last(notify.TemplateRefusal, "alice@example.org"); !strings.Contains(got.msg.Text, "hands it on first") {
		t.Errorf("whoever has the ticket mutes it:\n%s", got.msg.Text)
	}
}

// TestNobodyIsToldOfTheirOwn: no agent is mailed what they did themselves.
func TestNobodyIsToldOfTheirOwn(t *testing.T) {
	const alices = "alice@example.org"
	for _, tt := range []struct {
		name string
		does func(*bench)
		not  []string // mails to alice that must not be
		want []string // and that must
	}{
		{"her own request", func(b *bench) {
			b.take(letter{from: alices, to: support, subject: "My screen", text: "It is black.\n", client: inside})
		}, []string{"new-ticket " + alices}, []string{"acknowledgement " + alices, "new-ticket bob@example.org"}},
		{"her own request goes on", func(b *bench) {
			b.take(letter{from: alices, to: support, subject: "My screen", text: "It is black.\n", client: inside})
			ack := b.last(notify.TemplateAcknowledgement, alices)
			b.take(letter{from: alices, to: ack.answer(), subject: ack.msg.Subject, text: "It flickers now.\n", client: inside})
		}, []string{"message " + alices}, []string{"message bob@example.org"}},
		{"in her name, by somebody else", func(b *bench) {
			b.take(letter{from: alices, to: support, subject: "My screen", text: "It is black.\n"})
		}, nil, []string{"new-ticket " + alices, "new-ticket bob@example.org"}},
		{"a note of hers", func(b *bench) {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#note\nAsk me.\n")
		}, []string{"note " + alices}, []string{"note bob@example.org"}},
		{"she takes it and hands it to her own queue", func(b *bench) {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#queue first-line\nLook at it, please.\n")
		}, []string{"assigned " + alices}, []string{"assigned bob@example.org"}},
	} {
		b := open(t, trustInside)
		tt.does(b)
		got := b.summary()
		for _, no := range tt.not {
			if slices.Contains(got, no) {
				t.Errorf("%s: there is %s", tt.name, no)
			}
		}
		for _, want := range tt.want {
			if !slices.Contains(got, want) {
				t.Errorf("%s: there is no %s in %v", tt.name, want, got)
			}
		}
	}
	alone := open(t, trustInside, func(s *settings.Settings) { s.Routing.Queues[0].Agents = []string{"alice"} })
	alone.take(letter{from: alices, to: support, subject: "My screen", text: "It is black.\n", client: inside})
	if !slices.Contains(alone.summary(), "new-ticket "+alices) {
		t.Error("nobody hears of the request of an agent who is alone")
	}
}
