package maildesk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// What a reader can take in at once, tests apart. A package that reaches its bound has
// more than one subject, a function more than one thought: find them, and give each a name.
const (
	maxPackageLines  = 3000
	maxFileLines     = 400
	maxFunctionLines = 60
	maxMethods       = 12 // that an interface declares; those of what it embeds count there
)

// TestBounds measures every package, file, function and interface.
func TestBounds(t *testing.T) {
	lines := map[string]int{}
	err := eachSource(func(path, pkg string) error {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		n := files.File(file.Pos()).LineCount()
		lines[pkg] += n
		if n > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", path, n, maxFileLines)
		}
		for _, o := range tooLong(files, file) {
			t.Errorf("%s: %s", path, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) < 50 {
		t.Fatalf("only %d packages found: this test looks in the wrong place", len(lines))
	}
	for pkg, n := range lines {
		if n > maxPackageLines {
			t.Errorf("package %s has %d lines, more than %d", pkg, n, maxPackageLines)
		}
	}
}

// tooLong returns the functions and interfaces of a file that are over their bounds.
func tooLong(files *token.FileSet, file *ast.File) (all []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			if long := files.Position(x.End()).Line - files.Position(x.Pos()).Line + 1; long > maxFunctionLines {
				all = append(all, "function "+x.Name.Name+" is too long")
			}
		case *ast.TypeSpec:
			if i, ok := x.Type.(*ast.InterfaceType); ok && methodsOf(i) > maxMethods {
				all = append(all, "interface "+x.Name.Name+" has too many methods")
			}
		}
		return true
	})
	return all
}

func methodsOf(i *ast.InterfaceType) (n int) {
	for _, m := range i.Methods.List {
		n += len(m.Names) // an embedded interface has none
	}
	return n
}

// TestBoundsAreMeasured shows that what is too long is found.
func TestBoundsAreMeasured(t *testing.T) {
	source := "package p\n\nfunc long() {" + strings.Repeat("\n\tlong()", maxFunctionLines) + "\n}\n\nfunc short() {}\n\n" +
		"type wide interface {\n\tshort\n" + strings.Repeat("\tm()\n", maxMethods+1) + "}\n\ntype narrow interface {\n" + strings.Repeat("\tm()\n", maxMethods) + "}\n"
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tooLong(files, file), ", "); got != "function long is too long, interface wide has too many methods" {
		t.Errorf("too long: %q", got)
	}
}
