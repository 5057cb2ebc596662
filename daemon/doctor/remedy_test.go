package doctor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestEachFindingHasARemedy reads the source: whatever is not fine says what to do, also what no test brings about.
func TestEachFindingHasARemedy(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	findings := 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 4 {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); !ok || method.Sel.Name != "add" {
				return true
			}
			findings++
			grade, _ := call.Args[1].(*ast.Ident)
			remedy, written := call.Args[3].(*ast.BasicLit)
			if empty := written && remedy.Value == `""`; empty != (grade != nil && grade.Name == "Fine") {
				t.Errorf("%s: what is fine needs no remedy, and all else does", files.Position(call.Pos()))
			}
			return true
		})
	}
	if findings < 50 {
		t.Errorf("only %d findings were seen: this test looks in the wrong place", findings)
	}
}
