package article

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// markdown is CommonMark with tables, strikethrough and bare links. HTML in it is left
// out, and so are links that would run something.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify))

// HTML returns the HTML of a text in Markdown. It has no scripts, styles or frames, but may
// refer to pictures elsewhere.
func HTML(body string) (template.HTML, error) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(body), &b); err != nil {
		return "", fmt.Errorf("read Markdown: %w", err)
	}
	return template.HTML(b.String()), nil
}
