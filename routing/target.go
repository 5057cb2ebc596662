package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/target"
)

// Target is one [[target]] block: a promise of time for the tickets that it
// fits. Times are written as working time of its calendar: "2h", "30m", "1d"
// (a working day), "1d4h"; empty promises nothing.
type Target struct {
	Name          string
	Priority      []string // of which tickets; empty: of every priority
	Category      []string // likewise, with what is below a category
	Queue         []string `json:",omitempty"` // likewise: in which the ticket lies
	FirstResponse string   // until an agent answers
	NextUpdate    string   // until the requester hears from an agent again
	Resolution    string
	Warn          string // how long before; empty: a quarter of the time
	Calendar      string // name, or calendar.AroundTheClock; empty: the desk's
	Escalate      bool   // hand the ticket on when a time is over
	OutsideHours  bool   // write to agents outside of working hours, too
}

// checkedTarget is a promise and the tickets that it fits.
type checkedTarget struct {
	Target
	promise target.Promise
	byRule  bool // rules give it, and nothing else does
}

// Promise returns what is promised for a ticket; nil is nothing. name is the
// target that a rule chose, which wins while there is one of that name.
func (r *Rules) Promise(name, priority, category, queue string) *target.Promise {
	if i := slices.IndexFunc(r.targets, func(t checkedTarget) bool { return name != "" && t.Name == name }); i >= 0 {
		return &r.targets[i].promise
	}
	for i := range r.targets {
		if r.targets[i].fits(r, priority, category, queue) {
			return &r.targets[i].promise
		}
	}
	return nil
}

// Promises reports whether anything is promised at all.
func (r *Rules) Promises() bool { return len(r.targets) > 0 }

func (t *checkedTarget) fits(r *Rules, priority, category, queue string) bool {
	if t.byRule || len(t.Priority) > 0 && !slices.Contains(t.Priority, priority) || len(t.Queue) > 0 && !slices.Contains(t.Queue, queue) {
		return false
	}
	if len(t.Category) == 0 {
		return true
	}
	return slices.ContainsFunc(t.Category, func(above string) bool { return r.Within(category, above) })
}

// checkTargets checks every target.
func (c *checking) checkTargets() {
	seen := make(map[string]bool)
	for i, t := range c.desk.Targets {
		if seen[t.Name] && t.Name != "" {
			c.mistake(SectionTarget, i, t.Name, "name", -1, fmt.Sprintf("there are two targets named %q", t.Name), "give one of them another name")
		}
		seen[t.Name] = true
		for j, p := range t.Priority {
			if !slices.Contains(Priorities(), p) {
				c.mistake(SectionTarget, i, t.Name, "priority", j, fmt.Sprintf("%q is not a priority", p), oneOfSet(p, Priorities()))
			}
		}
		for j, k := range t.Category {
			if _, ok := c.rules.categories[k]; !ok {
				c.mistake(SectionTarget, i, t.Name, "category", j, fmt.Sprintf("there is no category %q", k), oneOf(k, c.categoryNames(), "[[category]]"))
			}
		}
		for j, q := range t.Queue {
			c.wantQueue(SectionTarget, i, t.Name, "queue", j, q)
		}
		compiled := checkedTarget{Target: t, promise: target.Promise{Name: t.Name, Escalate: t.Escalate}}
		compiled.byRule = slices.ContainsFunc(c.desk.Rules, func(r Rule) bool { return t.Name != "" && r.Target == t.Name })
		c.checkTargetCalendar(i, t, &compiled.promise)
		if h := compiled.promise.Hours; h != nil && h.Week() > 0 { // else said of the calendar
			c.checkTimes(i, t, &compiled.promise)
		}
		c.rules.targets = append(c.rules.targets, compiled)
	}
}

// checkTargetCalendar finds the hours in which a target counts, and those in
// which agents are written to.
func (c *checking) checkTargetCalendar(i int, t Target, p *target.Promise) {
	switch {
	case t.Calendar == "" && c.rules.calendar == nil:
		c.mistake(SectionTarget, i, t.Name, "calendar", -1, "a target counts working time, and the desk has no calendar",
			fmt.Sprintf("add a [[calendar]] block, or calendar = %q here for around the clock", calendar.AroundTheClock))
		return
	case t.Calendar == "":
		p.Hours = c.rules.calendar
	default:
		p.Hours = c.rules.hours[t.Calendar]
	}
	if p.Hours == nil {
		names := []string{calendar.AroundTheClock}
		for _, k := range c.desk.Calendars {
			names = append(names, k.Name)
		}
		c.mistake(SectionTarget, i, t.Name, "calendar", -1, fmt.Sprintf("there is no calendar %q", t.Calendar), oneOf(t.Calendar, names, "[[calendar]]"))
		return
	}
	if t.OutsideHours {
		return
	}
	p.Mailing = p.Hours
	if t.Calendar == calendar.AroundTheClock {
		p.Mailing = c.rules.calendar // agents sleep though the clock does not
	}
}

// checkTimes reads what a target promises.
func (c *checking) checkTimes(i int, t Target, p *target.Promise) {
	if t.FirstResponse+t.NextUpdate+t.Resolution == "" {
		c.mistake(SectionTarget, i, t.Name, "name", -1, fmt.Sprintf("target %q promises nothing", t.Name), `add first_response = "2h", next_update or resolution`)
	}
	read := func(key, text string, into *time.Duration) {
		if text == "" {
			return
		}
		d, err := p.Hours.ParseDuration(text)
		if err != nil {
			c.mistake(SectionTarget, i, t.Name, key, -1, err.Error(), `write working time as "30m", "2h", "1d" (a working day) or "1d4h"`)
			return
		}
		*into = d
	}
	read("first_response", t.FirstResponse, &p.FirstResponse)
	read("next_update", t.NextUpdate, &p.NextUpdate)
	read("resolution", t.Resolution, &p.Resolution)
	if p.Resolution > 0 && p.FirstResponse > p.Resolution {
		c.mistake(SectionTarget, i, t.Name, "first_response", -1, "the first response has more time than the resolution", "a solution is an answer, too: promise the answer earlier")
	}
	if t.Warn == "0" || t.Warn == "0s" {
		p.Warn = -1
		return
	}
	read("warn", t.Warn, &p.Warn)
	for _, d := range []time.Duration{p.FirstResponse, p.NextUpdate, p.Resolution} {
		if d > 0 && p.Warn >= d {
			c.mistake(SectionTarget, i, t.Name, "warn", -1, "warn is not shorter than what is promised", "a warning comes before the time is over: make it shorter, or leave warn out for a quarter of each time")
			return
		}
	}
}

// oneOfSet is the remedy for a word that is not in a closed set.
func oneOfSet(word string, set []string) string {
	if near := Closest(word, set); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "write one of " + strings.Join(set, ", ")
}

func (c *checking) categoryNames() []string {
	names := make([]string, 0, len(c.desk.Categories))
	for _, k := range c.desk.Categories {
		names = append(names, k.Name)
	}
	return names
}
