package templates

import (
	htmltemplate "html/template"
	"io"
	"maildesk/desk/notify"
	"net/url"
	"strings"
	texttemplate "text/template"
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
	all := texttemplate.New("").Funcs(c.funcs()).Funcs(texttemplate.FuncMap{"facts": factsAsText, "links": linksAsText})
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
	all := htmltemplate.New("").Funcs(c.funcs()).Funcs(htmltemplate.FuncMap{"facts": factsAsHTML, "links": linksAsHTML, "written": written})
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

// The functions below are for our own layouts alone. Each puts everything that
// is repeated between pieces of the layout in one action. What they return as HTML
// is escaped here, by html/template's own function.

// escape is what html/template does to the text of an element: it also hides
// each +, for old readers that took it for UTF-7.
func escape(s string) string {
	return strings.ReplaceAll(htmltemplate.HTMLEscapeString(s), "+", "&#43;")
}

func factsAsText(facts []Fact, before, between, after string) string {
	var b strings.Builder
	b.Grow(len(facts) * (48 + len(before) + len(between) + len(after)))
	for _, f := range facts {
		put(&b, before, f.Label, between, f.Value, after)
	}
	return b.String()
}

func factsAsHTML(facts []Fact, before, between, after string) htmltemplate.HTML {
	var b strings.Builder
	b.Grow(len(facts) * (64 + len(before) + len(between) + len(after)))
	for _, f := range facts {
		put(&b, before, escape(f.Label), between, escape(f.Value), after)
	}
	return htmltemplate.HTML(b.String())
}

func linksAsText(links []notify.Action, between string) string {
	var b strings.Builder
	b.Grow(len(links) * 256)
	for _, l := range links {
		put(&b, l.Name, between, l.URL, "\n")
	}
	return b.String()
}

// linksAsHTML returns one <a> for each action. It lets nothing be a link but what opens a new mail.
func linksAsHTML(links []notify.Action, before, between, after string) htmltemplate.HTML {
	var b strings.Builder
	b.Grow(len(links) * (256 + len(before) + len(between) + len(after)))
	for _, l := range links {
		href := "#"
		if u, err := url.Parse(l.URL); err == nil && u.Scheme == "mailto" {
			href = u.String()
		}
		put(&b, before, `href="`, escape(href), `"`, between, escape(l.Name), after)
	}
	return htmltemplate.HTML(b.String())
}

func put(b *strings.Builder, pieces ...string) {
	for _, s := range pieces {
		b.WriteString(s)
	}
}

// written returns what a person wrote, with what is quoted between two pieces.
// Line ends are <br>.
func written(text, before, after string) htmltemplate.HTML {
	var b strings.Builder
	for _, r := range lines(text) {
		if r.Quoted {
			put(&b, before, string(r.HTML), after)
		} else {
			put(&b, string(r.HTML))
		}
	}
	return htmltemplate.HTML(b.String())
}
