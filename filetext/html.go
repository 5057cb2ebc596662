package filetext

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// mostMarkup is how much of a page is read: pictures may stand in it as text.
const mostMarkup = 4 << 20

// hidden are elements whose text nobody sees.
var hidden = []string{"script", "style", "noscript", "template"}

// within are elements that do not end a word.
var within = []string{"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "tt", "u", "wbr"}

// htmlText returns the text of a page that people see.
func htmlText(content []byte, most int) string {
	content = content[:min(len(content), mostMarkup)]
	encoding, _, _ := charset.DetermineEncoding(content[:min(len(content), 1024)], "text/html")
	var text strings.Builder
	z := html.NewTokenizer(encoding.NewDecoder().Reader(bytes.NewReader(content)))
	inside := "" // a hidden element
	for text.Len() < most {
		switch z.Next() {
		case html.ErrorToken: // the end: nothing else is an error of a page
			return clean(text.String())
		case html.TextToken:
			if inside == "" {
				text.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if inside == "" && slices.Contains(hidden, string(name)) {
				inside = string(name)
			}
			divide(&text, string(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) == inside {
				inside = ""
			}
			divide(&text, string(name))
		}
	}
	return clean(text.String())
}

// divide ends a word where an element begins or ends that stands for itself.
func divide(text *strings.Builder, name string) {
	if !slices.Contains(within, name) {
		text.WriteByte('\n')
	}
}

// clean returns text without what is none.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}
