package manual

import (
	"fmt"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Keys returns the page of the configuration in section 5, from the Markdown of the manual
// of rules: what stands under the heading "All keys".
func Keys(manual []byte) []byte {
	var b strings.Builder
	b.WriteString(`maildesk.toml 5 "" maildesk "File Formats"
==================================================

# NAME

maildesk.toml - configuration of the help desk maildesk

# DESCRIPTION

The file is TOML (toml.io). A running desk reads it again when it is saved; a file with a mistake is refused as a whole, and what was in force stays in force. **maildesk quickstart** writes a
file to begin with, **maildesk check** says what is wrong with one.

`)
	k := &keys{source: manual, out: &b}
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(manual))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		k.block(n)
	}
	b.WriteString("# SEE ALSO\n\nmaildesk(1), */usr/share/doc/maildesk/routing.md* with examples, conditions and functions.\n")
	return md2man.Render([]byte(b.String()))
}

// keys writes the part of a manual that has all keys.
type keys struct {
	source []byte
	out    *strings.Builder
	inside bool // below the heading of that part
}

// block writes a paragraph or a table of the part.
func (k *keys) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		k.inside = k.words(n) == "All keys"
	case *ast.Paragraph:
		if !k.inside {
			return
		}
		words := k.words(n)
		if section, more, found := strings.Cut(words, "]"); found && strings.HasPrefix(section, "[") {
			section += strings.Repeat("]", strings.Count(section, "["))
			fmt.Fprintf(k.out, "# %s\n\n", escaped(section))
			words = strings.Trim(strings.TrimLeft(more, "]"), " ,:")
		}
		if words != "" {
			k.out.WriteString(escaped(words) + "\n\n")
		}
	case *tables.Table:
		if !k.inside {
			return
		}
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			if _, is := row.(*tables.TableRow); is {
				k.row(row)
			}
		}
	}
}

// row writes a key, what it means, and its default.
func (k *keys) row(row ast.Node) {
	var cells []string
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		cells = append(cells, k.words(c))
	}
	fmt.Fprintf(k.out, "**%s**\n:   %s.", escaped(cells[0]), escaped(strings.TrimSuffix(cells[1], ".")))
	switch {
	case len(cells) < 3 || cells[2] == "":
	case cells[2] == "needed":
		k.out.WriteString(" Needed.")
	default:
		fmt.Fprintf(k.out, " Default: %s.", escaped(strings.TrimSuffix(cells[2], ".")))
	}
	k.out.WriteString("\n\n")
}

// words returns the text of a node, on one line and without marks.
func (k *keys) words(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, is := n.(*ast.Text); is && entering {
			b.Write(t.Segment.Value(k.source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.ReplaceAll(b.String(), `\|`, "|")
}
