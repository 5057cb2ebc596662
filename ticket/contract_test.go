package ticket_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// maxMethods bounds the methods of one interface: whoever fulfils or uses it has to
// keep it in mind.
const maxMethods = 12

// TestInterfacesAreSmall reads the source files. What an interface takes from others
// by embedding them is theirs.
func TestInterfacesAreSmall(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.TypeSpec)
			if !is {
				return true
			}
			contract, is := spec.Type.(*ast.InterfaceType)
			if !is {
				return true
			}
			methods := 0
			for _, m := range contract.Methods.List {
				methods += len(m.Names)
			}
			found++
			if methods > maxMethods {
				t.Errorf("%s: %s has %d methods, at most %d are allowed: give a subject of its own to some of them", path, spec.Name, methods, maxMethods)
			}
			return true
		})
	}
	if found == 0 {
		t.Error("there are no interfaces")
	}
}
