package main

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestJSONKeys walks the types of all that --json prints, also what no story happens to
// have: each key is named in lower snake case, but for the lists of show ([asEver]).
func TestJSONKeys(t *testing.T) {
	prints := 0
	for _, p := range typeChecked(t) {
		for call, what := range p.printed() {
			prints++
			w := keyWalker{places: map[types.Type]bool{}}
			w.walk(what, types.TypeString(what, types.RelativeTo(p.pkg)))
			for _, wrong := range w.wrong {
				t.Errorf("%s: %s", p.files.Position(call.Pos()), wrong)
			}
		}
	}
	if prints < 20 {
		t.Errorf("only %d places were found that print JSON: this test looks in the wrong place", prints)
	}
}

// checkedPackage is a package of the console whose types are known.
type checkedPackage struct {
	pkg    *types.Package
	files  *token.FileSet
	syntax []*ast.File
	info   types.Info
}

// typeChecked returns the packages of the console. Of what they import the compiler has
// written down the types.
func typeChecked(t *testing.T) (all []checkedPackage) {
	tags := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "-tags" {
				tags = s.Value
			}
		}
	}
	list := exec.Command("go", "list", "-tags", tags, "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	files := token.NewFileSet()
	read := importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	folders, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range append(folders, ".") {
		p := checkedPackage{files: files, info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}}}
		sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(files, source, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if folder != "console" && imports(file, "encoding/json") {
				t.Errorf("%s imports encoding/json: what is printed goes through console.WriteJSON, where this test finds it", source)
			}
			p.syntax = append(p.syntax, file)
		}
		if len(p.syntax) == 0 {
			continue
		}
		if p.pkg, err = (&types.Config{Importer: read}).Check("maildesk/cmd/maildesk/"+folder, files, p.syntax, &p.info); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func imports(file *ast.File, path string) bool {
	for _, i := range file.Imports {
		if i.Path.Value == `"`+path+`"` {
			return true
		}
	}
	return false
}

// printed returns the types that a package prints as JSON, with the places.
func (p checkedPackage) printed() map[*ast.CallExpr]types.Type {
	all := map[*ast.CallExpr]types.Type{}
	if p.pkg.Name() == "console" {
		return all // it prints what others hand to it
	}
	for _, file := range p.syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			of, is := call.Fun.(*ast.SelectorExpr)
			if !is {
				return true
			}
			switch of.Sel.Name {
			case "WriteJSON":
				all[call] = p.info.Types[call.Args[1]].Type
			case "WriteJSONLines":
				all[call] = p.info.Instances[of.Sel].TypeArgs.At(1)
			}
			return true
		})
	}
	return all
}

// keyWalker notes the keys that a type has as JSON, and what is wrong with them.
type keyWalker struct {
	places map[types.Type]bool // that were walked already
	wrong  []string
}

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// asEver ends the names of the types in the lists of show, whose keys are the names of their fields in Go:
// programs have read them so since the first version.
var asEver = []string{"/ticket.Entry", "/ticket.Event", "/ticket.Participant", "/history.Approval", "/history.Rating", "/history.Vendor", ".happened"}

// walk follows a type, found at a place such as "wholeTicket.events".
func (w *keyWalker) walk(of types.Type, place string) {
	if w.places[of] {
		return
	}
	w.places[of] = true
	name := types.TypeString(of, nil)
	if slices.ContainsFunc(asEver, func(end string) bool { return strings.HasSuffix(name, end) }) {
		return
	}
	if types.NewMethodSet(types.NewPointer(of)).Lookup(nil, "MarshalJSON") != nil || types.NewMethodSet(of).Lookup(nil, "MarshalText") != nil {
		return // a text, as a time is
	}
	if name == "time.Duration" {
		w.wrong = append(w.wrong, place+" would be in nanoseconds; times are in seconds")
	}
	switch x := of.Underlying().(type) {
	case *types.Pointer:
		w.walk(x.Elem(), place)
	case *types.Slice:
		w.walk(x.Elem(), place)
	case *types.Array:
		w.walk(x.Elem(), place)
	case *types.Map:
		w.walk(x.Elem(), place+"[…]") // its keys are data
	case *types.Interface:
		w.wrong = append(w.wrong, place+" may be anything: give it a type whose keys can be read")
	case *types.Struct:
		w.fields(x, place, map[string]bool{})
	}
}

// fields walks the fields of a struct but those that hide behind others of the same key.
func (w *keyWalker) fields(s *types.Struct, place string, hidden map[string]bool) {
	var embedded []*types.Struct
	for i := range s.NumFields() {
		field := s.Field(i)
		key, _, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("json"), ",")
		inner, isStruct := pointedTo(field.Type()).Underlying().(*types.Struct)
		switch {
		case field.Embedded() && key == "" && isStruct:
			embedded = append(embedded, inner)
		case key == "-" || hidden[key] || !field.Exported():
		case !snakeCase.MatchString(key):
			w.wrong = append(w.wrong, place+"."+field.Name()+" has the key "+key+"; name it in lower snake case")
		default:
			hidden[key] = true
			w.walk(field.Type(), place+"."+key)
		}
	}
	for _, inner := range embedded {
		w.fields(inner, place, hidden)
	}
}

func pointedTo(of types.Type) types.Type {
	if p, is := of.Underlying().(*types.Pointer); is {
		return p.Elem()
	}
	return of
}

// TestKeyWalker shows that wrong keys are found, and hidden ones are not.
func TestKeyWalker(t *testing.T) {
	const source = `package p
type inner struct {
	Old    int
	Deep   map[string][]struct{ camelCase, CamelCase int } ` + "`json:\"deep\"`" + `
	Any    any ` + "`json:\"any\"`" + `
	Hidden any ` + "`json:\"is_fine\"`" + `
}
type outer struct {
	*inner
	Name int ` + "`json:\"Name\"`" + `
	Fine int ` + "`json:\"is_fine,omitempty\"`" + `
	Not  int ` + "`json:\"-\"`" + `
}`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{}).Check("p", files, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := keyWalker{places: map[types.Type]bool{}}
	w.walk(pkg.Scope().Lookup("outer").Type(), "outer")
	var got bytes.Buffer
	for _, wrong := range w.wrong {
		got.WriteString(strings.Split(wrong, ";")[0] + "\n")
	}
	if want := "outer.Name has the key Name\nouter.Old has the key \nouter.deep[…].CamelCase has the key \nouter.any may be anything: give it a type whose keys can be read\n"; got.String() != want {
		t.Errorf("wrong:\n%s\nwant:\n%s", got.String(), want)
	}
}
