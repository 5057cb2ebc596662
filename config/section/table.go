// Package section reads the tables of a configuration: values of the right type, nested
// tables, and what is wrong with them, with its place and a remedy. It knows no key.
package section

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"maildesk/config/document"

	"github.com/pelletier/go-toml/v2/unstable"

	"maildesk/routing"
)

// Table reads one table of a file. Reading a key makes it known; Done then reports the
// unknown ones. A nil node is a table that does not exist.
type Table struct {
	*Reader
	node  *document.Node
	name  string // as written: "[smtp]", "[[queue]]"; empty for the top of the file
	asked []string
}

// New returns the table that a file is as a whole.
func New(r *Reader, file *document.Document) *Table { return &Table{Reader: r, node: file.Root} }

// Exists reports whether the table is written.
func (t *Table) Exists() bool { return t.node != nil }

// Has reports whether a key is written. It does not count as read.
func (t *Table) Has(key string) bool { return t.node != nil && t.node.Values[key] != nil }

// WasRead reports whether a key was read.
func (t *Table) WasRead(key string) bool { return slices.Contains(t.asked, key) }

// Keys returns the keys of the table, in the order in which they are written.
func (t *Table) Keys() []string {
	if t.node == nil {
		return nil
	}
	return t.node.Keys
}

// Value returns the node of a key, nil when it is absent.
func (t *Table) Value(key string) *document.Node {
	t.asked = append(t.asked, key)
	if t.node == nil {
		return nil
	}
	return t.node.Values[key]
}

// typed returns the node of a key when it has one of the kinds.
func (t *Table) typed(key, want string, kinds ...unstable.Kind) *document.Node {
	n := t.Value(key)
	if n == nil || slices.Contains(kinds, n.Kind) {
		return n
	}
	remedy := examples[want](key)
	if _, err := strconv.Atoi(n.Text); err == nil && want == aNumber {
		remedy = "write " + key + " = " + n.Text + ", without quotes"
	}
	t.wrong(n, fmt.Sprintf("%s must be %s, not %s", key, want, kindName(n.Kind)), remedy)
	return nil
}

// What a value must be, and an example of it.
const (
	aText   = "a text"
	aNumber = "a whole number"
	aFlag   = "true or false"
	aList   = "a list of texts"
	aTable  = "a table" // never required of a key, see nested.go
)

var examples = map[string]func(key string) string{
	aText:   func(key string) string { return "write " + key + ` = "…", with quotes` },
	aNumber: func(key string) string { return "write " + key + " = 1, without quotes" },
	aFlag:   func(key string) string { return "write " + key + " = true, without quotes" },
	aList:   func(key string) string { return "write " + key + ` = ["…", "…"]` },
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return aText
	case unstable.Integer:
		return aNumber
	case unstable.Float:
		return "a number with a point"
	case unstable.Bool:
		return aFlag
	case unstable.Array:
		return "a list"
	case unstable.Table:
		return aTable
	}
	return "a date"
}

// Text reads a text.
func (t *Table) Text(key, otherwise string) string {
	if n := t.typed(key, aText, unstable.String); n != nil {
		return t.plain(key, n)
	}
	return otherwise
}

// plain returns a text without control characters: all texts but conditions are shown
// in one line of a mail, a log or a table.
func (t *Table) plain(key string, n *document.Node) string {
	if strings.ContainsFunc(n.Text, func(r rune) bool { return unicode.IsControl(r) && (key != "when" || !unicode.IsSpace(r)) }) {
		t.wrong(n, key+" has a control character", "write it on one line")
		return ""
	}
	return n.Text
}

// Needed reads a text that must exist and not be empty.
func (t *Table) Needed(key, remedy string) string {
	n := t.typed(key, aText, unstable.String)
	switch {
	case n != nil && strings.TrimSpace(n.Text) != "":
		return t.plain(key, n)
	case n != nil:
		t.Mistake(key, key+" is empty", remedy)
	case t.node == nil || t.node.Values[key] == nil:
		t.Mistake(key, strings.TrimSpace(t.name+" "+key)+" is missing", remedy)
	}
	return ""
}

// Texts reads a list of texts; a single text is a list of one.
func (t *Table) Texts(key string) []string {
	n := t.typed(key, aList, unstable.Array, unstable.String)
	if n == nil {
		return nil
	}
	if n.Kind == unstable.String {
		return []string{t.plain(key, n)}
	}
	list := make([]string, 0, len(n.Items))
	for _, item := range n.Items {
		if item.Kind != unstable.String {
			t.wrong(item, fmt.Sprintf("%s holds %s", key, kindName(item.Kind)), examples[aList](key))
			continue
		}
		list = append(list, t.plain(key, item))
	}
	return list
}

// Flag reads true or false; false is the default.
func (t *Table) Flag(key string) bool { return t.FlagOr(key, false) }

// FlagOr is Flag with a default.
func (t *Table) FlagOr(key string, otherwise bool) bool {
	n := t.typed(key, aFlag, unstable.Bool)
	if n == nil {
		return otherwise
	}
	return n.Text == "true"
}

// Number reads a whole number from low to high.
func (t *Table) Number(key string, otherwise, low, high int) int {
	n := t.typed(key, aNumber, unstable.Integer)
	if n == nil {
		return otherwise
	}
	i, err := strconv.ParseInt(strings.ReplaceAll(n.Text, "_", ""), 0, 64)
	if err != nil || i < int64(low) || i > int64(high) {
		t.wrong(n, fmt.Sprintf("%s = %s is out of bounds", key, n.Text), fmt.Sprintf("write a number from %d to %d", low, high))
		return otherwise
	}
	return int(i)
}

// Duration reads a duration, see [ParseDuration].
func (t *Table) Duration(key string, otherwise time.Duration) time.Duration {
	n := t.typed(key, aText, unstable.String)
	if n == nil {
		return otherwise
	}
	d, err := ParseDuration(n.Text)
	if err != nil {
		t.wrong(n, fmt.Sprintf("%s: %v", key, err), `write a duration as "30s", "15m", "12h", "14d" or "1h30m"`)
		return otherwise
	}
	return d
}

// Size reads a number of bytes, see [ParseSize].
func (t *Table) Size(key string, otherwise int64) int64 {
	n := t.typed(key, aText, unstable.String)
	if n == nil {
		return otherwise
	}
	size, err := ParseSize(n.Text)
	if err != nil {
		t.wrong(n, fmt.Sprintf("%s: %v", key, err), `write a size as "500KiB", "36MiB" or "1GiB"`)
		return otherwise
	}
	return size
}

// Done reports the keys that were not read.
func (t *Table) Done() {
	if t.node == nil {
		return
	}
	where := " in " + t.name
	if t.name == "" {
		where = ""
	}
	for _, key := range t.node.Keys {
		if slices.Contains(t.asked, key) {
			continue
		}
		remedy := "known are " + strings.Join(slices.Compact(slices.Sorted(slices.Values(t.asked))), ", ")
		if key == "rules" {
			remedy = "rules belongs to the top of the main file, above the first [table]"
		} else if near := routing.Closest(key, t.asked); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		t.MistakeAt(t.node.Doc, t.node.Values[key].KeyAt, fmt.Sprintf("unknown key %q%s", key, where), remedy)
	}
}

// Mistake records a mistake about a key or, if that is absent, about its table.
func (t *Table) Mistake(key, reason, remedy string) {
	t.Mistakes = append(t.Mistakes, t.Finding(key, -1, reason, remedy))
}

// Warn records a warning about a key or, if that is absent, about its table.
func (t *Table) Warn(key, reason, remedy string) {
	t.Warnings = append(t.Warnings, t.Finding(key, -1, reason, remedy))
}

// Finding is a mistake at a key, or at one item of its list.
func (t *Table) Finding(key string, item int, reason, remedy string) document.Mistake {
	if t.node == nil {
		return document.Mistake{File: t.Main.Name, Line: 1, Column: 1, Reason: reason, Remedy: remedy}
	}
	at := t.node.KeyAt
	if n := t.node.Values[key]; n != nil {
		at = n.KeyAt
		if n.Kind != unstable.Table && n.Kind != unstable.Array {
			at = n.At
		}
		if item >= 0 && item < len(n.Items) {
			at = n.Items[item].At
		}
	}
	line, column := t.node.Doc.Place(at)
	return document.Mistake{File: t.node.Doc.Name, Line: line, Column: column, Reason: reason, Remedy: remedy}
}

// Reader collects what is wrong while the files are read.
type Reader struct {
	Main     *document.Document // at whose beginning a table is missing
	Known    []string           // the tables that a file may have
	Mistakes []document.Mistake
	Warnings []document.Mistake
}

func (r *Reader) wrong(n *document.Node, reason, remedy string) {
	r.MistakeAt(n.Doc, n.At, reason, remedy)
}

// MistakeAt records a mistake at a place of a file.
func (r *Reader) MistakeAt(d *document.Document, offset int, reason, remedy string) {
	line, column := d.Place(offset)
	r.Mistakes = append(r.Mistakes, document.Mistake{File: d.Name, Line: line, Column: column, Reason: reason, Remedy: remedy})
}

// MistakeItem records a mistake about one item of a list.
func (t *Table) MistakeItem(key string, item int, reason, remedy string) {
	t.Mistakes = append(t.Mistakes, t.Finding(key, item, reason, remedy))
}

// WantAddress returns a mail address that was read as one item of a list (-1: as the value) of a key,
// with its domain in its canonical form. Where it is none that is a mistake.
func (t *Table) WantAddress(key string, item int, s string) string {
	a, err := ParseAddress(s)
	if err != nil {
		t.MistakeItem(key, item, err.Error(), `write the bare address, as in "alice@example.org"`)
		return s
	}
	return a
}

// WantLanguage checks that what was read is an ISO 639-1 code.
func (t *Table) WantLanguage(key string, item int, s string) {
	if err := CheckLanguage(s); err != nil {
		t.MistakeItem(key, item, err.Error(), `write its two letters (ISO 639-1), as in "en" or "fr"`)
	}
}
