package templates

import (
	htmltemplate "html/template"
	"io"
	"net/url"
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
	all := htmltemplate.New("").Funcs(c.funcs()).Funcs(htmltemplate.FuncMap{"facts": factsAsHTML, "links": linksAsHTML, "helpLink": helpLink, "written": written})
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

// factsAsHTML is factsAsText with muted labels, and with what is late or urgent in
// the colour of alarm. A label never breaks, and stays with its value where a line
// has room for both.
func factsAsHTML(facts []Fact, colon string) htmltemplate.HTML {
	var b strings.Builder
	b.Grow(len(facts) * 192)
	for i, f := range facts {
		if f.Next {
			b.WriteString("<br>\n")
		}
		put(&b, `<span style="display:inline-block"><span class="m" style="color:#5f6368;white-space:nowrap">`, escape(f.Label), escape(colon), `</span> `)
		if f.Alarm {
			put(&b, `<b class="a" style="color:#b3261e">`, escape(f.Value), `</b>`)
		} else {
			b.WriteString(escape(f.Value))
		}
		if i+1 < len(facts) && !facts[i+1].Next {
			b.WriteString("\u00a0·") // no line begins with it
		}
		b.WriteString("</span>\n")
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

// How a button looks: the first action is the one that is mostly wanted.
const (
	button  = `display:inline-block;margin:0 8px 8px 0;padding:0 14px;border:1px solid #1a5fb4;border-radius:6px;line-height:2.3;font-size:15px;text-decoration:none;white-space:nowrap;`
	primary = `" class="p" style="` + button + `color:#ffffff;background:#1a5fb4">`
	further = `" class="b" style="` + button + `color:#1a5fb4">`
)

// linksAsHTML returns one button for each action, of which the first stands out
// where they are the main ones of the mail.
func linksAsHTML(links []notify.Action, main bool) htmltemplate.HTML {
	var b strings.Builder
	b.Grow(len(links) * 512)
	style := further
	if main {
		style = primary
	}
	for _, l := range links {
		put(&b, `<a href="`, escape(mailtoOf(l.URL)), style, escape(l.Name), "</a>\n")
		style = further
	}
	return htmltemplate.HTML(b.String())
}

func helpLink(href, words string) htmltemplate.HTML {
	return htmltemplate.HTML(`<a class="b" style="color:#1a5fb4" href="` + escape(mailtoOf(href)) + `">` + escape(words) + "</a>")
}

// mailtoOf lets nothing be a link but what opens a new mail.
func mailtoOf(href string) string {
	if u, err := url.Parse(href); err == nil && u.Scheme == "mailto" {
		return u.String()
	}
	return "#"
}

func put(b *strings.Builder, pieces ...string) {
	for _, s := range pieces {
		b.WriteString(s)
	}
}

// written returns what a person wrote, with what is quoted between two pieces, and
// with pictures in the place of their names. Line ends are <br>.
func written(text, before, after string, pictures ...[]notify.Picture) htmltemplate.HTML {
	var b strings.Builder
	for _, r := range lines(text) {
		if r.Quoted {
			put(&b, before, string(r.HTML), after)
		} else {
			put(&b, string(r.HTML))
		}
	}
	html := b.String()
	for _, all := range pictures {
		html = withPictures(html, all)
	}
	return htmltemplate.HTML(html)
}
