package document

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pelletier/go-toml/v2/unstable"
)

// FuzzParse: no file crashes the reader, whether it is TOML or not, and every
// place that it names is inside the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.toml", "quickstart.toml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil { // one is a dangling link
				f.Add(data)
			}
		}
	}
	f.Add([]byte("a = \"\"\"\\\n  x\\u00e9\\n\\\\\"\"\"\nb = '''\r\n x'''\nc = { d = [[1, 'x'], 2] }\n[[e]]\n[e.f]\n[[e.g]]\nh.i = 3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		broken := &Document{Name: "x", Data: data}
		broken.read()
		places(t, broken, broken.Root)
		d, wrong := Parse("x", data)
		if (d == nil) == (wrong == nil) {
			t.Fatalf("parse = %v, %v: want a document or a mistake", d, wrong)
		}
		if wrong != nil && (wrong.Line < 1 || wrong.Column < 1) {
			t.Errorf("parse: mistake at %d:%d, want a place", wrong.Line, wrong.Column)
		}
		if d != nil {
			places(t, d, d.Root)
		}
	})
}

// places checks the places of a node and of all below.
func places(t *testing.T, d *Document, n *Node) {
	t.Helper()
	if n.At < 0 || n.At > len(d.Data) || n.KeyAt < 0 || n.KeyAt > len(d.Data) {
		t.Errorf("node %q at %d, key at %d, of %d bytes", n.Text, n.At, n.KeyAt, len(d.Data))
	}
	if n.Kind == unstable.String {
		for _, p := range [][2]int{{1, 1}, {1, 5}, {2, 3}, {99, 99}} {
			if at := n.Within(p[0], p[1]); at < n.At || at > n.At+len(n.Raw) {
				t.Errorf("Within(%d, %d) of %q = %d, want %d to %d", p[0], p[1], n.Raw, at, n.At, n.At+len(n.Raw))
			}
		}
	}
	for _, v := range n.Values {
		places(t, d, v)
	}
	for _, v := range n.Items {
		places(t, d, v)
	}
}

// TestWithin finds the place of a character of an expression in its file.
func TestWithin(t *testing.T) {
	tests := []struct {
		name, text   string
		line, column int // in the decoded text of a
		want         [2]int
	}{
		{"literal", `a = 'x == "y"'`, 1, 6, [2]int{1, 11}},
		{"basic", `a = "x == \"y\" or z"`, 1, 13, [2]int{1, 20}},
		{"unicode", `a = "é\u00e9\U000000e9 z"`, 1, 5, [2]int{1, 24}},
		{"lines", "a = '''\nx\n  y'''", 2, 3, [2]int{3, 3}},
		{"lines that begin at once", "a = '''x\n  y'''", 2, 3, [2]int{2, 3}},
		{"carriage returns", "a = '''\r\nx\r\n  y'''", 2, 3, [2]int{3, 3}},
		{"escaped line feed", `a = "x\n y"`, 2, 2, [2]int{1, 10}},
		{"continued line", "a = \"\"\"\nx \\\n   y\"\"\"", 1, 3, [2]int{3, 4}},
		{"after the end", `a = 'x'`, 9, 9, [2]int{1, 7}},
	}
	for _, tt := range tests {
		d, wrong := Parse("x", []byte(tt.text))
		if wrong != nil {
			t.Fatalf("%s: parse = %v", tt.name, wrong)
		}
		n := d.Root.Values["a"]
		line, column := d.Place(n.Within(tt.line, tt.column))
		if got := [2]int{line, column}; got != tt.want {
			t.Errorf("%s: Within(%d, %d) of %s = %v, want %v", tt.name, tt.line, tt.column, tt.text, got, tt.want)
		}
	}
}

// A byte order mark, as editors on Windows write it, hides nothing of a document.
func TestReadBrokenBehindAMark(t *testing.T) {
	d := ReadBroken("x.toml", []byte("\ufeff[desk]\ndata = '/var/lib/x'\n[[queue]]\nname = 'hr'\nbroken ="))
	if desk, queues := d.Root.Values["desk"], d.Root.Values["queue"]; desk == nil || desk.Values["data"].Text != "/var/lib/x" || queues == nil || len(queues.Items) != 1 {
		t.Errorf("ReadBroken reads desk %v, queues %v", desk, queues)
	}
}
