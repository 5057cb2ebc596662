package markup

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxAlt is the longest text in the place of a picture, in bytes, that is read.
const maxAlt = 200

// maxWidth is the greatest width that a picture keeps, in pixels.
const maxWidth = 600

// setPictures changes the pictures of a page to those that go along. It returns their
// marks in the text. In the place of the others the text that stands for them is left.
func setPictures(doc *html.Node, pictures Pictures) map[*html.Node]string {
	marks := map[*html.Node]string{}
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Img && n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	for _, n := range all {
		name, id := "", ""
		if cid, is := strings.CutPrefix(attribute(n, "src"), "cid:"); is && pictures != nil {
			if plain, err := url.PathUnescape(cid); err == nil {
				cid = plain
			}
			name, id = pictures(cid)
		}
		switch alt := strings.TrimSpace(attribute(n, "alt")); {
		case id != "":
			marks[n] = "[" + name + "]"
			n.Attr = append(widthOf(n), html.Attribute{Key: "src", Val: "cid:" + id}, html.Attribute{Key: "alt", Val: name})
		case name != "":
			replace(n, "["+name+"]")
		case alt == "" || len(alt) > maxAlt:
			n.Parent.RemoveChild(n)
		case len(alt) <= 16 && alt[0] >= 0x80: // an emoji
			replace(n, alt)
		default:
			replace(n, "["+alt+"]")
		}
	}
	return marks
}

// replace puts a text in the place of a picture.
func replace(n *html.Node, text string) {
	n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: text}, n)
	n.Parent.RemoveChild(n)
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// widthOf returns the width of a picture, where it has a fitting one.
func widthOf(n *html.Node) []html.Attribute {
	width := attribute(n, "width")
	if w, err := strconv.Atoi(width); err != nil || w < 1 || w > maxWidth {
		return nil
	}
	return []html.Attribute{{Key: "width", Val: width}}
}
