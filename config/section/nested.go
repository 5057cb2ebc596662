package section

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/config/document"

	"github.com/pelletier/go-toml/v2/unstable"

	"maildesk/routing"
)

// Sub is the table [key].
func (t *Table) Sub(key string) *Table {
	s := &Table{Reader: t.Reader, name: "[" + key + "]"}
	if t.name != "" { // within a table of a list
		s.name = "[" + strings.Trim(t.name, "[]") + "." + key + "]"
	}
	for _, n := range t.written(key, s.name) {
		switch {
		case n.Kind == unstable.Table:
			s.node = n
		case len(n.Items) > 0 && n.Items[0].Kind == unstable.Table:
			t.MistakeAt(n.Doc, n.KeyAt, fmt.Sprintf("[[%s]] begins a list, and there is only one", key), "write "+s.name+", in single brackets")
			s.node = n.Items[0]
		default:
			t.noTable(n, key, s.name)
		}
	}
	return s
}

// List is the array of tables [[key]] or, within a table of a list, [[table.key]].
func (t *Table) List(key string) []*Table {
	name := "[[" + key + "]]"
	if t.name != "" {
		name = strings.TrimSuffix(t.name, "]]") + "." + key + "]]"
	}
	var all []*Table
	for _, n := range t.written(key, name) {
		switch n.Kind {
		case unstable.Table:
			t.MistakeAt(n.Doc, n.KeyAt, fmt.Sprintf("[%s] is a single table, and there may be several", key), "write "+name+", in double brackets")
			all = append(all, &Table{Reader: t.Reader, node: n, name: name})
		case unstable.Array:
			for _, item := range n.Items {
				if item.Kind != unstable.Table {
					t.noTable(item, key, name)
					continue
				}
				all = append(all, &Table{Reader: t.Reader, node: item, name: name})
			}
		default:
			t.noTable(n, key, name)
		}
	}
	return all
}

func (t *Table) noTable(n *document.Node, key, name string) {
	t.wrong(n, fmt.Sprintf("%s must be a table, not %s", key, kindName(n.Kind)), "write "+name+" on a line of its own, and its keys below")
}

// written returns the nodes of a section of the file: the one of its name, and those
// with a similar name, such as [[queues]]. That is a mistake, but the content is read,
// so that it is not also reported as missing.
func (t *Table) written(key, name string) (all []*document.Node) {
	if n := t.Value(key); n != nil {
		all = append(all, n)
	}
	if t.node == nil || t.name != "" {
		return all
	}
	for _, k := range t.node.Keys {
		n := t.node.Values[k]
		holdsTables := n.Kind == unstable.Table || len(n.Items) > 0 && n.Items[0].Kind == unstable.Table
		if holdsTables && !slices.Contains(t.Known, k) && routing.Closest(k, t.Known) == key {
			t.asked = append(t.asked, k)
			t.MistakeAt(n.Doc, n.KeyAt, fmt.Sprintf("unknown key %q", k), "write "+name)
			all = append(all, n)
		}
	}
	return all
}
