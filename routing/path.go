package routing

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Queue returns the queue of a name, in any case; false when there is none.
func (r *Rules) Queue(name string) (Queue, bool) {
	if q, ok := r.queues[name]; ok {
		return q, true
	}
	i := slices.IndexFunc(r.desk.Queues, func(q Queue) bool { return strings.EqualFold(q.Name, name) })
	if i < 0 {
		return Queue{}, false
	}
	return r.desk.Queues[i], true
}

// QueueNames lists the names of the queues, in the order of the file.
func (r *Rules) QueueNames() []string {
	names := make([]string, 0, len(r.desk.Queues))
	for _, q := range r.desk.Queues {
		names = append(names, q.Name)
	}
	return names
}

// CategoryNames lists the names of the categories, in the order of the file.
func (r *Rules) CategoryNames() []string {
	names := make([]string, 0, len(r.desk.Categories))
	for _, k := range r.desk.Categories {
		names = append(names, k.Name)
	}
	return names
}

// Within reports whether a category is another one or below it.
func (r *Rules) Within(category, above string) bool {
	for category != "" { // the tree was checked: it has no circle
		if category == above {
			return true
		}
		category = r.categories[category].Parent
	}
	return false
}

// Fallback names the queue of everything that no rule sends elsewhere.
func (r *Rules) Fallback() string { return r.desk.Fallback }

// Path returns the queues through which a ticket is escalated, lowest level
// first: those of its category, its own or inherited. A ticket whose category
// has none, or that has no category, takes the path of the fallback while it is
// in one of its queues. Empty: it has no path, and stays where it is.
func (r *Rules) Path(category, queue string) []Queue {
	k, _ := r.Category(category)
	names := k.Path
	if len(names) == 0 && slices.ContainsFunc(r.fallbackPath, func(name string) bool { return strings.EqualFold(name, queue) }) {
		names = r.fallbackPath
	}
	path := make([]Queue, 0, len(names))
	for _, name := range names {
		path = append(path, r.queues[name])
	}
	return path
}

// SamePromises reports whether two sets of rules promise the same times for the
// same tickets.
func (r *Rules) SamePromises(other *Rules) bool {
	a, b := r.desk, other.desk
	return reflect.DeepEqual(a.Targets, b.Targets) && reflect.DeepEqual(a.Calendars, b.Calendars) && reflect.DeepEqual(a.Categories, b.Categories)
}

// checkFallbackPath finds the path of tickets without a category: what the
// admin says or, from the fallback up, the queues that are the only ones of
// their level. Where a level has several nobody can know which of them is meant.
func (c *checking) checkFallbackPath() {
	path := c.desk.FallbackPath
	if len(path) > 0 {
		c.checkPath(SectionDesk, 0, "", "fallback_path", path)
		if !slices.Contains(path, c.desk.Fallback) {
			c.mistake(SectionDesk, 0, "", "fallback_path", -1, fmt.Sprintf("the fallback %q is not on its own path", c.desk.Fallback),
				fmt.Sprintf("begin it with %q: these tickets lie there", c.desk.Fallback))
		}
		c.rules.fallbackPath = path
		return
	}
	path = []string{c.desk.Fallback}
	for level := c.rules.queues[c.desk.Fallback].Level + 1; level <= 3; level++ {
		var all []string
		for _, q := range c.desk.Queues {
			if q.Level == level {
				all = append(all, q.Name)
			}
		}
		if len(all) > 1 {
			break
		}
		path = append(path, all...)
	}
	if len(path) > 1 {
		c.rules.fallbackPath = path
	}
}
