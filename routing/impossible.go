package routing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// lowerCase are the facts that never have a capital letter.
var lowerCase = [...]string{"from", "from_domain", "to", "recipients", "reverse_path", "language", "class", "source", "helo", "importance", "spf", "dkim", "dmarc"}

// closedSets are the facts that can only have certain values.
var closedSets = map[string][]string{
	"source":       {"smtp", "imap", "pipe", "import"},
	"class":        {"person", "auto-reply", "auto-generated", "list", "bounce", "report", "spam"},
	importanceName: {"high", "normal", "low"},
	priorityName:   Priorities(),
}

// comparison refuses to compare a fact with a text that it can never be: the
// rule would never fire, or always, and nobody would notice.
func (l *limiter) comparison(n *ast.BinaryNode) {
	var whole bool // the text is the fact, not a part of it
	switch n.Operator {
	case "==", "!=", "in":
		whole = true
	case "contains", "startsWith", "endsWith":
	default:
		return
	}
	fact, texts := n.Left, n.Right
	if _, ok := fact.(*ast.StringNode); ok {
		fact, texts = texts, fact
	}
	name, ok := fact.(*ast.IdentifierNode)
	if !ok {
		return
	}
	all := []ast.Node{texts}
	if list, ok := texts.(*ast.ArrayNode); ok {
		all = list.Nodes
	}
	for _, node := range all {
		if text, ok := node.(*ast.StringNode); ok {
			l.possible(name.Value, text, whole)
		}
	}
}

// possible refuses a text that a fact can never be or, where it need not be
// whole, never have in it.
func (l *limiter) possible(fact string, text *ast.StringNode, whole bool) {
	if text.Value != strings.ToLower(text.Value) && slices.Contains(lowerCase[:], fact) {
		l.refuse(text, fmt.Sprintf("%s is always in lower case, never %q", fact, text.Value))
		return
	}
	set, closed := closedSets[fact]
	switch fact {
	case categoryName:
		set, closed = l.language.categories, true
	case queueName:
		set, closed = l.language.queues, true
	}
	if whole && closed && !slices.Contains(set, text.Value) && (fact == categoryName || fact == queueName) && text.Value != "" {
		l.refuse(text, fmt.Sprintf("there is no %s %q", fact, text.Value))
		return
	}
	if whole && closed && !slices.Contains(set, text.Value) && text.Value != "" {
		l.refuse(text, fmt.Sprintf("%s is never %q", fact, text.Value))
	}
	if whole && fact == "language" && len(text.Value) != 2 && text.Value != "" {
		l.refuse(text, fmt.Sprintf("language is never %q", text.Value))
	}
}

// neverRemedy returns what to write instead of an impossible text.
func neverRemedy(reason string) string {
	fact, _, _ := strings.Cut(reason, " ")
	switch {
	case strings.Contains(reason, "always in lower case"):
		return "write it in lower case"
	case fact == "language":
		return `write two letters (ISO 639-1), as in "de"; "" is unknown`
	}
	return "it is one of " + strings.Join(closedSets[fact], ", ")
}
