package config

import (
	"fmt"
	"slices"

	"maildesk/config/section"
	"maildesk/routing"
)

func (l *loader) readTarget(t *section.Table) {
	target := routing.Target{
		Name:          t.Needed("name", `add name = "urgent": it says for what the target is`),
		Priority:      t.Texts("priority"),
		Category:      t.Texts("category"),
		Queue:         t.Texts("queue"),
		FirstResponse: t.Text("first_response", ""),
		NextUpdate:    t.Text("next_update", ""),
		Resolution:    t.Text("resolution", ""),
		Warn:          t.Text("warn", ""),
		Calendar:      t.Text("calendar", ""),
		Escalate:      t.Flag("escalate"),
		OutsideHours:  t.Flag("outside_hours"),
	}
	t.Done()
	l.targets = append(l.targets, t)
	l.config.Routing.Targets = append(l.config.Routing.Targets, target)
}

// lintTargets finds targets that no ticket can have because an earlier one matches the
// same tickets.
func (l *loader) lintTargets() {
	all := l.config.Routing.Targets
	for i, t := range all {
		if l.givenByRule(t) {
			continue
		}
		above := slices.IndexFunc(all[:i], func(other routing.Target) bool {
			return !l.givenByRule(other) && covers(other.Priority, t.Priority) && covers(other.Category, t.Category) && covers(other.Queue, t.Queue)
		})
		if above >= 0 {
			l.targets[i].Warn("name", fmt.Sprintf("target %q is never used: %q above it fits the same tickets", t.Name, all[above].Name), "move it up: the first target that fits a ticket counts")
		}
	}
}

// givenByRule reports whether a rule chooses a target; then it applies to no other
// tickets.
func (l *loader) givenByRule(t routing.Target) bool {
	return slices.ContainsFunc(l.config.Routing.Rules, func(r routing.Rule) bool { return r.Target == t.Name })
}

// covers reports whether a list includes all of another; an empty list includes
// everything.
func covers(list, other []string) bool {
	if len(list) == 0 || len(other) == 0 {
		return len(list) == 0
	}
	return !slices.ContainsFunc(other, func(s string) bool { return !slices.Contains(list, s) })
}
