package maildesk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// ownFiles are the sources outside the package durable that make, rename or sync files, or copy a database, by themselves, with the reason.
var ownFiles = map[string]string{
	"cmd/maildesk/quickstart/quickstart.go": "with --force it writes over an admin's file, which keeps its owner and mode",
	"cmd/maildesk/stats/report.go":          "a page to look at, made again at any time",
	"daemon/doctor/machine.go":              "it measures how long a sync takes",
	"daemon/localdesk/localdesk.go":         "a configuration in a temporary folder",
	"demo/demo.go":                          "a desk for the occasion",
	"packaging/oci/main.go":                 "an image that a build makes",
	"store/datafolder/datafolder.go":        "an empty file, which SQLite then fills and syncs",
	"store/datafolder/lock.go":              "a lock, which ends with its process",
	"store/sqlite/upkeep.go":                "the one place where SQLite copies a database",
}

// TestDurableFilesAreMadeInOnePlace: what shall still be there after a power cut is written by durable.
func TestDurableFilesAreMadeInOnePlace(t *testing.T) {
	makes := []string{"OpenFile", "Create", "CreateTemp", "WriteFile", "Rename", "Link"}
	found := map[string]bool{}
	err := eachSource(func(path, pkg string) error {
		if below(pkg, []string{"durable", "faulttest", "simulation"}) || strings.HasSuffix(pkg, "test") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if from, is := n.X.(*ast.Ident); is && from.Name == "os" && slices.Contains(makes, n.Sel.Name) {
					found[path] = true
				}
			case *ast.BasicLit:
				if strings.Contains(n.Value, "VACUUM INTO") {
					found[path] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		if ownFiles[path] == "" {
			t.Errorf("%s makes a file by itself: let the package durable do it, or say why not in the table", path)
		}
	}
	for path := range ownFiles {
		if !found[path] {
			t.Errorf("%s makes no file any more; take it out of the table", path)
		}
	}
}
