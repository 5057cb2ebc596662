package routing

import (
	"fmt"
	"slices"
	"strings"
)

// What is done with what the history of the desk says of new requests.
const (
	LearnOff     = "off"     // nothing
	LearnSuggest = "suggest" // it is suggested to agents
	LearnRoute   = "route"   // a request that no rule gives a category gets it
)

// LearntRule stands among the rules of a decision whose category was learnt.
const LearntRule = "learnt"

// Learns reports whether anything is learnt, or suggested.
func (r *Rules) Learns() bool {
	return r.LearnsFields() || slices.ContainsFunc(r.desk.Categories, func(k Category) bool { return r.LearnOf(k.Name) != LearnOff })
}

// LearnsFields reports whether queues and priorities are suggested.
func (r *Rules) LearnsFields() bool { return r.desk.Learn != "" && r.desk.Learn != LearnOff }

// LearnOf returns what is done with guesses of a category: what it says itself, else its
// parents, nearest first, else the desk. A category that does not exist is not guessed.
func (r *Rules) LearnOf(category string) string {
	k, ok := r.categories[category]
	switch {
	case !ok:
		return LearnOff
	case k.Learn != "":
		return k.Learn
	case !r.LearnsFields():
		return LearnOff
	}
	return r.desk.Learn
}

// RouteLearnt is Route of a request of which the history of the desk says that it belongs
// to a category; empty: it says nothing. What is learnt comes after all rules: it counts
// where none of them sets a category, and the rest follows from it.
func (r *Rules) RouteLearnt(f Facts, category string) Decision {
	return r.route(f, func(d *Decision) {
		if _, ok := r.categories[category]; ok && d.Category == "" && !d.Spam && d.Ticket != TicketNo {
			d.Category, d.Rules = category, append(d.Rules, LearntRule)
		}
	})
}

func (c *checking) checkLearn() {
	c.wantLearn(SectionDesk, 0, "", c.desk.Learn, LearnOff, LearnSuggest)
	for i, k := range c.desk.Categories {
		c.wantLearn(SectionCategory, i, k.Name, k.Learn, LearnOff, LearnSuggest, LearnRoute)
	}
}

// wantLearn keeps a mistake when a value that is set is none of those that can be.
func (c *checking) wantLearn(s Section, i int, name, value string, all ...string) {
	if value == "" || slices.Contains(all, value) {
		return
	}
	remedy := "write one of " + strings.Join(all, ", ")
	if near := Closest(value, all); near != "" {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	c.mistake(s, i, name, "learn", -1, fmt.Sprintf("nothing is known that could be done by learn = %q", value), remedy)
}
