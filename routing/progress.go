package routing

import (
	"slices"

	"maildesk/routing/logic"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// The facts that change while the rules are tried: how the request stands after
// the rules above, with what follows from its category and its address.
const (
	categoryName = "category"
	priorityName = "priority"
	queueName    = "queue"
)

var progressNames = []string{categoryName, priorityName, queueName}

// progress lets the conditions that follow see what is decided so far.
func (t *trial) progress(d Decision) {
	d.Rules = nil
	t.mail.rules.complete(&d, t.mail.facts.Recipients)
	t.env[categoryName], t.env[priorityName], t.env[queueName] = d.Category, d.Priority, d.Queue
}

// ReadsProgress reports whether a condition asks for something that rules above
// it may set: what it comes to depends on where it stands.
func ReadsProgress(when string) bool {
	tree, err := parser.Parse(logic.Mend(when).Text)
	if err != nil {
		return false
	}
	names := &factNames{}
	ast.Walk(&tree.Node, names)
	return slices.ContainsFunc(progressNames, func(n string) bool { return slices.Contains(names.found, n) })
}
