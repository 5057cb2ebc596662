package templates

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"strings"
	"sync"
	texttemplate "text/template"

	"maildesk/compose"
	"maildesk/desk/notify"
)

//go:embed words layout
var files embed.FS

// fallback is the language of everybody whose own we do not have.
const fallback = "en"

// Templates renders notices in every language that it has.
type Templates struct {
	languages map[string]*language
}

var _ notify.Words = (*Templates)(nil)

// language is everything that is said in one language.
type language struct {
	*catalogue
	mails map[notify.Template]*mail
	plain *htmltemplate.Template // lays out a text of the admin's as HTML

	figuresText *texttemplate.Template
	figuresHTML *htmltemplate.Template

	loginText *texttemplate.Template
	loginHTML *htmltemplate.Template
}

// mail is one template in one language.
type mail struct {
	words   *words
	text    *texttemplate.Template
	html    *htmltemplate.Template
	subject *texttemplate.Template // the admin's own, or nil
	// ownText and ownHTML: the admin has put theirs in the place of ours.
	ownText, ownHTML bool
}

// executor is what text/template and html/template have in common.
type executor interface {
	Execute(w io.Writer, data any) error
}

// New reads the embedded languages and then the admin's own files in folder,
// where "" means that there are none. Every template is tried with a full and
// with an empty notice, so that an error names file, line and remedy now
// rather than spoil a mail later.
func New(folder string) (*Templates, error) {
	all, err := embeddedOnce()
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	t := &Templates{languages: map[string]*language{}}
	for tag, l := range all {
		t.languages[tag] = l.clone()
	}
	if folder != "" {
		if err := t.override(folder); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	return t, nil
}

// embeddedOnce returns our own languages, which are the same each time.
var embeddedOnce = sync.OnceValues(func() (map[string]*language, error) {
	entries, err := fs.ReadDir(files, "words")
	if err != nil {
		return nil, err
	}
	all := map[string]*language{}
	for _, e := range entries {
		l, err := embedded("words/" + e.Name())
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(e.Name(), ".toml")] = l
	}
	return all, nil
})

// clone returns a copy whose mails can be replaced by the admin's own.
func (l *language) clone() *language {
	own := *l
	own.mails = make(map[notify.Template]*mail, len(l.mails))
	for name, m := range l.mails {
		copied := *m
		own.mails[name] = &copied
	}
	return &own
}

// embedded reads one of our own languages.
func embedded(path string) (*language, error) {
	c, err := readCatalogue(path)
	if err != nil {
		return nil, err
	}
	texts, err := c.texts("requester.txt", "agent.txt", "figures.txt", "login.txt")
	if err != nil {
		return nil, err
	}
	pages, err := c.pages("requester.html", "agent.html", "plain.html", "figures.html", "login.html")
	if err != nil {
		return nil, err
	}
	l := &language{catalogue: c, mails: map[notify.Template]*mail{}, plain: pages.Lookup("plain.html"), figuresText: texts.Lookup("figures.txt"), figuresHTML: pages.Lookup("figures.html"),
		loginText: texts.Lookup("login.txt"), loginHTML: pages.Lookup("login.html")}
	for _, template := range notify.Templates() {
		w, ok := c.mails[template]
		if !ok {
			return nil, fmt.Errorf("%s: no words for %q", path, template)
		}
		a := string(template.Audience())
		if template.Audience() == notify.AudienceVendor { // the same page, with less on it
			a = string(notify.AudienceRequester)
		}
		l.mails[template] = &mail{words: w, text: texts.Lookup(a + ".txt"), html: pages.Lookup(a + ".html")}
	}
	return l, nil
}

// Render returns subject, text and HTML of a notice, in its language or, where
// that has no such template, in English. It is an error when the template is
// not one of package notify, or when a file of the admin's fails on this data.
func (t *Templates) Render(n notify.Notice) (compose.Words, error) {
	l, m := t.find(n)
	if m == nil {
		return compose.Words{}, fmt.Errorf("templates: there is no template %q", n.Template)
	}
	w, err := m.render(l, n)
	if err != nil {
		return compose.Words{}, fmt.Errorf("templates: %s in %s: %w", n.Template, l.tag, err)
	}
	return w, nil
}

// Writes reports whether there are words in a language, "fr" or "fr-CA".
func (t *Templates) Writes(language string) bool {
	tag, _, _ := strings.Cut(strings.ToLower(language), "-")
	return t.languages[tag] != nil
}

// find returns the language in which there are words for n: "fr" for "fr-CA". A
// variant that does not exist in the reader's language is replaced by the ordinary
// text, if that does.

func (t *Templates) find(n notify.Notice) (*language, *mail) {
	tag, _, _ := strings.Cut(strings.ToLower(n.Language), "-")
	for _, tag := range []string{tag, fallback} {
		for _, name := range []notify.Template{variantOf(n.Template, n.Variant), n.Template} {
			if l := t.languages[tag]; l != nil && l.mails[name] != nil {
				return l, l.mails[name]
			}
		}
	}
	return nil, nil
}

// variantOf names a variant of a template, as its file: acknowledgement-exam.
func variantOf(template notify.Template, variant string) notify.Template {
	if variant == "" {
		return template
	}
	return template + "-" + notify.Template(variant)
}

// render fills one page and lays it out as text and as HTML.
func (m *mail) render(l *language, n notify.Notice) (compose.Words, error) {
	p, err := l.page(m, n)
	if err != nil {
		return compose.Words{}, err
	}
	if m.subject != nil {
		own, err := execute(m.subject, p)
		if err != nil {
			return compose.Words{}, err
		}
		p.Subject = cmp.Or(oneLine(own), p.Subject)
	}
	text, err := execute(m.text, p)
	if err != nil {
		return compose.Words{}, err
	}
	text = closed(text)
	layout := m.html
	if m.ownText && !m.ownHTML { // both parts of the mail must say the same
		p.Preheader, p.Text = "", trim(text)
		layout = l.plain
	}
	html, err := execute(layout, p)
	if err != nil {
		return compose.Words{}, err
	}
	subject := p.Subject
	if n.Bare && n.Subject != "" {
		subject = oneLine(n.Subject) // in the Subject field, and nowhere else
	}
	return compose.Words{Subject: subject, Text: text, HTML: html, Answers: l.answersTo(n)}, nil
}

// buffers are those in which templates were executed, to be used again: they
// have grown to the size of a mail.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func execute(t executor, p any) (string, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	err := t.Execute(b, p)
	return b.String(), err
}
