package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/report"
	"maildesk/store"
	"maildesk/ticket"
)

// tally is the second count: who makes the year notes down what it means, and reads no
// event. Times are counted in steps of five minutes.
type tally struct {
	requests, merged, solved, atOnce, reopened, escalated, closed, backlog, uninformed int
	level                                                                              [4]int
	first, resolution                                                                  []time.Duration
}

// author makes tickets of one year, five minutes at the least between what happens.
type author struct {
	r      *rand.Rand
	hours  *calendar.Hours
	period report.Period
	tally  *tally

	t      ticket.Ticket
	events []ticket.Event
	now    time.Time
	worked time.Duration // while it waited for the desk, until now
}

const step = 5 * time.Minute

// pass lets time pass, at most so long.
func (a *author) pass(most time.Duration, waitsForDesk bool) {
	for range 1 + a.r.IntN(int(most/step)) {
		if waitsForDesk && a.hours.Open(a.now) {
			a.worked += step
		}
		a.now = a.now.Add(step)
	}
}

func (a *author) write(e ticket.Event) {
	e.Ticket, e.At = a.t.ID, a.now
	a.events = append(a.events, e)
}

func (a *author) move(actor string, to ticket.Status) {
	a.write(ticket.Event{Kind: ticket.EventStatus, Actor: actor, From: string(a.t.Status), To: string(to)})
	a.t.Status = to
}

// within counts only what happens in the year.
func (a *author) within(n *int) {
	if a.period.Holds(a.now) {
		*n++
	}
}

// live plays one ticket to its end, or until the year is over.
func (a *author) live() {
	a.write(ticket.Event{Kind: ticket.EventCreated, To: "first", Number: 1})
	a.within(&a.tally.requests)
	level, escalated, answers, told := 1, false, 0, false
	end := func() bool { return !a.now.Before(a.period.To) }
	finish := func(merged bool) {
		open := a.t.Status != ticket.StatusResolved && a.t.Status != ticket.StatusClosed
		if open && !merged {
			a.tally.backlog++
		}
		if a.t.Status == ticket.StatusResolved && !told {
			a.tally.uninformed++
		}
	}
	for round := 0; ; round++ {
		a.pass(20*time.Hour, true)
		if end() {
			finish(false)
			return
		}
		if a.r.IntN(20) == 0 {
			a.write(ticket.Event{Kind: ticket.EventMerged, Actor: "bob", OtherTicket: 1})
			a.within(&a.tally.merged)
			finish(true)
			return
		}
		if level < 3 && a.r.IntN(4) == 0 {
			a.write(ticket.Event{Kind: ticket.EventEscalated, Actor: "bob", Reason: "above me"})
			a.write(ticket.Event{Kind: ticket.EventLevel, From: fmt.Sprint(level), To: fmt.Sprint(level + 1)})
			level, escalated = level+1, true
			a.within(&a.tally.escalated)
			continue
		}
		a.write(ticket.Event{Kind: ticket.EventAnswered, Actor: "bob"})
		if answers++; answers == 1 && a.period.Holds(a.now) {
			a.tally.first = append(a.tally.first, a.worked)
		}
		if a.r.IntN(3) == 0 { // ask back
			a.move("bob", ticket.StatusPending)
			a.pass(60*time.Hour, false)
			if end() {
				finish(false)
				return
			}
			a.move("ana@example.net", ticket.StatusOpen)
			continue
		}
		a.move("bob", ticket.StatusResolved)
		solvedInside := a.period.Holds(a.now)
		if solvedInside {
			a.tally.solved++
			a.tally.level[level]++
			a.tally.resolution = append(a.tally.resolution, a.worked)
		}
		if told = a.r.IntN(10) > 0; told {
			a.write(ticket.Event{Kind: ticket.EventInformed})
		}
		reopens := a.r.IntN(8) == 0
		if solvedInside && answers == 1 && !escalated && !reopens {
			a.tally.atOnce++
		}
		a.pass(40*time.Hour, false)
		if end() {
			if solvedInside && answers == 1 && !escalated && reopens {
				a.tally.atOnce++ // the year ends before anybody knows better
			}
			finish(false)
			return
		}
		if reopens {
			a.move("ana@example.net", ticket.StatusOpen)
			a.within(&a.tally.reopened)
			continue
		}
		if told {
			a.move(ticket.ActorDesk, ticket.StatusClosed)
			a.t.ClosedAt = a.now
			a.within(&a.tally.closed)
		}
		finish(false)
		return
	}
}

// TestYear recounts a made year of 10,000 tickets, which lie in a store, in a second way.
func TestYear(t *testing.T) {
	hours, _ := calendar.New(calendar.Calendar{Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}, Country: "DE"})
	year := report.Period{From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	var want tally
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := rand.New(rand.NewPCG(1, 2))
	const tickets, batch = 10_000, 500
	for first := 1; first <= tickets; first += batch {
		err := db.Update(t.Context(), func(tx ticket.Tx) error {
			for n := first; n < first+batch; n++ {
				made := time.Date(2024, 12, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(376*24*time.Hour/step))) * step)
				a := author{r: r, hours: hours, period: year, tally: &want, now: made,
					t: ticket.Ticket{ID: ticket.ID(n), CreatedAt: made, Status: ticket.StatusNew, Queue: "first", Level: 1, Subject: "s", Requester: "ana@example.net"}}
				a.live()
				a.t.UpdatedAt = a.now
				if err := keep(tx, a.t, a.events); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	c := report.NewCounter(report.ByNothing, year)
	err = db.View(context.Background(), func(r ticket.Reader) error {
		return report.Read(r, func(ticket.Ticket) report.Terms { return report.Terms{Hours: hours} }, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, &c.Sheets[0].Figures, &want)
}

func keep(tx ticket.Tx, made ticket.Ticket, events []ticket.Event) error {
	if _, err := tx.InsertTicket(made); err != nil {
		return err
	}
	for _, e := range events {
		if _, err := tx.AddEvent(e); err != nil {
			return err
		}
	}
	return nil
}

func compare(t *testing.T, f *report.Figures, want *tally) {
	t.Helper()
	for _, x := range []struct {
		name      string
		got, want int
	}{
		{"requests", f.Requests, want.requests}, {"merged", f.Merged, want.merged}, {"solved", f.Solved, want.solved}, {"at once", f.AtOnce, want.atOnce},
		{"reopened", f.Reopened, want.reopened}, {"escalated", f.Escalated, want.escalated}, {"closed", f.Closed, want.closed},
		{"backlog", f.Backlog, want.backlog}, {"uninformed", f.Uninformed, want.uninformed},
		{"level 1", f.SolvedAt[1], want.level[1]}, {"level 2", f.SolvedAt[2], want.level[2]}, {"level 3", f.SolvedAt[3], want.level[3]},
		{"first responses", f.FirstResponse.Count(), len(want.first)}, {"resolutions", f.Resolution.Count(), len(want.resolution)},
	} {
		if x.got != x.want || x.want == 0 {
			t.Errorf("%s: %d, counted another way %d", x.name, x.got, x.want)
		}
	}
	for _, x := range []struct {
		name string
		got  *report.Spread
		want []time.Duration
	}{{"first response", &f.FirstResponse, want.first}, {"resolution", &f.Resolution, want.resolution}} {
		slices.Sort(x.want)
		if median := x.want[(len(x.want)+1)/2-1]; x.got.Median() != median {
			t.Errorf("%s: median %v, counted another way %v", x.name, x.got.Median(), median)
		}
		if late := x.want[(len(x.want)*9+9)/10-1]; x.got.Late() != late {
			t.Errorf("%s: nine in ten %v, counted another way %v", x.name, x.got.Late(), late)
		}
	}
}
