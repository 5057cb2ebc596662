package routing

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"maildesk/routing/logic"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/parser"
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
	source  string // as it was compiled
	plurals bool
	program *vm.Program
}

// builtins are the functions of expr-lang that a condition may use. The others
// either build strings and lists without bound or ask the clock, by which the
// same mail would be judged differently tomorrow.
var builtins = [...]string{
	"all", "any", "none", "one", "count", "len", "lower", "upper", "trim", "trimPrefix", "trimSuffix",
	"hasPrefix", "hasSuffix", "indexOf", "lastIndexOf", "int", "abs", "min", "max", "date", "duration",
}

// language is what conditions are written in. It is built once for all rules of
// a desk, because that costs more than to compile one of them. It serves one
// goroutine.
type language struct {
	written *conf.Config // for the errors: as the admin wrote it
	bounded *conf.Config // for running: with the bounds built in
	names   []string     // everything that can be written, for "did you mean"
	lists   []string
	hours   bool // working_hours has a calendar

	categories, queues []string
}

// newLanguage returns the language of conditions: their value is true or false.
func (r *Rules) newLanguage() *language { return r.newLanguageOf(expr.AsBool()) }

// newLanguageOf returns the language of expressions with a value of some kind.
func (r *Rules) newLanguageOf(kind expr.Option) *language {
	l := &language{lists: slices.Collect(maps.Keys(r.lists)), hours: len(r.desk.Calendars) > 0, categories: r.CategoryNames(), queues: r.QueueNames()}
	env := variables(&mail{}, &Facts{})
	l.names = slices.Concat(slices.Collect(maps.Keys(env)), slices.Collect(maps.Keys(functions)), builtins[:])
	l.names = slices.DeleteFunc(l.names, func(n string) bool { return n[0] == '$' })
	slices.Sort(l.names)
	build := func(more ...expr.Option) *conf.Config {
		c := conf.CreateNew()
		options := []expr.Option{expr.Env(env), kind, expr.MaxNodes(maxNodes), expr.DisableAllBuiltins()}
		for _, name := range builtins {
			options = append(options, expr.EnableBuiltin(name))
		}
		for _, option := range append(options, more...) {
			option(c)
		}
		for name := range c.Disabled {
			delete(c.Builtins, name)
		}
		return c
	}
	var types []expr.Option
	for name, f := range functions {
		types = append(types, expr.Function(name, nil, f.written))
	}
	l.written = build(types...)
	env = maps.Clone(env)
	for name, f := range functions {
		env[name] = f.bound(&mail{})
	}
	l.bounded = build()
	return l
}

// compile compiles an expression; with plurals has_word finds those of its words,
// too.
func (l *language) compile(source string, plurals bool) (*condition, *conditionError) {
	m := logic.Mend(source)
	c, err := l.compileMended(m.Text, plurals)
	if err != nil {
		err.column = m.Column(err.line, err.column)
	}
	return c, err
}

func (l *language) compileMended(source string, plurals bool) (*condition, *conditionError) {
	if len(source) > maxCondition {
		return nil, &conditionError{1, 1, fmt.Sprintf("the condition is longer than %d KiB", maxCondition>>10), "write several rules, or put the addresses into a [[list]]"}
	}
	limits := &limiter{language: l}
	l.written.Visitors = []ast.Visitor{sizes{limits}, limits}
	l.bounded.Visitors = []ast.Visitor{sizes{nil}, bounds{plurals}}
	written, err := checker.ParseCheck(source, l.written)
	if limits.err != nil && (err == nil || strings.HasSuffix(limits.err.Message, " is not a size")) {
		err = limits.err.Bind(file.NewSource(source)) // plainer than the types that do not fit then
	}
	if err == nil {
		err = l.checkNames(written)
	}
	if err != nil {
		return nil, l.explain(source, err)
	}
	tree, err := checker.ParseCheck(source, l.bounded)
	if err != nil {
		return nil, l.explain(source, err)
	}
	if err := optimizer.Optimize(&tree.Node, l.bounded); err != nil {
		return nil, l.explain(source, err)
	}
	program, err := compiler.Compile(tree, l.bounded)
	if err != nil {
		return nil, l.explain(source, err)
	}
	return &condition{source, plurals, program}, nil
}

// checkNames returns an error where an expression that was checked has a name that
// does not exist.
//
// QUIRK: expr checks the types once for the visitors and drops what it finds, and
// does not look at the arguments of a call again (checker.callNode): such a name in
// one of them would fail at run time.
func (l *language) checkNames(tree *parser.Tree) error {
	n := &namesOf{declared: map[string]bool{}}
	ast.Walk(&tree.Node, n)
	for _, node := range n.names {
		if _, known := slices.BinarySearch(l.names, node.Value); !known && !n.declared[node.Value] {
			return (&file.Error{Location: node.Location(), Message: "unknown name " + node.Value}).Bind(tree.Source)
		}
	}
	return nil
}

// namesOf gathers the names of an expression, and those that it declares by let.
type namesOf struct {
	names    []*ast.IdentifierNode
	declared map[string]bool
}

// Visit implements [ast.Visitor].
func (n *namesOf) Visit(node *ast.Node) {
	switch node := (*node).(type) {
	case *ast.IdentifierNode:
		n.names = append(n.names, node)
	case *ast.VariableDeclaratorNode:
		n.declared[node.Name] = true
	}
}

// run evaluates a condition.
func (c *condition) run(machine *vm.VM, env map[string]any) (fired bool, err error) {
	got, err := c.value(machine, env)
	fired, _ = got.(bool)
	return fired, err
}

// value evaluates an expression of any kind. A panic inside counts as an error.
func (c *condition) value(machine *vm.VM, env map[string]any) (got any, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = nil, fmt.Errorf("the condition failed: %v", r)
		}
	}()
	machine.MemoryBudget = maxArray
	if got, err = machine.Run(c.program, env); err == nil {
		return got, nil
	}
	if e, ok := errors.AsType[*file.Error](err); ok {
		return nil, fmt.Errorf("the condition failed: %s", e.Message)
	}
	return nil, fmt.Errorf("the condition failed: %w", err)
}

// Names returns everything that a condition can name: facts and functions.
func Names() []string { return (&Rules{}).newLanguage().names }
