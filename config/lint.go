package config

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/routing/logic"

	"maildesk/routing"
)

// stopper is a rule that ends the list, and when.
type stopper struct {
	name string
	when *logic.Logic
}

// lintRules finds rules that can never have an effect.
func (l *loader) lintRules() {
	var stoppers []stopper
	settled := make(map[string]string) // field → the rule that always sets it
	for i, r := range l.config.Routing.Rules {
		t, fields, when := l.ruleTables[i], fieldsOf(r), logic.Of(r.When)
		stands := !routing.ReadsProgress(r.When) // else its result depends on the rules in between
		above := slices.IndexFunc(stoppers, func(s stopper) bool { return stands && when.Implies(s.when) })
		never := when.Never()
		switch {
		case never != "":
			t.Warn("when", fmt.Sprintf("rule %q can never fire: %s", r.Name, never), "mend the condition, or remove the rule")
		case above >= 0:
			t.Warn("name", fmt.Sprintf("rule %q can never fire: %q above it stops whenever this one would", r.Name, stoppers[above].name), "move it up, or make one rule of the two")
		case len(fields) == 0 && !adds(r):
			t.Warn("name", fmt.Sprintf("rule %q sets nothing", r.Name), "say what it does: category, queue, priority, tags …")
		case !adds(r) && !slices.ContainsFunc(fields, func(f string) bool { return settled[f] == "" }):
			t.Warn("name", fmt.Sprintf("rule %q can never change anything: %q above it always sets %s", r.Name, settled[fields[0]], fields[0]), "move it up: the first rule that sets a field wins")
		}
		if never != "" {
			continue
		}
		if r.Stop && stands {
			stoppers = append(stoppers, stopper{r.Name, when})
		}
		for _, f := range fields {
			if always := strings.TrimSpace(r.When); (always == "" || always == "true") && settled[f] == "" {
				settled[f] = r.Name
			}
		}
	}
}

// fieldsOf returns the fields that a rule sets and for which the first rule wins.
func fieldsOf(r routing.Rule) []string {
	var all []string
	for _, f := range [...]struct{ name, value string }{
		{"category", r.Category}, {"kind", r.Kind}, {"priority", r.Priority}, {"queue", r.Queue},
		{"assignee", r.Assignee}, {"template", r.Template}, {"language", r.Language}, {"target", r.Target},
		{"ticket", r.Ticket}, {"requester", r.Requester}, {"thread", r.Thread},
	} {
		if f.value != "" {
			all = append(all, f.name)
		}
	}
	return all
}

// adds reports whether a rule has an effect that no earlier rule can preempt.
func adds(r routing.Rule) bool {
	return len(r.Tags)+len(r.Onlookers) > 0 || r.Spam || r.NoAck || r.Resolves || r.Stop
}
