package logic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Logic is the structure of a condition: how it is composed with and and or. It is
// used for warnings, never for decisions.
type Logic struct {
	op    string // and, or; empty: a part that is not taken apart
	parts []*Logic
	text  string // of such a part, however it was spaced
	fact  string // that must be one of among; empty: something else
	among []string
}

// Of reads a condition; an empty one is always true. One that cannot be
// read is taken as a whole.
func Of(when string) *Logic {
	if strings.TrimSpace(when) == "" {
		return &Logic{text: "true"}
	}
	tree, err := parser.Parse(Mend(when).Text)
	if err != nil {
		return &Logic{text: when}
	}
	return of(tree.Node)
}

func of(n ast.Node) *Logic {
	l := &Logic{text: n.String()}
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return l
	}
	switch b.Operator {
	case "and", "&&":
		l.op = "and"
	case "or", "||":
		l.op = "or"
	case "==", "in":
		l.choice(b)
		return l
	default:
		return l
	}
	for _, side := range []ast.Node{b.Left, b.Right} {
		if p := of(side); p.op == l.op {
			l.parts = append(l.parts, p.parts...)
		} else {
			l.parts = append(l.parts, p)
		}
	}
	return l
}

// choice notes that a fact must be a text, or one of a list of texts.
func (l *Logic) choice(n *ast.BinaryNode) {
	fact, texts := n.Left, n.Right
	if _, ok := fact.(*ast.StringNode); ok {
		fact, texts = texts, fact
	}
	name, ok := fact.(*ast.IdentifierNode)
	if !ok {
		return
	}
	var among []string
	switch t := texts.(type) {
	case *ast.StringNode:
		among = []string{t.Value}
	case *ast.ArrayNode:
		for _, item := range t.Nodes {
			text, ok := item.(*ast.StringNode)
			if !ok {
				return
			}
			among = append(among, text.Value)
		}
	default:
		return
	}
	if slices.Contains([]string{"to", "recipients"}, name.Value) { // "x" in recipients: others may be there, too
		return
	}
	l.fact, l.among = name.Value, among
}

// Implies reports whether other is true whenever l is, as far as can be seen.
func (l *Logic) Implies(other *Logic) bool {
	implied := func(o *Logic) bool { return l.Implies(o) }
	implies := func(p *Logic) bool { return p.Implies(other) }
	switch {
	case l.text == other.text, other.text == "true", l.text == "false":
		return true
	case l.op == "or":
		return !slices.ContainsFunc(l.parts, func(p *Logic) bool { return !p.Implies(other) })
	case other.op == "and":
		return !slices.ContainsFunc(other.parts, func(o *Logic) bool { return !l.Implies(o) })
	case other.op == "or" && slices.ContainsFunc(other.parts, implied):
		return true
	case l.op == "and":
		return slices.ContainsFunc(l.parts, implies)
	case l.fact != "" && l.fact == other.fact:
		return !slices.ContainsFunc(l.among, func(s string) bool { return !slices.Contains(other.among, s) })
	}
	return false
}

// judged are the classes of mail that rules judge; mail of the others is filed
// without any.
var judged = []string{"person", "auto-reply", "auto-generated", "list"}

// Never returns why a condition can never be true; empty when it may be, or when that
// cannot be seen without a mail.
func (l *Logic) Never() string {
	switch {
	case l.text == "false":
		return "its condition is false"
	case l.op == "or":
		reason := ""
		for _, p := range l.parts {
			if reason = p.Never(); reason == "" {
				return ""
			}
		}
		return reason
	case l.op == "and":
		for _, p := range l.parts {
			if reason := p.Never(); reason != "" {
				return reason
			}
		}
		return l.contradiction()
	case l.fact == "class" && !slices.ContainsFunc(l.among, func(s string) bool { return slices.Contains(judged, s) }):
		return fmt.Sprintf("mail of class %s is filed without any rule", strings.Join(l.among, ", "))
	}
	return ""
}

// contradiction finds two parts that want one fact to be different things.
func (l *Logic) contradiction() string {
	left := map[string][]string{}
	for _, p := range l.parts {
		if p.fact == "" {
			continue
		}
		among := p.among
		if before, ok := left[p.fact]; ok {
			among = slices.DeleteFunc(slices.Clone(before), func(s string) bool { return !slices.Contains(p.among, s) })
		}
		if len(among) == 0 {
			return p.fact + " cannot be two things at once"
		}
		left[p.fact] = among
	}
	return ""
}
