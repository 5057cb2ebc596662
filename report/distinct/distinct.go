// Package distinct makes figures that all differ, for tests of what prints them: swapped
// columns then show as a difference.
package distinct

import (
	"slices"
	"time"

	"maildesk/report"
	"maildesk/ticket"
)

// Sheet returns the figures of a week of November 2026.
//
// The times of a spread are ten, of 1 to 10 steps: its median is 5 steps, nine in ten are 9 steps or
// less, the longest is 10. A step is a minute more for each spread: of first responses 61 minutes, of next updates 62, of
// solutions 63. The backlog is 24 tickets, one a day older than the other, the youngest of one day; of 9 others, which were solved, nobody was told.
func Sheet() *report.Sheet {
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	week := report.Period{From: monday, To: monday.AddDate(0, 0, 7)}
	var facts []report.Fact
	times := func(n int, f report.Fact) {
		f.At = monday.Add(time.Hour)
		facts = append(facts, slices.Repeat([]report.Fact{f}, n)...)
	}
	for i := range time.Duration(10) {
		times(1, report.Fact{What: report.FirstResponse, Took: (i + 1) * 61 * time.Minute})
		times(1, report.Fact{What: report.NextUpdate, Took: (i + 1) * 62 * time.Minute})
		times(1, report.Fact{What: report.Solved, Took: (i + 1) * 63 * time.Minute, AtOnce: i < 6, Standing: report.Standing{Level: levels[i], Agent: agents[i]}})
	}
	for _, x := range []struct {
		n int
		report.Fact
	}{
		{101, report.Fact{What: report.Requested}}, {2, report.Fact{What: report.Merged}}, {7, report.Fact{What: report.Reopened}}, {43, report.Fact{What: report.Closed}},
		{11, report.Fact{What: report.Escalated, Reason: "no access"}}, {18, report.Fact{What: report.Escalated, Reason: "too hard"}}, {26, report.Fact{What: report.Bounced}},
		{31, report.Fact{What: report.RatedGood}}, {13, report.Fact{What: report.RatedBad}}, {8, report.Fact{What: report.Chased}}, {1, report.Fact{What: report.Worked, Took: 19 * time.Hour}},
		{32, report.Fact{What: report.Kept, Promise: ticket.TargetFirstResponse}}, {33, report.Fact{What: report.Kept, Promise: ticket.TargetUpdate}}, {34, report.Fact{What: report.Kept, Promise: ticket.TargetResolution}},
		{15, report.Fact{What: report.Broken, Promise: ticket.TargetFirstResponse}}, {16, report.Fact{What: report.Broken, Promise: ticket.TargetUpdate}}, {17, report.Fact{What: report.Broken, Promise: ticket.TargetResolution}},
	} {
		times(x.n, x.Fact)
	}
	counter := report.NewCounter(report.ByNothing, week)
	for day := range 24 {
		waits := lived(ticket.ID(day+1), week.To.AddDate(0, 0, -day-1))
		if day == 0 {
			waits.Facts = facts
		}
		counter.Add(waits)
	}
	for id := range ticket.ID(9) {
		counter.Add(lived(100+id, monday, ticket.Event{Kind: ticket.EventStatus, At: monday.Add(time.Hour), Actor: "alice", From: string(ticket.StatusOpen), To: string(ticket.StatusResolved)}))
	}
	return counter.Sheets[0]
}

// lived returns a ticket with what happened to it, without the facts that count.
func lived(id ticket.ID, made time.Time, events ...ticket.Event) report.Life {
	t := ticket.Ticket{ID: id, CreatedAt: made, Queue: "first-line", Subject: "Noise"}
	created := ticket.Event{Ticket: id, Kind: ticket.EventCreated, At: made, To: t.Queue, Number: 1}
	l := report.LifeOf(t, append([]ticket.Event{created}, events...), report.Terms{})
	l.Facts = nil
	return l
}

// levels and agents are those of the ten tickets that were solved: at level 1 five, at level 2 one, at level 3 four; without an
// agent three.
var (
	levels = [10]int{1, 1, 1, 1, 1, 2, 3, 3, 3, 3}
	agents = [10]string{"alice", "alice", "alice", "alice", "alice", "alice", "alice"}
)
