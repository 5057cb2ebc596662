package routing

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

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
		}
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
	if !ok || len(n.Arguments) < 2 {
		return
	}
	for _, a := range n.Arguments[1:] {
		text, constant := a.(*ast.StringNode)
		switch name.Value {
		case "has_word":
			if !constant {
				l.refuse(a, "the words of has_word must be written out in quotes")
			}
		case "in_list":
			if !constant {
				l.refuse(a, "the name of a list must be written out in quotes")
			} else if !slices.Contains(l.language.lists, text.Value) {
				l.refuse(a, fmt.Sprintf("there is no list %q", text.Value))
			}
		case "in_network":
			if !constant {
				l.refuse(a, "the networks of in_network must be written out in quotes")
			} else if _, err := netip.ParsePrefix(text.Value); err != nil {
				l.refuse(a, fmt.Sprintf("%q is no network", text.Value))
			}
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

// bounds builds the stopwatch into loops and patterns, and gives the mail to
// the functions that need it.
type bounds struct{}

// Visit rewrites one node.
func (bounds) Visit(node *ast.Node) {
	call := func(name string, args ...ast.Node) *ast.CallNode {
		return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: append([]ast.Node{&ast.IdentifierNode{Value: mailName}}, args...)}
	}
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
			if p, err := newPattern(constant.Value); err == nil {
				ast.Patch(node, call(matchName, n.Left, &ast.ConstantNode{Value: p}))
			}
		case "contains":
			ast.Patch(node, call(containsName, n.Left, &ast.ConstantNode{Value: literal{constant.Value, fold(constant.Value)}}))
		}
	case *ast.CallNode:
		name, ok := n.Callee.(*ast.IdentifierNode)
		if !ok || len(n.Arguments) > 0 && isMail(n.Arguments[0]) {
			return
		}
		if name.Value == "has_word" {
			ast.Patch(node, call(name.Value, n.Arguments[0], &ast.ConstantNode{Value: spacedWords(n.Arguments[1:])}))
		} else if _, ours := functions[name.Value]; ours {
			ast.Patch(node, call(name.Value, n.Arguments...))
		}
	}
}

// spacedWords gives the words that are written out in a call of has_word.
func spacedWords(args []ast.Node) []string {
	words := make([]string, 0, len(args))
	for _, a := range args {
		if s, ok := a.(*ast.StringNode); ok {
			words = append(words, spaced(s.Value))
		}
	}
	return words
}

func isMail(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	return ok && id.Value == mailName
}
