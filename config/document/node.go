package document

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Node is one value of a TOML document with its position. The tree is kept because a
// mistake found long after parsing must still name its line.
type Node struct {
	Doc    *Document
	Kind   unstable.Kind // of the value; Table for tables and inline tables
	At     int           // offset of the value, of the header for tables
	KeyAt  int           // offset of the key
	Raw    string        // as written, for strings
	Text   string        // decoded, for strings; as written for other scalars
	Keys   []string      // of a table, in order
	Values map[string]*Node
	Items  []*Node // of an array
}

// Document is one file.
type Document struct {
	Name string
	Data []byte
	Root *Node
}

// Parse parses a TOML document. The error names the position of invalid TOML.
func Parse(name string, data []byte) (*Document, *Mistake) {
	data = withoutMark(data)
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, &Mistake{File: name, Line: 1, Column: 1, Reason: "the file is in UTF-16", Remedy: "save it as UTF-8"}
	}
	d := &Document{Name: name, Data: data}
	// The unstable parser looks at one expression at a time; only Unmarshal
	// sees that a key or table was defined twice.
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		m := Mistake{File: name, Line: 1, Column: 1, Reason: strings.TrimPrefix(err.Error(), "toml: "), Remedy: "mend this line; see toml.io for how a value is written"}
		switch {
		case strings.Contains(m.Reason, "escape"):
			m.Remedy = `in "…" a backslash stands twice; write conditions and patterns in '…', where it stands as it is`
		case strings.Contains(m.Reason, "UTF-8"):
			m.Remedy = "save the file as UTF-8"
		case strings.Contains(m.Reason, "already exists"):
			m.Remedy = "[desk] and others of which there is one stand in single brackets, once; [[queue]] and others of which there are several in double brackets, each time"
		}
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			m.Line, m.Column = e.Position()
		}
		return nil, &m
	}
	d.read()
	return d, nil
}

// ReadBroken returns what can be read of a document, up to the first error in it.
func ReadBroken(name string, data []byte) *Document {
	d := &Document{Name: name, Data: withoutMark(data)}
	d.read()
	return d
}

// withoutMark cuts the byte order mark of Windows editors.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")) }

// read builds the tree, up to the first error.
func (d *Document) read() {
	d.Root = d.table(0)
	var p unstable.Parser
	p.Reset(d.Data)
	table := d.Root
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = d.open(e)
		case unstable.KeyValue:
			d.assign(&p, table, e)
		}
	}
}

func (d *Document) table(at int) *Node {
	return &Node{Doc: d, Kind: unstable.Table, At: at, KeyAt: at, Values: make(map[string]*Node)}
}

func (n *Node) set(key string, value *Node) {
	if n.Values == nil { // only in a broken file, which Parse refuses
		n.Values = make(map[string]*Node)
	}
	if _, ok := n.Values[key]; !ok {
		n.Keys = append(n.Keys, key)
	}
	n.Values[key] = value
}

// open returns the table that a [header] or [[header]] starts.
func (d *Document) open(e *unstable.Node) *Node {
	n := d.Root
	for it := e.Key(); it.Next(); {
		key, at := string(it.Node().Data), int(it.Node().Raw.Offset)
		if e.Kind == unstable.ArrayTable && it.IsLast() {
			list, ok := n.Values[key]
			if !ok {
				list = &Node{Doc: d, Kind: unstable.Array, At: at, KeyAt: at}
				n.set(key, list)
			}
			list.Items = append(list.Items, d.table(at))
			return list.Items[len(list.Items)-1]
		}
		n = n.child(key, at)
	}
	return n
}

// child returns the table under a key, which it creates if needed; of an array of
// tables, the last one.
func (n *Node) child(key string, at int) *Node {
	c, ok := n.Values[key]
	if !ok {
		c = n.Doc.table(at)
		n.set(key, c)
	}
	if len(c.Items) > 0 {
		return c.Items[len(c.Items)-1]
	}
	return c
}

// assign sets key = value, where the key may have dots.
func (d *Document) assign(p *unstable.Parser, table *Node, e *unstable.Node) {
	for it := e.Key(); it.Next(); {
		key, at := string(it.Node().Data), int(it.Node().Raw.Offset)
		if it.IsLast() {
			v := d.value(p, e.Value())
			v.KeyAt = at
			if v.Kind == unstable.Array {
				v.At = at // arrays have no position of their own
			}
			table.set(key, v)
			return
		}
		table = table.child(key, at)
	}
}

func (d *Document) value(p *unstable.Parser, e *unstable.Node) *Node {
	n := &Node{Doc: d, Kind: e.Kind, At: int(e.Raw.Offset), KeyAt: int(e.Raw.Offset), Raw: string(p.Raw(e.Raw)), Text: string(e.Data)}
	switch e.Kind {
	case unstable.Array:
		for it := e.Children(); it.Next(); {
			n.Items = append(n.Items, d.value(p, it.Node()))
		}
	case unstable.InlineTable:
		n.Kind, n.Values = unstable.Table, make(map[string]*Node)
		for it := e.Children(); it.Next(); {
			d.assign(p, n, it.Node())
		}
	}
	return n
}

// Place returns the line and column of an offset, in characters from 1.
func (d *Document) Place(offset int) (line, column int) {
	before := string(d.Data[:min(offset, len(d.Data))])
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// Within returns the offset in the document of a line and column of the decoded
// text of a string.
func (n *Node) Within(line, column int) int {
	raw := n.Raw
	quote := raw[:1]
	if strings.HasPrefix(raw, quote+quote+quote) && len(raw) >= 6 {
		quote = raw[:3]
	}
	i := len(quote)
	if len(quote) == 3 { // a newline right after the opening is not part of the text
		i += len(raw[i:]) - len(strings.TrimPrefix(strings.TrimPrefix(raw[i:], "\r"), "\n"))
	}
	for l, c := 1, 1; i < len(raw)-len(quote) && (l < line || l == line && c < column); {
		decoded, width := utf8.DecodeRuneInString(raw[i:])
		if decoded == '\\' && quote[0] == '"' {
			decoded, width = escape(raw[i:])
		}
		i += width
		switch decoded {
		case '\n':
			l, c = l+1, 1
		case continuation:
		default:
			c++
		}
	}
	if i < len(raw)-len(quote) && quote[0] == '"' && raw[i] == '\\' {
		if decoded, width := escape(raw[i:]); decoded == continuation {
			i += width
		}
	}
	return n.At + i
}

// continuation is a backslash at the end of a line, which is not part of the text.
const continuation = -1

// escape returns a text with the lines and columns of what the escape sequence at the
// start of s means, and the width of the sequence.
func escape(s string) (rune, int) {
	if len(s) < 2 {
		return '\\', 1
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 'x':
		return 'x', 4
	case 'u':
		return 'u', 6
	case 'U':
		return 'U', 10
	case ' ', '\t', '\r', '\n':
		return continuation, len(s) - len(strings.TrimLeft(s[1:], " \t\r\n"))
	}
	return 'c', 2
}
