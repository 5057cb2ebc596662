// Package markup finds, in the HTML of a mail, the part that says a text, and cleans
// it: an agent's bold words, lists, tables and links reach the reader of an answer.
// What the desk sends was decided on the text; the markup has to say the same, word for
// word, or it is not used. It knows no tickets. The entry point is [Of].
package markup

import (
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxPage bounds the HTML that is looked at, in bytes.
const maxPage = 512 << 10

// formats are the elements that say more than plain text does.
var formats = []atom.Atom{
	atom.B, atom.Strong, atom.I, atom.Em, atom.U, atom.S, atom.Strike, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Code, atom.Pre,
	atom.Ul, atom.Ol, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.A,
}

// policy keeps structure and links. Everything else of a page is its sender's own:
// colours and sizes that may hide a text, classes, ids, pictures from elsewhere, forms.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "code", "pre", "blockquote",
		"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	return p
}()

// borders make cells visible: the style of the page is gone.
var borders = strings.NewReplacer(
	"<table>", `<table border="1" cellpadding="6" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px">`,
)

// Of returns the part of an HTML page that says a text, cleaned, to stand within another
// page. It is empty where no part says just that text, where that part is nothing but
// plain text, and where a picture stands in it.
func Of(page, text string) string {
	if len(page) > maxPage || strings.TrimSpace(text) == "" {
		return ""
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	said := wordsOf(doc)
	from, to, found := find(said, wanted(text))
	if !found {
		return ""
	}
	c := cut{first: said[from], last: said[to]}
	c.keep(doc)
	if c.pictures || !c.formatted {
		return ""
	}
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		return ""
	}
	return borders.Replace(strings.TrimSpace(policy.Sanitize(b.String())))
}

// cut takes everything out of a page but what stands between two words.
type cut struct {
	first, last word
	at          int // 0: before the first word, 1: between them, 2: right behind the last, 3: further on

	formatted, pictures bool // of what is kept
}

// keep reports whether anything of a node stays.
func (c *cut) keep(n *html.Node) bool {
	switch {
	case n.Type == html.TextNode:
		return c.keepText(n)
	case n.Type == html.CommentNode || n.Type == html.DoctypeNode || unread[n.DataAtom]:
		return false
	}
	before, kept := c.at, false
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		if c.keep(child) {
			kept = true
		} else {
			n.RemoveChild(child)
		}
		child = next
	}
	kept = kept || before == 1 && c.at == 1
	if kept && n.Type == html.ElementNode {
		c.pictures = c.pictures || n.DataAtom == atom.Img
		for _, f := range formats {
			c.formatted = c.formatted || n.DataAtom == f
		}
	}
	return kept
}

// keepText cuts what stands before the first word, and behind the last.
func (c *cut) keepText(n *html.Node) bool {
	text, start := n.Data, 0
	if n == c.first.node {
		c.at, start = 1, c.first.start
	}
	end := len(text)
	switch {
	case c.at == 2: // a full stop behind a link
		end = strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPunct(r) })
		if end < 0 {
			end = len(text)
		}
		c.at = 3
	case c.at != 1:
		return false
	case n == c.last.node:
		if c.at, end = 3, c.last.end; end == len(text) {
			c.at = 2
		}
	}
	n.Data = text[start:end]
	return n.Data != ""
}
