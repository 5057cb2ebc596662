package routing

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Trial is what happened to one rule.
type Trial struct {
	Rule  string   `json:"rule"`
	When  string   `json:"when,omitempty"`
	Tried bool     `json:"tried"` // false: an earlier rule ended the list
	Fired bool     `json:"fired"`
	Why   string   `json:"why"`            // for people
	Sets  []string `json:"sets,omitempty"` // "queue = network", whether it fired or not
}

// Explain returns for each rule, in order, whether Route fires it and why. It is slow:
// some hundred microseconds per rule.
func (r *Rules) Explain(f Facts) []Trial {
	trials := make([]Trial, 0, len(r.rules))
	t, stopped, d := r.newTrial(f), "", Decision{}
	t.progress(d)
	var seen []Decision // by each condition
	for i := range r.rules {
		seen = append(seen, d)
		rule := &r.rules[i]
		trial := Trial{Rule: rule.Name, When: rule.When, Sets: rule.sets()}
		if stopped != "" {
			trial.Why = fmt.Sprintf("rule %q ended the list", stopped)
			trials = append(trials, trial)
			continue
		}
		fired, err := t.run(rule.when)
		trial.Tried, trial.Fired = true, fired
		switch {
		case err != nil:
			trial.Why = err.Error()
		case rule.when == nil:
			trial.Why = "it has no condition"
		}
		if fired {
			filled, missing := r.filled(rule, t.mail.groups)
			trial.Sets = append(filled.sets(), missing...)
			d.apply(&filled)
			t.progress(d)
		}
		if fired && rule.Stop {
			stopped = rule.Name
		}
		trials = append(trials, trial)
	}
	e := explainer{trial: r.newTrial(f), language: r.newLanguage()}
	for i := range trials { // apart, so that the reasons use up no rule's time
		if trials[i].Why == "" {
			e.trial.mail.watch = stopwatch{}
			e.trial.progress(seen[i])
			trials[i].Why = e.why(r.rules[i].when, trials[i].Fired)
		}
	}
	return trials
}

// explainer finds the reasons of conditions.
type explainer struct {
	trial    *trial
	language *language
	plurals  bool // of the condition that is explained
}

// sets returns what a rule sets.
func (r *Rule) sets() []string {
	var all []string
	add := func(key, value string) {
		if value != "" {
			all = append(all, key+" = "+value)
		}
	}
	yes := func(b bool) string {
		if b {
			return "true"
		}
		return ""
	}
	add("category", r.Category)
	add("kind", r.Kind)
	add("priority", r.Priority)
	add("queue", r.Queue)
	add("assignee", r.Assignee)
	add("tags", strings.Join(r.Tags, ", "))
	add("target", r.Target)
	add("template", r.Template)
	add("language", r.Language)
	add("onlookers", strings.Join(r.Onlookers, ", "))
	add("ticket", r.Ticket)
	add("requester", r.Requester)
	add("thread", r.Thread)
	add("resolves", yes(r.Resolves))
	add("spam", yes(r.Spam))
	add("no_ack", yes(r.NoAck))
	add("stop", yes(r.Stop))
	return all
}

// why returns the parts of a condition that made it true or false.
func (e *explainer) why(c *condition, fired bool) string {
	whole := fmt.Sprintf("the condition is %t", fired)
	e.plurals = c.plurals
	tree, err := parser.Parse(c.source)
	if err != nil {
		return whole
	}
	reasons, ok := e.reasons(tree.Node, fired)
	if !ok {
		return whole
	}
	return strings.Join(slices.Compact(reasons), "; ")
}

// reasons returns the parts of a condition that decide that its value is value.
// It is false when a part cannot stand alone.
func (e *explainer) reasons(n ast.Node, value bool) ([]string, bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return e.reasons(n.Node, !value)
		}
	case *ast.BinaryNode:
		and := n.Operator == "and" || n.Operator == "&&"
		if and || n.Operator == "or" || n.Operator == "||" {
			// "and" is false, and "or" is true, by the first part that is.
			return e.decisive(and != value, value, n.Left, n.Right)
		}
	}
	if len(n.String()) > 0 {
		return []string{fmt.Sprintf("%s is %t%s", n, value, shown(e.trial, n))}, true
	}
	return nil, false
}

// decisive returns the reasons of the parts: of the first that has the value when
// one is enough, else of all.
func (e *explainer) decisive(one, value bool, parts ...ast.Node) ([]string, bool) {
	var all []string
	for _, part := range parts {
		c, bad := e.language.compile(part.String(), e.plurals)
		if bad != nil {
			return nil, false
		}
		got, err := e.trial.run(c)
		if err != nil {
			return nil, false
		}
		if one && got != value {
			continue
		}
		reasons, ok := e.reasons(part, got)
		if !ok {
			return nil, false
		}
		if one {
			return reasons, true
		}
		all = append(all, reasons...)
	}
	return all, true
}

// known are the facts that everybody who reads an explanation has before them,
// or that are too long to show.
var known = [...]string{"subject", "body", "reply", "headers", "attachments"}

// shown returns the values of the short facts that a part uses.
func shown(t *trial, n ast.Node) string {
	if _, alone := n.(*ast.IdentifierNode); alone {
		return ""
	}
	names := &factNames{}
	ast.Walk(&n, names)
	var all []string
	for _, name := range names.found {
		value, ok := t.env[name]
		if _, function := functions[name]; function || !ok || slices.Contains(known[:], name) {
			continue
		}
		s := fmt.Sprintf("%v", value)
		if text, ok := value.(string); ok {
			s = fmt.Sprintf("%q", text)
		}
		if utf8.RuneCountInString(s) > 80 {
			s = string([]rune(s)[:79]) + "…"
		}
		all = append(all, fmt.Sprintf("%s: %s", name, s))
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// factNames collects the names that an expression reads.
type factNames struct{ found []string }

// Visit looks at one node.
func (v *factNames) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok && !slices.Contains(v.found, id.Value) {
		v.found = append(v.found, id.Value)
	}
}
