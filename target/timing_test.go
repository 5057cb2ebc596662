package target

import (
	"slices"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/ticket"
)

// monday is nine o'clock on a Monday, when the office opens.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func office(t testing.TB) *calendar.Hours {
	t.Helper()
	h, wrong := calendar.New(calendar.Calendar{Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return h
}

// move is the event of a ticket that goes from one status to another, so long after monday.
func move(after time.Duration, from, to ticket.Status) ticket.Event {
	return ticket.Event{Kind: ticket.EventStatus, At: monday.Add(after), From: string(from), To: string(to)}
}

func TestTimings(t *testing.T) {
	promise := &Promise{FirstResponse: 2 * time.Hour, NextUpdate: 4 * time.Hour, Resolution: 8 * time.Hour, Hours: office(t)}
	answered := func(after time.Duration) ticket.Event {
		return ticket.Event{Kind: ticket.EventAnswered, At: monday.Add(after)}
	}
	told := func(kind ticket.EventKind, k ticket.TargetKind, after time.Duration) ticket.Event {
		return ticket.Event{Kind: kind, Topic: string(k), At: monday.Add(after)}
	}
	const first, update, resolution = ticket.TargetFirstResponse, ticket.TargetUpdate, ticket.TargetResolution
	type want struct {
		due  map[ticket.TargetKind]time.Duration // after monday; those that count, not done
		next map[ticket.TargetKind]time.Duration
		news map[ticket.TargetKind]ticket.EventKind
	}
	for _, tt := range []struct {
		name   string
		events []ticket.Event
		now    time.Duration
		want   want
	}{
		{
			name: "new", now: 0,
			want: want{
				due:  map[ticket.TargetKind]time.Duration{first: 2 * time.Hour, resolution: 8 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{first: 90 * time.Minute, resolution: 6 * time.Hour},
			},
		},
		{
			name: "warned", events: []ticket.Event{told(ticket.EventWarned, first, 90*time.Minute)}, now: 100 * time.Minute,
			want: want{
				due:  map[ticket.TargetKind]time.Duration{first: 2 * time.Hour, resolution: 8 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{first: 2 * time.Hour, resolution: 6 * time.Hour},
			},
		},
		{
			name: "nobody answered", events: []ticket.Event{told(ticket.EventBreached, first, 2*time.Hour)}, now: 3 * time.Hour,
			want: want{
				due:  map[ticket.TargetKind]time.Duration{first: 2 * time.Hour, resolution: 8 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{resolution: 6 * time.Hour},
			},
		},
		{
			name: "answered in time", events: []ticket.Event{answered(time.Hour)}, now: time.Hour,
			want: want{
				due:  map[ticket.TargetKind]time.Duration{update: 5 * time.Hour, resolution: 8 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{update: 4 * time.Hour, resolution: 6 * time.Hour},
				news: map[ticket.TargetKind]ticket.EventKind{first: ticket.EventMet},
			},
		},
		{
			name: "answered late", events: []ticket.Event{answered(3 * time.Hour)}, now: 3 * time.Hour,
			want: want{
				due:  map[ticket.TargetKind]time.Duration{update: 7 * time.Hour, resolution: 8 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{update: 6 * time.Hour, resolution: 6 * time.Hour},
				news: map[ticket.TargetKind]ticket.EventKind{first: ticket.EventBreached},
			},
		},
		{
			name: "the clock stands while the requester is asked", now: 3 * time.Hour,
			events: []ticket.Event{answered(time.Hour), move(time.Hour, ticket.StatusNew, ticket.StatusOpen), move(time.Hour, ticket.StatusOpen, ticket.StatusPending)},
		},
		{
			name: "and goes on", now: 24 * time.Hour,
			events: []ticket.Event{
				answered(time.Hour), move(time.Hour, ticket.StatusNew, ticket.StatusOpen), move(time.Hour, ticket.StatusOpen, ticket.StatusPending),
				move(24*time.Hour, ticket.StatusPending, ticket.StatusOpen),
			},
			want: want{
				due:  map[ticket.TargetKind]time.Duration{update: 28 * time.Hour, resolution: 31 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{update: 27 * time.Hour, resolution: 29 * time.Hour},
			},
		},
		{
			name: "resolved", now: 4 * time.Hour,
			events: []ticket.Event{answered(time.Hour), told(ticket.EventMet, first, time.Hour), move(4*time.Hour, ticket.StatusOpen, ticket.StatusResolved)},
			want:   want{news: map[ticket.TargetKind]ticket.EventKind{resolution: ticket.EventMet}},
		},
		{
			name: "reopened: all but the first response begins anew", now: 26 * time.Hour,
			events: []ticket.Event{
				answered(time.Hour), told(ticket.EventMet, first, time.Hour), move(4*time.Hour, ticket.StatusOpen, ticket.StatusResolved), told(ticket.EventMet, resolution, 4*time.Hour),
				move(24*time.Hour, ticket.StatusResolved, ticket.StatusOpen),
			},
			want: want{
				due:  map[ticket.TargetKind]time.Duration{update: 28 * time.Hour, resolution: 32 * time.Hour},
				next: map[ticket.TargetKind]time.Duration{update: 27 * time.Hour, resolution: 30 * time.Hour},
			},
		},
	} {
		now := monday.Add(tt.now)
		all, counts := Timings(promise, ticket.Ticket{CreatedAt: monday}, tt.events, now)
		if !counts {
			t.Errorf("%s: nothing counts", tt.name)
		}
		due, next, news := map[ticket.TargetKind]time.Duration{}, map[ticket.TargetKind]time.Duration{}, map[ticket.TargetKind]ticket.EventKind{}
		for _, x := range all {
			if x.Done.IsZero() && !x.Due.IsZero() {
				due[x.Kind] = x.Due.Sub(monday)
			}
			if !x.Next.IsZero() {
				next[x.Kind] = x.Next.Sub(monday)
			}
			if kind, is := x.News(now); is {
				news[x.Kind] = kind
			}
		}
		same(t, tt.name+": due", due, tt.want.due)
		same(t, tt.name+": next", next, tt.want.next)
		same(t, tt.name+": news", news, tt.want.news)
	}
}

func same[V comparable](t *testing.T, what string, got, want map[ticket.TargetKind]V) {
	t.Helper()
	for _, k := range ticket.TargetKinds {
		g, is := got[k]
		w, wanted := want[k]
		if is != wanted || g != w {
			t.Errorf("%s of the %s: %v (%t), want %v (%t)", what, k, g, is, w, wanted)
		}
	}
}

func TestNothingIsPromisedForHistory(t *testing.T) {
	promise := &Promise{Resolution: time.Hour, Hours: office(t)}
	imported := []ticket.Event{{Kind: ticket.EventNotAcknowledged, Reason: ticket.ReasonImport, At: monday}}
	if all, counts := Timings(promise, ticket.Ticket{CreatedAt: monday}, imported, monday); counts || len(all) > 0 {
		t.Errorf("an imported ticket has %v", all)
	}
}

func TestSetDue(t *testing.T) {
	hours := office(t)
	saturday := monday.Add(5 * 24 * time.Hour)
	all := []Timing{
		{Kind: ticket.TargetFirstResponse, Due: monday.Add(time.Hour), Done: monday},
		{Kind: ticket.TargetResolution, Due: saturday, Next: saturday},
	}
	for _, tt := range []struct {
		name    string
		mailing *calendar.Hours
		now     time.Time
		at      time.Time
	}{
		{"agents are written to at any time", nil, monday, saturday},
		{"in working hours", hours, monday, monday.Add(7 * 24 * time.Hour)},
		{"the moment has passed, at night", hours, saturday.Add(2 * 24 * time.Hour).Add(-time.Hour), monday.Add(7 * 24 * time.Hour)},
	} {
		got := ticket.Ticket{DueFirstResponse: monday, DueUpdate: monday}
		SetDue(&got, &Promise{Mailing: tt.mailing}, all, tt.now)
		if !got.TargetAt.Equal(tt.at) {
			t.Errorf("%s: the clock looks at %s, want %s", tt.name, got.TargetAt, tt.at)
		}
		if due := []bool{got.DueFirstResponse.IsZero(), got.DueUpdate.IsZero(), got.DueResolution.Equal(saturday)}; slices.Contains(due, false) {
			t.Errorf("%s: due at %s, %s, %s", tt.name, got.DueFirstResponse, got.DueUpdate, got.DueResolution)
		}
	}
}
