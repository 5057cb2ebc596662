package config

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// node is one value of a TOML document with its position. The tree is kept because a
// mistake found long after parsing must still name its line.
type node struct {
	doc    *document
	kind   unstable.Kind // of the value; Table for tables and inline tables
	at     int           // offset of the value, of the header for tables
	keyAt  int           // offset of the key
	raw    string        // as written, for strings
	text   string        // decoded, for strings; as written for other scalars
	keys   []string      // of a table, in order
	values map[string]*node
	items  []*node // of an array
}

// document is one file.
type document struct {
	name string
	data []byte
	root *node
}

// parse parses a TOML document. The error names the position of invalid TOML.
func parse(name string, data []byte) (*document, *Mistake) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")) // a byte order mark of Windows editors
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return nil, &Mistake{File: name, Line: 1, Column: 1, Reason: "the file is in UTF-16", Remedy: "save it as UTF-8"}
	}
	d := &document{name: name, data: data}
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

// read builds the tree, up to the first error.
func (d *document) read() {
	d.root = d.table(0)
	var p unstable.Parser
	p.Reset(d.data)
	table := d.root
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

func (d *document) table(at int) *node {
	return &node{doc: d, kind: unstable.Table, at: at, keyAt: at, values: make(map[string]*node)}
}

func (n *node) set(key string, value *node) {
	if n.values == nil { // only in a broken file, which parse refuses
		n.values = make(map[string]*node)
	}
	if _, ok := n.values[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.values[key] = value
}

// open returns the table that a [header] or [[header]] starts.
func (d *document) open(e *unstable.Node) *node {
	n := d.root
	for it := e.Key(); it.Next(); {
		key, at := string(it.Node().Data), int(it.Node().Raw.Offset)
		if e.Kind == unstable.ArrayTable && it.IsLast() {
			list, ok := n.values[key]
			if !ok {
				list = &node{doc: d, kind: unstable.Array, at: at, keyAt: at}
				n.set(key, list)
			}
			list.items = append(list.items, d.table(at))
			return list.items[len(list.items)-1]
		}
		n = n.child(key, at)
	}
	return n
}

// child returns the table under a key, which it creates if needed; of an array of
// tables, the last one.
func (n *node) child(key string, at int) *node {
	c, ok := n.values[key]
	if !ok {
		c = n.doc.table(at)
		n.set(key, c)
	}
	if len(c.items) > 0 {
		return c.items[len(c.items)-1]
	}
	return c
}

// assign sets key = value, where the key may have dots.
func (d *document) assign(p *unstable.Parser, table *node, e *unstable.Node) {
	for it := e.Key(); it.Next(); {
		key, at := string(it.Node().Data), int(it.Node().Raw.Offset)
		if it.IsLast() {
			v := d.value(p, e.Value())
			v.keyAt = at
			if v.kind == unstable.Array {
				v.at = at // arrays have no position of their own
			}
			table.set(key, v)
			return
		}
		table = table.child(key, at)
	}
}

func (d *document) value(p *unstable.Parser, e *unstable.Node) *node {
	n := &node{doc: d, kind: e.Kind, at: int(e.Raw.Offset), keyAt: int(e.Raw.Offset), raw: string(p.Raw(e.Raw)), text: string(e.Data)}
	switch e.Kind {
	case unstable.Array:
		for it := e.Children(); it.Next(); {
			n.items = append(n.items, d.value(p, it.Node()))
		}
	case unstable.InlineTable:
		n.kind, n.values = unstable.Table, make(map[string]*node)
		for it := e.Children(); it.Next(); {
			d.assign(p, n, it.Node())
		}
	}
	return n
}

// place returns the line and column of an offset, in characters from 1.
func (d *document) place(offset int) (line, column int) {
	before := string(d.data[:min(offset, len(d.data))])
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// within returns the offset in the document of a line and column of the decoded
// text of a string.
func (n *node) within(line, column int) int {
	raw := n.raw
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
	return n.at + i
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
