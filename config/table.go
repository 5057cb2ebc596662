package config

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

// table reads one table of a file. Reading a key makes it known; done then reports the
// unknown ones. A nil node is a table that does not exist.
type table struct {
	*reader
	node  *document.Node
	name  string // as written: "[smtp]", "[[queue]]"; empty for the top of the file
	asked []string
}

// value returns the node of a key, nil when it is absent.
func (t *table) value(key string) *document.Node {
	t.asked = append(t.asked, key)
	if t.node == nil {
		return nil
	}
	return t.node.Values[key]
}

// typed returns the node of a key when it has one of the kinds.
func (t *table) typed(key, want string, kinds ...unstable.Kind) *document.Node {
	n := t.value(key)
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
	aTable  = "a table" // never required of a key, see section.go
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

func (t *table) text(key, otherwise string) string {
	if n := t.typed(key, aText, unstable.String); n != nil {
		return t.plain(key, n)
	}
	return otherwise
}

// plain returns a text without control characters: all texts but conditions are shown
// in one line of a mail, a log or a table.
func (t *table) plain(key string, n *document.Node) string {
	if strings.ContainsFunc(n.Text, func(r rune) bool { return unicode.IsControl(r) && (key != "when" || !unicode.IsSpace(r)) }) {
		t.wrong(n, key+" has a control character", "write it on one line")
		return ""
	}
	return n.Text
}

// needed reads a text that must exist and not be empty.
func (t *table) needed(key, remedy string) string {
	n := t.typed(key, aText, unstable.String)
	switch {
	case n != nil && strings.TrimSpace(n.Text) != "":
		return t.plain(key, n)
	case n != nil:
		t.mistake(key, key+" is empty", remedy)
	case t.node == nil || t.node.Values[key] == nil:
		t.mistake(key, strings.TrimSpace(t.name+" "+key)+" is missing", remedy)
	}
	return ""
}

// texts reads a list of texts; a single text is a list of one.
func (t *table) texts(key string) []string {
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

func (t *table) flag(key string) bool { return t.flagOr(key, false) }

func (t *table) flagOr(key string, otherwise bool) bool {
	n := t.typed(key, aFlag, unstable.Bool)
	if n == nil {
		return otherwise
	}
	return n.Text == "true"
}

// number reads a whole number from low to high.
func (t *table) number(key string, otherwise, low, high int) int {
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

func (t *table) duration(key string, otherwise time.Duration) time.Duration {
	n := t.typed(key, aText, unstable.String)
	if n == nil {
		return otherwise
	}
	d, err := parseDuration(n.Text)
	if err != nil {
		t.wrong(n, fmt.Sprintf("%s: %v", key, err), `write a duration as "30s", "15m", "12h", "14d" or "1h30m"`)
		return otherwise
	}
	return d
}

func (t *table) size(key string, otherwise int64) int64 {
	n := t.typed(key, aText, unstable.String)
	if n == nil {
		return otherwise
	}
	size, err := parseSize(n.Text)
	if err != nil {
		t.wrong(n, fmt.Sprintf("%s: %v", key, err), `write a size as "500KiB", "36MiB" or "1GiB"`)
		return otherwise
	}
	return size
}

// done reports the keys that were not read.
func (t *table) done() {
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
		t.mistakeAt(t.node.Doc, t.node.Values[key].KeyAt, fmt.Sprintf("unknown key %q%s", key, where), remedy)
	}
}

// mistake records a mistake about a key or, if that is absent, about its table.
func (t *table) mistake(key, reason, remedy string) {
	t.mistakes = append(t.mistakes, t.finding(key, -1, reason, remedy))
}

// warn records a warning about a key or, if that is absent, about its table.
func (t *table) warn(key, reason, remedy string) {
	t.warnings = append(t.warnings, t.finding(key, -1, reason, remedy))
}

// finding is a mistake at a key, or at one item of its list.
func (t *table) finding(key string, item int, reason, remedy string) Mistake {
	if t.node == nil {
		return Mistake{File: t.main.Name, Line: 1, Column: 1, Reason: reason, Remedy: remedy}
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
	return Mistake{File: t.node.Doc.Name, Line: line, Column: column, Reason: reason, Remedy: remedy}
}

// reader collects what is wrong while the files are read.
type reader struct {
	main     *document.Document
	mistakes []Mistake
	warnings []Mistake
}

func (r *reader) wrong(n *document.Node, reason, remedy string) {
	r.mistakeAt(n.Doc, n.At, reason, remedy)
}

func (r *reader) mistakeAt(d *document.Document, offset int, reason, remedy string) {
	line, column := d.Place(offset)
	r.mistakes = append(r.mistakes, Mistake{File: d.Name, Line: line, Column: column, Reason: reason, Remedy: remedy})
}
