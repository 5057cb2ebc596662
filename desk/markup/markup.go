// Package markup finds, in the HTML of a mail, the part that says a text, and cleans
// it: an agent's bold words, lists, tables, links and pictures reach the reader of an
// answer.
// What the desk sends was decided on the text; the markup has to say the same, word for
// word, or it is not used. It knows no tickets. The entry point is [Of].
package markup

import (
	"regexp"
	"slices"
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
	atom.B, atom.Strong, atom.I, atom.Em, atom.U, atom.S, atom.Strike, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Mark,
	atom.Code, atom.Pre, atom.Kbd, atom.Samp, atom.Tt, atom.Var, atom.Blockquote, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.A,
}

// styled finds what an element says by its style.
var styled = regexp.MustCompile(`(?i)font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic|text-decoration(?:-line)?:\s*(?:underline|line-through)`)

// policy keeps structure, emphasis, links and pictures of the mail. Everything else of a
// page is its sender's own: colours and sizes that may hide a text, classes, ids, forms.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "mark", "q", "cite", "abbr",
		"code", "pre", "kbd", "samp", "tt", "var", "blockquote",
		"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("td", "th")
	p.AllowAttrs("valign").Matching(bluemonday.CellVerticalAlign).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(?:row|col)(?:group)?$`)).OnElements("th")
	p.AllowAttrs("start", "value").Matching(bluemonday.Integer).OnElements("ol", "li")
	p.AllowAttrs("type").Matching(bluemonday.ListType).OnElements("ol", "ul", "li")
	p.AllowStyles("font-weight").MatchingEnum("bold", "600", "700", "800", "900").Globally()
	p.AllowStyles("font-style").MatchingEnum("italic").Globally()
	p.AllowStyles("text-decoration", "text-decoration-line").MatchingEnum("underline", "line-through").Globally()
	p.AllowStyles("text-align").MatchingEnum("left", "right", "center").Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width").Matching(bluemonday.Integer).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireParseableURLs(true)
	return p
}()

// dress makes cells and quotes visible, and nothing wider than the page: its style is
// gone.
var dress = strings.NewReplacer(
	"<pre>", `<pre style="white-space:pre-wrap">`,
	"<blockquote>", `<blockquote style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #8886">`,
	"<img ", `<img style="max-width:100%" `,
	"<table>", `<table border="1" cellpadding="6" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px">`,
)

// Pictures returns what is known of the picture with a Content-ID in the page: the name
// by which the text marks its place, empty where the mail has no such picture, and the
// Content-ID under which it goes along, empty where it does not.
type Pictures func(contentID string) (name, id string)

// Of returns the part of an HTML page that says a text, cleaned, to stand within another
// page. It is empty where no part says just that text, and where that part is nothing but
// plain text. Of pictures that do not go along the words in their place are left.
func Of(page, text string, pictures Pictures) string {
	if len(page) > maxPage || strings.TrimSpace(text) == "" {
		return ""
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	marks := setPictures(doc, pictures)
	said := wordsOf(doc, marks)
	from, to, found := find(said, wanted(text))
	if !found {
		return ""
	}
	c := cut{first: said[from], last: said[to]}
	c.keep(doc)
	if !c.formatted {
		return ""
	}
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		return ""
	}
	return dress.Replace(strings.TrimSpace(policy.Sanitize(b.String())))
}

// cut takes everything out of a page but what stands between two words.
type cut struct {
	first, last word
	at          int // 0: before the first word, 1: between them, 2: right behind the last, 3: further on

	formatted bool // what is kept
}

// keep reports whether anything of a node stays.
func (c *cut) keep(n *html.Node) bool {
	switch {
	case n.Type == html.TextNode:
		return c.keepText(n)
	case n.Type == html.CommentNode || n.Type == html.DoctypeNode || unread[n.DataAtom]:
		return false
	}
	if n.DataAtom == atom.Img {
		return c.keepPicture(n)
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
		c.formatted = c.formatted || slices.Contains(formats, n.DataAtom) || styled.MatchString(attribute(n, "style"))
	}
	return kept
}

// keepPicture reports whether a picture stands between the words.
func (c *cut) keepPicture(n *html.Node) bool {
	if n == c.first.from.node {
		c.at = 1
	}
	kept := c.at == 1
	if kept && n == c.last.to.node {
		c.at = 3
	}
	c.formatted = c.formatted || kept
	return kept
}

// keepText cuts what stands before the first word, and behind the last.
func (c *cut) keepText(n *html.Node) bool {
	text, start := n.Data, 0
	if n == c.first.from.node {
		c.at, start = 1, c.first.from.at
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
	case n == c.last.to.node:
		if c.at, end = 3, c.last.to.at; end == len(text) {
			c.at = 2
		}
	}
	n.Data = text[start:end]
	return n.Data != ""
}
