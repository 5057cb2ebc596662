package routing

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// Bounds of a condition; see also [stopwatch] for the time.
const (
	maxCondition   = 16 << 10 // bytes of the expression
	maxNodes       = 2000     // of its syntax tree
	maxArray       = 10_000   // elements that one evaluation may make
	maxVisibleText = 256 << 10
)

// condition is a compiled expression.
type condition struct {
	source  string
	program *vm.Program
}

// conditionError is a mistake in an expression; line and column count from 1.
type conditionError struct {
	line, column   int
	reason, remedy string
}

// builtins are the functions of expr-lang that a condition may use. The others
// either build strings and lists without bound or ask the clock, by which the
// same mail would be judged differently tomorrow.
var builtins = [...]string{
	"all", "any", "none", "one", "count", "len", "lower", "upper", "trim", "trimPrefix", "trimSuffix",
	"hasPrefix", "hasSuffix", "indexOf", "lastIndexOf", "int", "abs", "min", "max", "date", "duration",
}

// newCondition compiles an expression. It is compiled twice: first as it was
// written, so that the errors speak of what the admin wrote, then with the
// bounds built in.
func newCondition(source string) (*condition, *conditionError) {
	if len(source) > maxCondition {
		return nil, &conditionError{1, 1, fmt.Sprintf("the condition is longer than %d KiB", maxCondition>>10), "use several rules, or a [[list]]"}
	}
	language := []expr.Option{expr.Env(variables(&mail{}, Facts{})), expr.AsBool(), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins()}
	for _, name := range builtins {
		language = append(language, expr.EnableBuiltin(name))
	}
	limits := &limiter{}
	written := append(slices.Clip(language), expr.Patch(limits))
	for name, f := range functions() {
		written = append(written, expr.Function(name, f.call, f.written))
	}
	if _, err := expr.Compile(source, written...); err != nil {
		return nil, explainError(source, err)
	}
	if limits.err != nil {
		return nil, explainError(source, limits.err.Bind(file.NewSource(source)))
	}
	bounded := append(slices.Clip(language), expr.Patch(bounds{}))
	for name, f := range functions() {
		bounded = append(bounded, expr.Function(name, f.call, f.bounded))
	}
	program, err := expr.Compile(source, bounded...)
	if err != nil {
		return nil, explainError(source, err)
	}
	return &condition{source, program}, nil
}

// run evaluates the condition. A panic inside counts as an error.
func (c *condition) run(machine *vm.VM, env map[string]any) (fired bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			fired, err = false, fmt.Errorf("the condition failed: %v", r)
		}
	}()
	machine.MemoryBudget = maxArray
	got, err := machine.Run(c.program, env)
	if err != nil {
		if e, ok := errors.AsType[*file.Error](err); ok {
			return false, fmt.Errorf("the condition failed: %s", e.Message)
		}
		return false, fmt.Errorf("the condition failed: %w", err)
	}
	fired, _ = got.(bool)
	return fired, nil
}

// explainError turns expr's error into ours, with a remedy.
func explainError(source string, err error) *conditionError {
	e, ok := errors.AsType[*file.Error](err)
	if !ok { // expr gives no place for some
		e = &file.Error{Message: err.Error()}
	}
	c := &conditionError{line: max(e.Line, 1), column: e.Column + 1, reason: e.Message}
	names := slices.Sorted(maps.Keys(variables(&mail{}, Facts{})))
	if word, ok := strings.CutPrefix(e.Message, "unknown name "); ok {
		c.reason = fmt.Sprintf("there is no %q", word)
		c.remedy = "see the names in docs/routing.md"
		if near := Closest(word, append(append(names, builtins[:]...), slices.Sorted(maps.Keys(functions()))...)); near != "" {
			c.remedy = fmt.Sprintf("did you mean %q?", near)
		}
		return c
	}
	switch {
	case strings.Contains(e.Message, "error parsing regexp"):
		c.remedy = "mend the pattern (RE2 syntax; no look-ahead, no back-references)"
	case strings.Contains(e.Message, "expected bool"):
		c.reason = "the condition is not true or false: " + e.Message
		c.remedy = `compare it with something, as in subject contains "printer"`
	case strings.Contains(e.Message, "unexpected token EOF"):
		c.reason = "the condition ends too early"
		c.remedy = "complete it: a value, a quote or a bracket is missing"
		c.column = utf8.RuneCountInString(source[strings.LastIndexByte(source, '\n')+1:]) + 1
	case strings.Contains(e.Message, "unexpected token Operator(\"=\")"):
		c.remedy = "compare with =="
	case strings.Contains(e.Message, "exceeds maximum allowed nodes"):
		c.remedy = "write several rules, or put the addresses into a [[list]]"
	case strings.Contains(e.Message, "cannot be used in a condition"):
		c.remedy = "ask with any, all, none, one or count"
	default:
		c.remedy = "see the language of conditions in docs/routing.md"
	}
	return c
}

// limiter refuses what could not be bounded at run time.
type limiter struct{ err *file.Error }

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
	case *ast.BinaryNode:
		l.binary(n)
	}
}

func (l *limiter) binary(n *ast.BinaryNode) {
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
		pattern, constant := n.Right.(*ast.StringNode)
		if n.Operator != "matches" || !constant {
			return
		}
		if re, err := regexp.Compile(pattern.Value); err == nil {
			ast.Patch(node, call(matchName, n.Left, &ast.ConstantNode{Value: re}))
		}
	case *ast.CallNode:
		name, ok := n.Callee.(*ast.IdentifierNode)
		if !ok || len(n.Arguments) > 0 && isMail(n.Arguments[0]) {
			return
		}
		if _, ours := functions()[name.Value]; ours {
			ast.Patch(node, call(name.Value, n.Arguments...))
		}
	}
}

func isMail(n ast.Node) bool {
	id, ok := n.(*ast.IdentifierNode)
	return ok && id.Value == mailName
}
