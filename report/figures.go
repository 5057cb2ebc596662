package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Period is a time from its beginning to its end, which is not included.
type Period struct{ From, To time.Time }

// Holds reports whether a time is within the period.
func (p Period) Holds(at time.Time) bool { return !at.Before(p.From) && at.Before(p.To) }

// Figures are the sums of one period. docs/figures.md defines each.
type Figures struct {
	Requests, Merged       int
	Solved, AtOnce, ByThem int    // of Solved: by the first answer; by the requester or by time, not by an agent
	SolvedAt               [4]int // by level; 0: not known
	Reopened, Closed       int
	Escalated, Bounced     int
	Good, Bad              int
	Chased                 int            // reminders of people who do not answer
	Worked                 time.Duration  // that agents booked
	Reasons                map[string]int // of escalations; see QueuesOf
	FirstResponse          Spread
	NextUpdate             Spread
	Resolution             Spread
	Kept, Broken           map[ticket.TargetKind]int
	Backlog, Uninformed    int    // at the end
	Age                    Spread // of the backlog at the end, around the clock
	Oldest                 []Old  // of the backlog at the end, the oldest first, at most ten

	queues map[string]map[string]bool // of the tickets that were escalated, by reason
}

// Old is a ticket of the backlog.
type Old struct {
	Ticket  ticket.Ticket
	Age     time.Duration
	Private bool // the subject is not for the reader
}

// mostOldest is how many of the oldest tickets in the backlog are listed.
const mostOldest = 10

func newFigures() *Figures {
	return &Figures{Reasons: map[string]int{}, queues: map[string]map[string]bool{}, Kept: map[ticket.TargetKind]int{}, Broken: map[ticket.TargetKind]int{}}
}

// add counts a fact of a ticket.
func (f *Figures) add(x Fact, of ticket.Ticket) {
	switch x.What {
	case Requested:
		f.Requests++
	case FirstResponse:
		f.FirstResponse.add(x.Took)
	case NextUpdate:
		f.NextUpdate.add(x.Took)
	case Solved:
		f.Solved++
		f.Resolution.add(x.Took)
		f.SolvedAt[min(max(x.Level, 0), 3)]++
		if x.AtOnce {
			f.AtOnce++
		}
		if x.Agent == "" {
			f.ByThem++
		}
	case Reopened:
		f.Reopened++
	case Closed:
		f.Closed++
	case Merged:
		f.Merged++
	case Escalated:
		f.Escalated++
		f.Reasons[x.Reason]++
		if f.queues[x.Reason] == nil {
			f.queues[x.Reason] = map[string]bool{}
		}
		f.queues[x.Reason][x.Queue], f.queues[x.Reason][of.Queue] = true, true
	case Kept:
		f.Kept[x.Promise]++
	case Broken:
		f.Broken[x.Promise]++
	case Bounced:
		f.Bounced++
	case RatedGood:
		f.Good++
	case RatedBad:
		f.Bad++
	case Chased:
		f.Chased++
	case Worked:
		f.Worked += x.Took
	}
}

// wait counts a ticket of the backlog.
func (f *Figures) wait(t ticket.Ticket, age time.Duration) {
	f.Backlog++
	f.Age.add(age)
	older := func(x Old, age time.Duration) int {
		if x.Age >= age {
			return -1
		}
		return 1
	}
	if i, _ := slices.BinarySearchFunc(f.Oldest, age, older); i < mostOldest {
		f.Oldest = slices.Insert(f.Oldest, i, Old{Ticket: t, Age: age})
		f.Oldest = f.Oldest[:min(len(f.Oldest), mostOldest)]
	}
}

// QueuesOf returns the queues, then and now, of the tickets that were escalated for a reason.
// The reason is in an agent's words: only those who may read all of these queues may read it.
func (f *Figures) QueuesOf(reason string) []string { return slices.Sorted(maps.Keys(f.queues[reason])) }

// TopReasons returns the most frequent reasons of escalations, the first ones first.
func (f *Figures) TopReasons(most int) []string {
	all := slices.SortedFunc(maps.Keys(f.Reasons), func(a, b string) int {
		if d := f.Reasons[b] - f.Reasons[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return all[:min(len(all), most)]
}
