package templates

import (
	htmltemplate "html/template"
	"io"
	"strings"
	texttemplate "text/template"

	"maildesk/desk/notify"
)

// A layout is filled in twice. What stands in [[ ]] is the same in every mail
// of a language (labels, lists of commands, parts that layouts share) and is
// filled in once, with the catalogue, when the language is read; what stands
// in {{ }} is filled in with the page of each mail. So most of a mail is mere
// text by then, as each action of a template costs more than the words that it
// inserts. html/template escapes in both rounds.
const onceLeft, onceRight = "[[", "]]"

// texts returns the text layouts of these names in this language.
func (c *catalogue) texts(names ...string) (*texttemplate.Template, error) {
	once, err := texttemplate.New("").Delims(onceLeft, onceRight).ParseFS(files, "layout/*.txt")
	if err != nil {
		return nil, err
	}
	all := texttemplate.New("").Funcs(c.funcs()).Funcs(texttemplate.FuncMap{"facts": factsAsText, "links": linksAsText, "table": tableAsText})
	return all, c.fillOnce(once, names, func(name, layout string) error {
		_, err := all.New(name).Parse(layout)
		return err
	})
}

// pages returns the HTML layouts of these names in this language.
func (c *catalogue) pages(names ...string) (*htmltemplate.Template, error) {
	once, err := htmltemplate.New("").Delims(onceLeft, onceRight).ParseFS(files, "layout/*.html")
	if err != nil {
		return nil, err
	}
	all := htmltemplate.New("").Funcs(c.funcs()).Funcs(htmltemplate.FuncMap{"written": written})
	return all, c.fillOnce(once, names, func(name, layout string) error {
		_, err := all.New(name).Parse(layout)
		return err
	})
}

// fillOnce fills in what is in [[ ]] and passes each layout to parse.
func (c *catalogue) fillOnce(once interface {
	ExecuteTemplate(w io.Writer, name string, data any) error
}, names []string, parse func(name, layout string) error) error {
	for _, name := range names {
		var layout strings.Builder
		if err := once.ExecuteTemplate(&layout, name, c); err != nil {
			return err
		}
		if err := parse(name, layout.String()); err != nil {
			return err
		}
	}
	return nil
}

// The functions below are for our own text layouts alone. Each puts everything that
// is repeated between pieces of the layout in one action.

// factsAsText returns facts in a line or two.
func factsAsText(facts []Fact, colon string) string {
	var b strings.Builder
	b.Grow(len(facts) * 48)
	for i, f := range facts {
		switch {
		case f.Next:
			b.WriteString("\n")
		case i > 0:
			b.WriteString(between)
		}
		put(&b, f.Label, colon, " ", f.Value)
	}
	return b.String()
}

// between stands between two facts.
const between = " · "

func linksAsText(links []notify.Action, between string) string {
	var b strings.Builder
	b.Grow(len(links) * 256)
	for _, l := range links {
		put(&b, l.Name, between, l.URL, "\n")
	}
	return b.String()
}

func put(b *strings.Builder, pieces ...string) {
	for _, s := range pieces {
		b.WriteString(s)
	}
}
