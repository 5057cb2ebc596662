package desk_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// outline reads the HTML of mails as text: a block a line, with what it is, its words, and
// where its links lead. How everything looks is collected beside it, once for all mails.
type outline struct {
	t     *testing.T
	looks map[string]bool // "p.m { margin:0 }", and the style sheets
	lines []string
}

// blocks are the elements that begin a line.
var blocks = []string{"body", "h1", "h2", "h3", "p", "div", "table", "tbody", "tr", "td", "th", "ul", "ol", "li", "blockquote", "pre", "hr"}

// of returns the outline of the HTML of a mail.
func (o *outline) of(page string) string {
	o.t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		o.t.Fatal(err)
	}
	o.lines = nil
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "style" && n.FirstChild != nil:
			o.looks[strings.TrimSpace(n.FirstChild.Data)] = true
		case n.Data == "title" && n.FirstChild != nil:
			o.lines = append(o.lines, "title: "+n.FirstChild.Data)
		case n.Data == "body":
			o.block(n)
		}
	}
	return strings.Join(o.lines, "\n") + "\n"
}

// block adds the lines of a block: one for each run of words between the blocks in it.
func (o *outline) block(n *html.Node) {
	o.see(n)
	words := ""
	end := func() {
		if words = strings.Join(strings.Fields(words), " "); words != "" {
			o.lines = append(o.lines, named(n)+": "+words)
		}
		words = ""
	}
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && slices.Contains(blocks, c.Data) {
			end()
			o.block(c)
			continue
		}
		words += o.inline(c, strings.Contains(attribute(n, "style"), "pre-wrap"))
	}
	end()
}

// inline returns the words of what stands within a line. kept says that ends of lines
// count.
func (o *outline) inline(n *html.Node, kept bool) string {
	switch n.Type {
	case html.TextNode:
		if kept {
			return strings.ReplaceAll(n.Data, "\n", " ⏎ ")
		}
		return n.Data
	case html.CommentNode:
		return " <!--" + n.Data + "--> "
	case html.ElementNode:
	default:
		return ""
	}
	o.see(n)
	within := ""
	for c := range n.ChildNodes() {
		within += o.inline(c, kept)
	}
	switch n.Data {
	case "br":
		return " / "
	case "a":
		return fmt.Sprintf("[%s]%s(%s)", within, strings.TrimPrefix(named(n), "a"), attribute(n, "href"))
	case "img":
		return fmt.Sprintf("![%s](%s)", attribute(n, "alt"), attribute(n, "src"))
	}
	return fmt.Sprintf("<%s %s>", named(n), within)
}

// see collects how an element looks.
func (o *outline) see(n *html.Node) {
	if style := attribute(n, "style"); style != "" {
		o.looks[named(n)+" { "+style+" }"] = true
	}
}

// sheet returns how everything looks, by element.
func (o *outline) sheet() string {
	return strings.Join(slices.Sorted(maps.Keys(o.looks)), "\n") + "\n"
}

// named returns an element with its classes, and whether it is hidden: "p.m".
func named(n *html.Node) string {
	name := n.Data
	for _, class := range strings.Fields(attribute(n, "class")) {
		name += "." + class
	}
	if strings.Contains(attribute(n, "style"), "display:none") {
		name += " (hidden)"
	}
	return name
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
