package routing

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"maildesk/routing/search"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// limiter refuses what could not be bounded at run time.
type limiter struct {
	language *language
	err      *file.Error
}

// Visit looks at one node of the tree as it was written.
func (l *limiter) Visit(node *ast.Node) {
	if l.err != nil {
		return
	}
	switch n := (*node).(type) {
	case *ast.BuiltinNode: // those with a predicate cannot be disabled
		if !slices.Contains(builtins[:], n.Name) {
			l.refuse(n, fmt.Sprintf("%s cannot be used in a condition", n.Name))
			return
		}
		l.time(n)
	case *ast.IdentifierNode:
		if strings.HasPrefix(n.Value, "$") { // ours, and expr's own $env
			l.refuse(n, "unknown name "+n.Value)
		}
		if n.Value == hoursName && !l.language.hours {
			l.refuse(n, "working_hours needs a [[calendar]]")
		}
	case *ast.CallNode:
		l.call(n)
	case *ast.BinaryNode:
		l.binary(n)
	}
}

// call checks what must be written out for the functions.
func (l *limiter) call(n *ast.CallNode) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return
	}
	l.pointless(name.Value, n)
	if len(n.Arguments) < 2 || l.err != nil {
		return
	}
	for _, a := range n.Arguments[1:] {
		text, constant := a.(*ast.StringNode)
		switch {
		case !constant && (functions[name.Value].prepare != nil || name.Value == "in_list"):
			l.refuse(a, fmt.Sprintf("what %s looks for must be written out in quotes", name.Value))
		case name.Value == "in_list" && !slices.Contains(l.language.lists, text.Value):
			l.refuse(a, fmt.Sprintf("there is no list %q", text.Value))
		case name.Value == "in_network":
			if _, err := netip.ParsePrefix(text.Value); err != nil {
				l.refuse(a, fmt.Sprintf("%q is not a network", text.Value))
			}
		}
	}
}

// pointless refuses a call that can never find anything.
func (l *limiter) pointless(name string, n *ast.CallNode) {
	switch name {
	case "has_word", "in_domain", "in_network":
		if len(n.Arguments) == 1 {
			l.refuse(n, fmt.Sprintf("%s looks for nothing, so it is never true", name))
		}
	case "header":
		text, ok := first(n.Arguments).(*ast.StringNode)
		switch {
		case !ok:
		case strings.Trim(text.Value, " :") == "":
			l.refuse(text, "header names no field, so it is always empty")
		case strings.ContainsFunc(text.Value, notInFieldName):
			l.refuse(text, fmt.Sprintf("%q is not a name of a field, so header is always empty", text.Value))
		}
	}
	if name != "has_word" || l.err != nil {
		return
	}
	for _, a := range n.Arguments[1:] {
		if text, ok := a.(*ast.StringNode); ok && strings.TrimSpace(search.Spaced(text.Value)) == "" {
			l.refuse(a, fmt.Sprintf("%q has neither letters nor digits, so has_word never finds it", text.Value))
			return
		}
	}
}

func first(nodes []ast.Node) ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// dateForms are those that date of expr-lang reads.
var dateForms = []string{time.DateOnly, time.TimeOnly, time.DateTime, time.RFC3339, time.RFC822, time.RFC850, time.RFC1123}

// time refuses a date or a duration that is none: the rule would fail for every
// mail.
func (l *limiter) time(n *ast.BuiltinNode) {
	text, ok := first(n.Arguments).(*ast.StringNode)
	if !ok {
		return
	}
	switch {
	case n.Name == "date" && len(n.Arguments) == 1:
		if !slices.ContainsFunc(dateForms, func(form string) bool { _, err := time.Parse(form, text.Value); return err == nil }) {
			l.refuse(text, fmt.Sprintf("%q is not a date", text.Value))
		}
	case n.Name == "duration":
		if _, err := time.ParseDuration(text.Value); err != nil {
			l.refuse(text, fmt.Sprintf("%q is not a duration", text.Value))
		}
	}
}

func (l *limiter) binary(n *ast.BinaryNode) {
	l.comparison(n)
	switch n.Operator {
	case "matches":
		if _, constant := n.Right.(*ast.StringNode); !constant {
			l.refuse(n.Right, "the pattern of matches must be written out in quotes")
		}
	case "+":
		if t := n.Type(); t != nil && t.Kind() == reflect.String {
			l.refuse(n, "texts cannot be added in a condition")
		}
	}
}

func (l *limiter) refuse(n ast.Node, reason string) {
	l.err = &file.Error{Location: n.Location(), Message: reason}
}

// bounds builds the stopwatch into loops and patterns, and prepares what is
// written out.
type bounds struct{ plurals bool }

// Visit rewrites one node.
func (b bounds) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.PredicateNode:
		n.Node = &ast.SequenceNode{Nodes: []ast.Node{call(tickName), n.Node}}
	case *ast.BinaryNode:
		constant, ok := n.Right.(*ast.StringNode)
		if !ok {
			return
		}
		switch n.Operator {
		case "matches":
			if p, err := search.NewPattern(constant.Value); err == nil {
				ast.Patch(node, call(matchName, n.Left, &ast.ConstantNode{Value: p}))
			}
		case "contains":
			ast.Patch(node, call(containsName, n.Left, &ast.ConstantNode{Value: literal{constant.Value, search.Fold(constant.Value)}}))
		}
	case *ast.CallNode:
		name, ok := n.Callee.(*ast.IdentifierNode)
		if ok && functions[name.Value].prepare != nil {
			n.Arguments = []ast.Node{n.Arguments[0], &ast.ConstantNode{Value: functions[name.Value].prepare(writtenOut(n.Arguments[1:]), b.plurals)}}
		}
	}
}

func call(name string, args ...ast.Node) *ast.CallNode {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

// writtenOut returns the texts of arguments.
func writtenOut(args []ast.Node) []string {
	var all []string
	for _, a := range args {
		if s, ok := a.(*ast.StringNode); ok {
			all = append(all, s.Value)
		}
	}
	return all
}

// notInFieldName reports whether a rune cannot stand in the name of a header
// field (RFC 5322 section 2.2).
func notInFieldName(r rune) bool { return r <= ' ' || r > '~' || r == ':' }
