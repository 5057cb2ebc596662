package report_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/report"
	"maildesk/store"
	"maildesk/target"
	"maildesk/ticket"
)

// step is how far apart things happen in the year at least.
const step = 5 * time.Minute

// tally is the second count: who makes the year notes down what it means, and reads no
// event. Times are counted in steps of five minutes.
type tally struct {
	requests, merged, solved, atOnce, byThem, reopened, escalated, closed, backlog, uninformed, bounced, chased, good, bad int

	level                               [4]int
	worked                              time.Duration
	first, nextUpdate, resolution, ages []time.Duration
	kept, broken                        map[ticket.TargetKind]int
	reasons                             map[string]int
	left                                []aged // of the backlog
}

// aged is a ticket of the backlog.
type aged struct {
	id  ticket.ID
	age time.Duration
}

// book has the tallies of one period: of all, and of each group.
type book struct {
	report.Period
	of map[report.By]map[string]*tally
}

func newBook(from, to time.Time) *book {
	b := &book{Period: report.Period{From: from, To: to}, of: map[report.By]map[string]*tally{}}
	for _, by := range everyBy {
		b.of[by] = map[string]*tally{}
	}
	return b
}

var everyBy = append([]report.By{report.ByNothing}, report.Groups...)

// author makes tickets, five minutes at the least between what happens.
type author struct {
	r     *rand.Rand
	hours *calendar.Hours
	books []*book
	stop  time.Time // after the last of them

	t      ticket.Ticket
	events []ticket.Event
	now    time.Time
	mail   ticket.MailID // by which an agent answered last
	ignore bool          // none of its figures count
	worked time.Duration // while it waited for the desk, until now
	heard  time.Duration // of that, until the requester last heard from an agent or asked again
	broke  bool          // the promise of a next update, since then
	told   bool          // the requester knows that it is solved
	atOnce []*tally      // that count it as solved by the first answer
	rated  []*int        // that count its rating
}

var (
	staff    = []string{"bob", "eve", "kim"}
	queues   = []string{"", "first", "second", "third"} // by level
	subjects = []string{"", "network", "printing"}
	spoken   = []string{"", "de", "en"}
	homes    = []string{"ana@example.net", "ben@Example.COM", "kim@example.org"}
	causes   = []string{"above me", "needs the router", ""}
)

func pick[T any](a *author, of []T) T { return of[a.r.IntN(len(of))] }

// chance is one in n.
func (a *author) chance(n int) bool { return a.r.IntN(n) == 0 }

// tallies returns those of a book that count what an agent does where the ticket stands.
func (a *author) tallies(b *book, agent string) (all []*tally) {
	_, domain, _ := strings.Cut(strings.ToLower(a.t.Requester), "@")
	for by, group := range map[report.By]string{report.ByNothing: "", report.ByQueue: a.t.Queue, report.ByLevel: strconv.Itoa(a.t.Level), report.ByAgent: agent,
		report.ByCategory: a.t.Category, report.ByLanguage: a.t.Language, report.ByDomain: domain} {
		if b.of[by][group] == nil {
			b.of[by][group] = &tally{kept: map[ticket.TargetKind]int{}, broken: map[ticket.TargetKind]int{}, reasons: map[string]int{}}
		}
		all = append(all, b.of[by][group])
	}
	return all
}

// count notes down what an agent does now.
func (a *author) count(agent string, do func(*tally)) {
	for _, b := range a.books {
		if b.Holds(a.now) && !a.ignore {
			for _, t := range a.tallies(b, agent) {
				do(t)
			}
		}
	}
}

// pass lets time pass, at most so long. At the end of a period it notes down how the ticket
// stands: what happens at that very moment belongs to the next one.
func (a *author) pass(most time.Duration) {
	open := a.t.Status == ticket.StatusNew || a.t.Status == ticket.StatusOpen
	waits, untold := open || a.t.Status == ticket.StatusPending, a.t.Status == ticket.StatusResolved && !a.told
	for range 1 + a.r.IntN(int(most/step)) {
		if open && a.hours.Open(a.now) {
			a.worked += step
		}
		a.now = a.now.Add(step)
		for _, b := range a.books {
			if !b.To.Equal(a.now) || a.ignore || !waits && !untold {
				continue
			}
			for _, t := range a.tallies(b, a.t.Assignee) {
				if untold {
					t.uninformed++
					continue
				}
				t.backlog++
				t.ages = append(t.ages, b.To.Sub(a.t.CreatedAt))
				t.left = append(t.left, aged{a.t.ID, b.To.Sub(a.t.CreatedAt)})
			}
		}
	}
}

func (a *author) write(e ticket.Event) {
	e.Ticket, e.At = a.t.ID, a.now
	a.events = append(a.events, e)
}

// move changes the status. Where an answer goes with it, the status stands before the answer
// half of the time, as the desk writes it.
func (a *author) move(actor string, to ticket.Status) {
	a.write(ticket.Event{Kind: ticket.EventStatus, Actor: actor, From: string(a.t.Status), To: string(to)})
	a.t.Status = to
	last := len(a.events) - 1
	with := slices.IndexFunc(a.events, func(e ticket.Event) bool { return e.Kind == ticket.EventAnswered && e.At.Equal(a.now) })
	if with >= 0 && a.chance(2) {
		moved := a.events[last]
		moved.Mail = a.mail
		a.events = slices.Insert(a.events[:last], with, moved)
	}
}

// begin makes the ticket; one in thirty counts for nothing. It returns whether an agent wrote
// first.
func (a *author) begin() (begun bool) {
	a.write(ticket.Event{Kind: ticket.EventCreated, To: "first", Number: 1})
	switch {
	case a.chance(60):
		a.ignore, a.t.Tags = true, []string{"spam"}
	case a.chance(60):
		a.ignore = true
		a.write(ticket.Event{Kind: ticket.EventNotAcknowledged, Reason: ticket.ReasonImport})
	case a.chance(20):
		begun = true
		a.write(ticket.Event{Kind: ticket.EventRequester, Topic: ticket.RequestAddressed})
	}
	a.count("", func(t *tally) { t.requests++ })
	return begun
}

// small lets something small happen, or nothing.
func (a *author) small(answers int) {
	agent := pick(a, staff)
	switch a.r.IntN(8) {
	case 0:
		a.write(ticket.Event{Kind: ticket.EventAssigned, From: a.t.Assignee, To: agent})
		a.t.Assignee = agent
	case 1:
		minutes := 5 + a.r.IntN(100)
		a.write(ticket.Event{Kind: ticket.EventWorked, Actor: agent, Number: minutes})
		a.count(agent, func(t *tally) { t.worked += time.Duration(minutes) * time.Minute })
	case 2:
		a.write(ticket.Event{Kind: ticket.EventUndeliverable})
		a.count("", func(t *tally) { t.bounced++ })
	case 3:
		k := ticket.TargetFirstResponse
		if answers > 0 {
			k = ticket.TargetUpdate
			a.broke = true
		}
		a.promise(ticket.EventBreached, k)
	case 4:
		a.promise(ticket.EventBreached, ticket.TargetResolution)
	case 5: // nobody promised that
		a.write(ticket.Event{Kind: ticket.EventBreached, Topic: string(ticket.TargetResolution), Reason: ticket.ReasonNewTarget})
	}
}

// promise keeps or breaks a promise.
func (a *author) promise(kind ticket.EventKind, k ticket.TargetKind) {
	a.write(ticket.Event{Kind: kind, Topic: string(k)})
	a.count("", func(t *tally) {
		if kind == ticket.EventMet {
			t.kept[k]++
		} else {
			t.broken[k]++
		}
	})
}

// answer sends the n-th answer to the requester; one that agents began waited for no first one.
func (a *author) answer(agent string, n int, begun, silent bool) {
	if !silent {
		a.mail++
		a.write(ticket.Event{Kind: ticket.EventAnswered, Actor: agent, Mail: a.mail})
	}
	took := a.worked - a.heard
	switch {
	case n > 1:
		kept := !a.broke
		a.count(agent, func(t *tally) {
			t.nextUpdate = append(t.nextUpdate, took)
			if kept {
				t.kept[ticket.TargetUpdate]++
			}
		})
	case !begun:
		a.count(agent, func(t *tally) { t.first = append(t.first, a.worked) })
		a.promise(ticket.EventMet, ticket.TargetFirstResponse)
	}
	a.heard, a.broke = a.worked, false
}

// escalate hands the ticket on.
func (a *author) escalate(agent string) {
	why := pick(a, causes)
	a.write(ticket.Event{Kind: ticket.EventQueue, From: a.t.Queue, To: queues[a.t.Level+1]})
	a.t.Queue = queues[a.t.Level+1]
	a.write(ticket.Event{Kind: ticket.EventEscalated, Actor: agent, Reason: why})
	a.count(agent, func(t *tally) { t.escalated++; t.reasons[why]++ })
	a.write(ticket.Event{Kind: ticket.EventLevel, From: strconv.Itoa(a.t.Level), To: strconv.Itoa(a.t.Level + 1)})
	a.t.Level++
}

// resolve notes down a solution; atOnce is one by the first answer. agent is empty where the
// requester did it.
func (a *author) resolve(agent string, atOnce bool) {
	actor := agent
	if actor == "" {
		actor = a.t.Requester
	}
	a.count(agent, func(t *tally) {
		t.solved++
		t.level[a.t.Level]++
		t.resolution = append(t.resolution, a.worked)
		if agent == "" {
			t.byThem++
		}
		if atOnce {
			t.atOnce++
			a.atOnce = append(a.atOnce, t)
		}
	})
	a.move(actor, ticket.StatusResolved)
	if a.chance(2) {
		a.promise(ticket.EventMet, ticket.TargetResolution)
	}
	if a.told = !a.chance(10); a.told {
		a.write(ticket.Event{Kind: ticket.EventInformed})
	}
}

// rate has the requester rate, for the first time or again: the last one counts.
func (a *author) rate() {
	for _, n := range a.rated {
		*n--
	}
	a.rated = nil
	says, of := ticket.RatingGood, func(t *tally) *int { return &t.good }
	if a.chance(3) {
		says, of = ticket.RatingBad, func(t *tally) *int { return &t.bad }
	}
	a.write(ticket.Event{Kind: ticket.EventRated, To: says})
	a.count(a.t.Assignee, func(t *tally) {
		*of(t)++
		a.rated = append(a.rated, of(t))
	})
}

// reopen takes the solution back, and that it was one at once.
func (a *author) reopen() {
	for _, t := range a.atOnce {
		t.atOnce--
	}
	a.atOnce, a.told = nil, false
	a.count("", func(t *tally) { t.reopened++ })
	a.move(a.t.Requester, ticket.StatusOpen)
	a.heard, a.broke = a.worked, false
}

// live plays one ticket to its end, or until all periods are over.
func (a *author) live() {
	begun, answers, again := a.begin(), 0, false
	for a.pass(20 * time.Hour); a.now.Before(a.stop); a.pass(20 * time.Hour) {
		agent := pick(a, staff)
		switch {
		case a.chance(20):
			a.write(ticket.Event{Kind: ticket.EventMerged, Actor: agent, OtherTicket: 1})
			a.count(agent, func(t *tally) { t.merged++ })
			return
		case a.t.Level < 3 && a.chance(5):
			a.escalate(agent)
			again = true
			continue
		case a.chance(2):
			a.small(answers)
			continue
		case a.chance(15):
			a.resolve("", false)
		case a.chance(15):
			if answers == 0 { // solved without a word counts as an answer
				answers++
				a.answer(agent, 1, begun, true)
			}
			a.resolve(agent, answers == 1 && !again)
		default:
			answers++
			a.answer(agent, answers, begun, false)
			if a.chance(3) {
				a.ask(agent)
				continue
			}
			a.resolve(agent, answers == 1 && !again)
		}
		for a.pass(30 * time.Hour); a.chance(3); a.pass(30 * time.Hour) {
			a.rate()
		}
		if !a.chance(6) {
			a.count("", func(t *tally) { t.closed++ })
			a.move(ticket.ActorDesk, ticket.StatusClosed)
			a.t.ClosedAt = a.now
			return
		}
		a.reopen()
		again = true
	}
}

// comeBack has a mail come back after the end of a ticket, which changes nothing of it.
func (a *author) comeBack() {
	if a.t.Status != ticket.StatusClosed || !a.chance(10) {
		return
	}
	if a.pass(600 * time.Hour); !a.now.Before(a.stop) {
		return
	}
	a.write(ticket.Event{Kind: ticket.EventUndeliverable})
	a.count("", func(t *tally) { t.bounced++ })
}

// ask waits for the requester, who is reminded once in a while, and answers.
func (a *author) ask(agent string) {
	a.move(agent, ticket.StatusPending)
	for a.pass(60 * time.Hour); a.chance(3); a.pass(60 * time.Hour) {
		a.write(ticket.Event{Kind: ticket.EventReminded, Number: 1})
		a.count(a.t.Assignee, func(t *tally) { t.chased++ })
	}
	a.move(a.t.Requester, ticket.StatusOpen)
}

// TestYear recounts a made year of 10,000 tickets, which lie in a store, in a second way:
// every figure, of all and of each group, of the whole year and of two halves side by side.
func TestYear(t *testing.T) {
	hours, _ := calendar.New(calendar.Calendar{Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}, Country: "DE"})
	day := func(year int, month time.Month) time.Time { return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC) }
	halves := []*book{newBook(day(2025, 1), day(2025, 7)), newBook(day(2025, 7), day(2026, 1))}
	whole := []*book{newBook(day(2025, 1), day(2026, 1))}
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
				a := author{r: r, hours: hours, books: slices.Concat(halves, whole), stop: day(2026, 1).AddDate(0, 0, 3), now: made}
				a.t = ticket.Ticket{ID: ticket.ID(n), CreatedAt: made, Status: ticket.StatusNew, Queue: "first", Level: 1, Subject: "s", Requester: pick(&a, homes), Category: pick(&a, subjects), Language: pick(&a, spoken)}
				a.live()
				a.t.UpdatedAt = a.now
				a.comeBack()
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
	counters := map[report.By][2]*report.Counter{}
	var all []*report.Counter
	for _, by := range everyBy {
		counters[by] = [2]*report.Counter{report.NewCounter(by, halves[0].Period, halves[1].Period), report.NewCounter(by, whole[0].Period)}
		all = append(all, counters[by][0], counters[by][1])
	}
	promise := &target.Promise{NextUpdate: 8 * time.Hour, Hours: hours}
	err = db.View(context.Background(), func(r ticket.Reader) error {
		return report.Read(r, func(ticket.Ticket) report.Terms { return report.Terms{Promise: promise} }, all...)
	})
	if err != nil {
		t.Fatal(err)
	}
	for by, pair := range counters {
		for i, books := range [][]*book{halves, whole} {
			for n, b := range books {
				sheet := pair[i].Sheets[n]
				name := fmt.Sprintf("%s to %s", b.From.Format(time.DateOnly), b.To.Format(time.DateOnly))
				if by == report.ByNothing {
					compare(t, name, &sheet.Figures, b.of[by][""], i == 1)
					continue
				}
				if got, want := slices.Sorted(maps.Keys(sheet.Groups)), slices.Sorted(maps.Keys(b.of[by])); !slices.Equal(got, want) {
					t.Errorf("%s by %s: groups %q, want %q", name, by, got, want)
				}
				for group, want := range b.of[by] {
					if got := sheet.Groups[group]; got != nil {
						compare(t, fmt.Sprintf("%s, %s %q", name, by, group), got, want, false)
					}
				}
			}
		}
	}
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

// compare compares every figure; where all are counted, none may be zero.
func compare(t *testing.T, of string, f *report.Figures, want *tally, all bool) {
	t.Helper()
	first, update, solution := ticket.TargetFirstResponse, ticket.TargetUpdate, ticket.TargetResolution
	for name, x := range map[string][2]int{
		"requests": {f.Requests, want.requests}, "merged": {f.Merged, want.merged}, "solved": {f.Solved, want.solved}, "at once": {f.AtOnce, want.atOnce}, "without an agent": {f.ByThem, want.byThem},
		"level 1": {f.SolvedAt[1], want.level[1]}, "level 2": {f.SolvedAt[2], want.level[2]}, "level 3": {f.SolvedAt[3], want.level[3]},
		"reopened": {f.Reopened, want.reopened}, "closed": {f.Closed, want.closed}, "escalated": {f.Escalated, want.escalated}, "bounced": {f.Bounced, want.bounced},
		"rated good": {f.Good, want.good}, "rated bad": {f.Bad, want.bad}, "reminders": {f.Chased, want.chased}, "minutes booked": {int(f.Worked.Minutes()), int(want.worked.Minutes())},
		"backlog": {f.Backlog, want.backlog}, "not informed": {f.Uninformed, want.uninformed},
		"kept: first response": {f.Kept[first], want.kept[first]}, "kept: update": {f.Kept[update], want.kept[update]}, "kept: resolution": {f.Kept[solution], want.kept[solution]},
		"broken: first response": {f.Broken[first], want.broken[first]}, "broken: update": {f.Broken[update], want.broken[update]}, "broken: resolution": {f.Broken[solution], want.broken[solution]},
	} {
		if x[0] != x[1] || all && x[1] == 0 {
			t.Errorf("%s: %s: %d, counted another way %d", of, name, x[0], x[1])
		}
	}
	if !maps.Equal(f.Reasons, want.reasons) {
		t.Errorf("%s: reasons %v, counted another way %v", of, f.Reasons, want.reasons)
	}
	compareOldest(t, of, f, want)
	for name, x := range map[string]struct {
		got  *report.Spread
		want []time.Duration
	}{"first response": {&f.FirstResponse, want.first}, "next update": {&f.NextUpdate, want.nextUpdate}, "resolution": {&f.Resolution, want.resolution}, "age": {&f.Age, want.ages}} {
		slices.Sort(x.want)
		at := func(rank int) time.Duration {
			if len(x.want) == 0 {
				return 0
			}
			return x.want[max(rank, 1)-1]
		}
		n := len(x.want)
		if x.got.Count() != n || x.got.Median() != at((n+1)/2) || x.got.Late() != at((n*9+9)/10) || x.got.Longest() != at(n) {
			t.Errorf("%s: %s: %d times, median %v, nine in ten %v, longest %v; counted another way %d, %v, %v, %v", of, name, x.got.Count(), x.got.Median(), x.got.Late(), x.got.Longest(), n, at((n+1)/2), at((n*9+9)/10), at(n))
		}
	}
}

// compareOldest compares the tickets that wait longest, ten at most, with all that were left.
func compareOldest(t *testing.T, of string, f *report.Figures, want *tally) {
	t.Helper()
	if len(f.Oldest) != min(len(want.left), 10) {
		t.Errorf("%s: %d tickets wait longest, of %d", of, len(f.Oldest), len(want.left))
		return
	}
	slices.SortStableFunc(want.left, func(a, b aged) int { return cmp.Compare(b.age, a.age) })
	for i, x := range f.Oldest {
		if x.Age != want.left[i].age || !slices.Contains(want.left, aged{x.Ticket.ID, x.Age}) {
			t.Errorf("%s: #%d of the oldest is %d, after %v; counted another way %v", of, i+1, x.Ticket.ID, x.Age, want.left[i])
		}
	}
}
