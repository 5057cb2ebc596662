package config

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/routing"
)

// lintRules finds rules that can never do anything.
func (l *loader) lintRules() {
	ends := ""                       // the rule that always ends the list
	stops := make(map[string]string) // condition → the rule that stops by it
	settled := make(map[string]string)
	for i, r := range l.config.Routing.Rules {
		t, when, fields := l.ruleTables[i], strings.TrimSpace(r.When), fieldsOf(r)
		always := when == "" || when == "true"
		switch {
		case ends != "":
			t.warn("name", fmt.Sprintf("rule %q can never fire: %q above it always stops", r.Name, ends), "move it up, or give the other a condition")
		case stops[when] != "":
			t.warn("name", fmt.Sprintf("rule %q can never fire: %q above it has the same condition and stops", r.Name, stops[when]), "make one rule of the two")
		case when == "false":
			t.warn("when", fmt.Sprintf("rule %q can never fire", r.Name), "remove it, or write # before its lines")
		case len(fields) == 0 && !adds(r):
			t.warn("name", fmt.Sprintf("rule %q sets nothing", r.Name), "say what it does: category, queue, priority, tags …")
		case !adds(r) && !slices.ContainsFunc(fields, func(f string) bool { return settled[f] == "" }):
			t.warn("name", fmt.Sprintf("rule %q can never change anything: %q above it always sets %s", r.Name, settled[fields[0]], fields[0]), "move it up: the first rule that sets a field wins")
		}
		if r.Stop && always && ends == "" {
			ends = r.Name
		}
		if r.Stop && stops[when] == "" {
			stops[when] = r.Name
		}
		for _, f := range fields {
			if always && settled[f] == "" {
				settled[f] = r.Name
			}
		}
	}
}

// fieldsOf gives the fields that a rule sets and of which the first wins.
func fieldsOf(r routing.Rule) []string {
	var all []string
	for _, f := range [...]struct{ name, value string }{
		{"category", r.Category}, {"kind", r.Kind}, {"priority", r.Priority}, {"queue", r.Queue},
		{"assignee", r.Assignee}, {"template", r.Template}, {"language", r.Language},
	} {
		if f.value != "" {
			all = append(all, f.name)
		}
	}
	return all
}

// adds reports whether a rule does something that no other can do before it.
func adds(r routing.Rule) bool {
	return len(r.Tags)+len(r.Onlookers) > 0 || r.Spam || r.NoAck || r.Stop
}
