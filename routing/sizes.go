package routing

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// sizes lets a size be written with its unit where a number is compared:
// size > "10MiB".
type sizes struct{ limits *limiter } // nil: a mistake was said before

// Visit looks at one node.
func (s sizes) Visit(node *ast.Node) {
	n, ok := (*node).(*ast.BinaryNode)
	if !ok {
		return
	}
	switch n.Operator {
	case "<", "<=", ">", ">=", "==", "!=":
	default:
		return
	}
	for _, side := range []struct {
		text   *ast.Node
		number ast.Node
	}{{&n.Left, n.Right}, {&n.Right, n.Left}} {
		text, isText := (*side.text).(*ast.StringNode)
		if !isText || !isSize(side.number) {
			continue
		}
		if bytes, ok := parseSize(text.Value); ok {
			ast.Patch(side.text, &ast.IntegerNode{Value: bytes})
		} else if s.limits != nil && s.limits.err == nil {
			s.limits.refuse(text, fmt.Sprintf("%q is not a size", text.Value))
		}
	}
}

// isSize reports whether a part of a condition is a number of bytes.
func isSize(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value == "size"
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		return ok && name.Value == "size"
	}
	t := n.Type()
	return t != nil && t.Kind() == reflect.Int
}

var sizeUnits = map[string]float64{"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 1e3, "mb": 1e6, "gb": 1e9, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

// parseSize reads a number of bytes with a unit, as "10MiB", "1.5 MB".
func parseSize(s string) (int, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	number := strings.TrimRight(s, "bkmgi ")
	unit, ok := sizeUnits[strings.TrimSpace(s[len(number):])]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || n < 0 || n*unit > math.MaxInt32*1024 {
		return 0, false
	}
	return int(n * unit), true
}
