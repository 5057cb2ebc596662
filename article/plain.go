package article

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"maildesk/ticket"
)

// Answer returns a text as it stands in an answer to somebody who has the problem: plain,
// and without what [Draft] says of the problem, which they know.
func Answer(t ticket.Text) string {
	source := []byte(t.Body)
	p := plainer{source: source}
	skip := false
	doc := markdown.Parser().Parse(text.NewReader(source))
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, is := n.(*ast.Heading); is && h.Level <= 2 {
			name := p.inline(n)
			skip = name == in(t.Language).problem
			if skip || name == in(t.Language).solution {
				continue
			}
		}
		if !skip {
			p.block(n, "", "")
		}
	}
	return strings.TrimSpace(p.String())
}

// plainer writes Markdown as plain text.
type plainer struct {
	strings.Builder
	source []byte
}

// block writes a block: first stands before its first line, others before the rest.
func (p *plainer) block(n ast.Node, first, others string) {
	switch n := n.(type) {
	case *ast.List:
		for i, item := n.Start, n.FirstChild(); item != nil; i, item = i+1, item.NextSibling() {
			mark := "- "
			if n.IsOrdered() {
				mark = strconv.Itoa(i) + ". "
			}
			p.children(item, first+mark, others+strings.Repeat(" ", len(mark)))
		}
		if n.IsTight {
			p.WriteString("\n")
		}
		return
	case *ast.Blockquote:
		p.children(n, first+"> ", others+"> ")
		return
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		var code strings.Builder
		lines := n.Lines()
		for i := range lines.Len() {
			at := lines.At(i)
			code.Write(at.Value(p.source))
		}
		p.lines(strings.TrimRight(code.String(), "\n"), first+"    ", others+"    ", true)
		return
	case *ast.ThematicBreak, *ast.HTMLBlock:
		return
	case *extension.Table:
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			var cells []string
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, p.inline(cell))
			}
			p.lines(strings.Join(cells, " | "), first, others, row.NextSibling() == nil)
			first = others
		}
		return
	}
	_, tight := n.(*ast.TextBlock)
	p.lines(p.inline(n), first, others, !tight)
}

// children writes the blocks of one that holds others.
func (p *plainer) children(n ast.Node, first, others string) {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		p.block(child, first, others)
		first = others
	}
}

// lines writes lines, and an empty one below where the block ends with one.
func (p *plainer) lines(text, first, others string, apart bool) {
	for line := range strings.SplitSeq(text, "\n") {
		p.WriteString(strings.TrimRight(first+line, " ") + "\n")
		first = others
	}
	if apart {
		p.WriteString("\n")
	}
}

// inline returns what stands in a block. A link has its address behind it.
func (p *plainer) inline(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch c := child.(type) {
		case *ast.Text:
			b.Write(unescaped(c.Value(p.source)))
			if c.HardLineBreak() {
				b.WriteByte('\n')
			} else if c.SoftLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.URL(p.source))
		case *ast.Link:
			label, to := p.inline(c), string(c.Destination)
			if b.WriteString(label); to != label {
				b.WriteString(" (" + to + ")")
			}
		case *ast.RawHTML:
		default:
			b.WriteString(p.inline(c))
		}
	}
	return b.String()
}

// unescaped returns text of Markdown without the backslashes that keep signs from meaning
// something (CommonMark, section 2.4).
func unescaped(source []byte) []byte {
	const signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	var b []byte
	for i := 0; i < len(source); i++ {
		if source[i] == '\\' && i+1 < len(source) && strings.IndexByte(signs, source[i+1]) >= 0 {
			i++
		}
		b = append(b, source[i])
	}
	return b
}
