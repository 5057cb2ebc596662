package rota

import (
	"slices"
	"time"

	"maildesk/calendar"
)

// Rota is who is on call for some queues.
type Rota struct {
	Name      string
	Queues    []string
	Location  *time.Location // whose clock on the wall the hand-overs follow
	Layers    []Layer        // the first one that has somebody at a time counts
	Overrides []Override     // before all layers; of several the last one
	Invite    bool           // each shift is sent to its agent as an invitation
	Feed      string         // the file that has the shifts as a calendar; empty: none
}

// Layer is agents who take turns.
type Layer struct {
	Agents  []string
	Start   time.Time       // the day of the first hand-over, as midnight in UTC; nobody is on call before
	Minutes int             // of that day at which it is, on the wall: 540 is 09:00
	Turn    int             // minutes from one hand-over to the next, on the wall: 10080 is a week
	During  *calendar.Hours // on call only while it is open; nil: always
	Outside *calendar.Hours // on call only while it is not open; nil: always
}

// Override puts an agent on call from one moment to another, end excluded.
type Override struct {
	Agent       string
	From, Until time.Time
}

// Shift is a time for which one agent is on call, end excluded.
type Shift struct {
	Agent       string
	From, Until time.Time
}

// Away reports whether an agent cannot be on call at a moment; the next in turn is then.
// nil: everybody always can.
type Away func(agent string, at time.Time) bool

// At returns who is on call at a moment; empty: nobody is.
func (r Rota) At(at time.Time, away Away) string {
	for _, o := range slices.Backward(r.Overrides) {
		if !at.Before(o.From) && at.Before(o.Until) {
			if away == nil || !away(o.Agent, at) {
				return o.Agent
			}
		}
	}
	for _, l := range r.Layers {
		if agent := l.at(r.Location, at, away); agent != "" {
			return agent
		}
	}
	return ""
}

// at returns which of the layer's agents is on call.
func (l Layer) at(location *time.Location, at time.Time, away Away) string {
	if len(l.Agents) == 0 || l.During != nil && !l.During.Open(at) || l.Outside != nil && l.Outside.Open(at) {
		return ""
	}
	turn, begun := l.turn(location, at)
	if !begun {
		return ""
	}
	for i := range l.Agents {
		agent := l.Agents[(turn+i)%len(l.Agents)]
		if away == nil || !away(agent, at) {
			return agent
		}
	}
	return ""
}

// turn returns how many hand-overs there were after the first one; begun is false before
// that.
func (l Layer) turn(location *time.Location, at time.Time) (turn int, begun bool) {
	if l.Turn <= 0 {
		return 0, false
	}
	wall := at.In(location)
	minutes := int(date(wall).Sub(l.Start)/time.Minute) + wall.Hour()*60 + wall.Minute() - l.Minutes
	turn = minutes/l.Turn + 1 // where the clock was put back, it may show less than it has shown
	for turn >= 0 && l.handover(location, turn).After(at) {
		turn--
	}
	return turn, turn >= 0
}

// handover returns when a turn begins.
func (l Layer) handover(location *time.Location, turn int) time.Time {
	return calendar.OnWall(location, l.Start, l.Minutes+turn*l.Turn)
}

// date returns the day of a time on the wall, as midnight in UTC.
func date(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// Shifts returns who is on call from one moment to another, in order, without the times at
// which nobody is. What adjoins for one agent is one shift.
func (r Rota) Shifts(from, until time.Time, away Away) []Shift {
	var all []Shift
	edges := r.edges(from, until)
	for i, begin := range edges {
		end := until
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		agent := r.At(begin, away)
		last := len(all) - 1
		switch {
		case agent == "":
		case last >= 0 && all[last].Agent == agent && all[last].Until.Equal(begin):
			all[last].Until = end
		default:
			all = append(all, Shift{agent, begin, end})
		}
	}
	return all
}

// Turns returns what an agent has from one hand-over to the next, as the nights of a week,
// of all that ends after one moment and begins before another: from the begin of the first
// to the end of the last. Each begins where it does, whenever it is asked for.
func (r Rota) Turns(from, until time.Time, away Away) []Shift {
	origin := from
	for _, l := range r.Layers {
		if turn, begun := l.turn(r.Location, from); begun {
			if begin := l.handover(r.Location, turn); begin.Before(origin) {
				origin = begin
			}
		}
	}
	var all []Shift
	edges := r.edges(origin, until)
	for i, begin := range edges {
		end := until
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		agent, last := r.At(begin, away), len(all)-1
		switch {
		case agent == "":
		case last >= 0 && all[last].Agent == agent && !r.handsOver(all[last].From, begin):
			all[last].Until = end
		default:
			all = append(all, Shift{agent, begin, end})
		}
	}
	return slices.DeleteFunc(all, func(s Shift) bool { return !s.Until.After(from) })
}

// handsOver reports whether a layer hands over after one moment and not after another.
func (r Rota) handsOver(after, by time.Time) bool {
	return slices.ContainsFunc(r.Layers, func(l Layer) bool {
		turn, begun := l.turn(r.Location, by)
		return begun && l.handover(r.Location, turn).After(after)
	})
}

// edges returns from, and the moments after it and before until at which somebody else may
// be on call, in order: hand-overs, the begin and the end of overrides and of hours, and of
// days, as people are away by the day.
func (r Rota) edges(from, until time.Time) []time.Time {
	all := []time.Time{from}
	for _, o := range r.Overrides {
		all = append(all, o.From, o.Until)
	}
	for _, l := range r.Layers {
		for _, hours := range []*calendar.Hours{l.During, l.Outside} {
			if hours != nil {
				all = append(all, hours.Edges(from, until)...)
			}
		}
		turn, _ := l.turn(r.Location, from)
		for next := max(turn, -1) + 1; l.Turn > 0; next++ {
			at := l.handover(r.Location, next)
			if !at.Before(until) {
				break
			}
			all = append(all, at)
		}
	}
	for day := date(from.In(r.Location)); ; day = day.AddDate(0, 0, 1) {
		at := calendar.OnWall(r.Location, day, 0)
		if !at.Before(until) {
			break
		}
		all = append(all, at)
	}
	all = slices.DeleteFunc(all, func(t time.Time) bool { return t.Before(from) || !t.Before(until) })
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// Now returns the shift that a moment is in, up to its end, and the one after it; of which
// Agent is empty where there is none within a year.
func (r Rota) Now(at time.Time, away Away) (now, next Shift) {
	for _, days := range []int{15, 366} { // most hand over within a fortnight
		for _, s := range r.Shifts(at, at.AddDate(0, 0, days), away) {
			switch {
			case s.From.Equal(at):
				now = s
			case next.Agent == "":
				next = s
			}
		}
		if next.Agent != "" {
			break
		}
	}
	return now, next
}
