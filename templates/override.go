package templates

import (
	"errors"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	texttemplate "text/template"

	xlanguage "golang.org/x/text/language"

	"maildesk/desk/notify"
)

// override reads FOLDER/LANGUAGE/TEMPLATE.txt and .html. It reads all of them
// before it returns an error that names every mistake.
func (t *Templates) override(folder string) error {
	tags, err := visible(folder)
	if err != nil {
		return fmt.Errorf("the folder of your own templates: %w; make it or leave it out of the config", err)
	}
	var mistakes []error
	for _, tag := range tags {
		dir := filepath.Join(folder, tag)
		if _, err := xlanguage.ParseBase(tag); err != nil || tag != strings.ToLower(tag) {
			mistakes = append(mistakes, fmt.Errorf("%s: not the code of a language; your files belong into folders such as %s", dir, filepath.Join(folder, "fr")))
			continue
		}
		names, err := visible(dir)
		if err != nil {
			mistakes = append(mistakes, err)
		}
		for _, name := range names {
			if err := t.overrideOne(tag, filepath.Join(dir, name)); err != nil {
				mistakes = append(mistakes, err)
			}
		}
	}
	return errors.Join(mistakes...)
}

// visible lists a folder without hidden files and editors' copies.
func visible(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !strings.HasSuffix(e.Name(), "~") {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// overrideOne puts one file in the place of our own words.
func (t *Templates) overrideOne(tag, path string) error {
	ext := filepath.Ext(path)
	name := notify.Template(strings.TrimSuffix(filepath.Base(path), ext))
	template, variant := splitVariant(name)
	if !template.Known() || ext != ".txt" && ext != ".html" {
		return fmt.Errorf("%s: there is no such mail; the name must be one of %s, and end in .txt or .html", path, known(slices.Values(notify.Templates())))
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	l := t.languages[tag]
	if l == nil { // a language of the admin's alone: dates and labels are English
		c := *t.languages[fallback].catalogue
		c.tag = tag
		pages, err := c.pages("plain.html")
		if err != nil {
			return err
		}
		l = &language{catalogue: &c, mails: map[notify.Template]*mail{}, plain: pages.Lookup("plain.html")}
		t.languages[tag] = l
	}
	m := l.mails[name]
	if m == nil {
		own := *t.languages[fallback].mails[template]
		if words := l.mails[template]; words != nil {
			own = *words
		}
		m = &own
		l.mails[name] = m
	}
	if ext == ".html" {
		m.html, err = htmltemplate.New(path).Funcs(l.funcs()).Parse(string(source))
		m.ownHTML = true
	} else {
		err = m.parseText(l, path, string(source))
	}
	if err != nil {
		return mistake(err)
	}
	for _, n := range []notify.Notice{sample(template, tag), {Template: template, Language: tag}} {
		n.Variant = variant
		if _, err := m.render(l, n); err != nil {
			return mistake(err)
		}
	}
	return nil
}

// splitVariant cuts the name that rules give to a text of the admin's off the
// template: "acknowledgement-exam" is the acknowledgement named exam.
func splitVariant(name notify.Template) (notify.Template, string) {
	if variant, ok := strings.CutPrefix(string(name), string(notify.TemplateAcknowledgement)+"-"); ok && variant != "" {
		return notify.TemplateAcknowledgement, variant
	}
	return name, ""
}

// parseText parses a text of the admin's, whose first line may be the subject.
func (m *mail) parseText(l *language, path, source string) (err error) {
	if first, rest, _ := strings.Cut(source, "\n"); strings.HasPrefix(first, "Subject:") {
		subject := strings.TrimSpace(strings.TrimPrefix(first, "Subject:"))
		if m.subject, err = texttemplate.New(path).Funcs(l.funcs()).Parse(subject); err != nil {
			return err
		}
		source = "\n" + rest // lines keep their numbers
	}
	m.text, err = texttemplate.New(path).Funcs(l.funcs()).Parse(source)
	m.ownText = true
	return err
}

// mistake says where a template is wrong, as FILE:LINE, and what it may say.
func mistake(err error) error {
	page := reflect.TypeFor[Page]()
	var fields []string
	for i := range page.NumField() {
		fields = append(fields, "."+page.Field(i).Name)
	}
	functions := (&catalogue{}).funcs()
	where := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template:")
	return fmt.Errorf("%s; known fields: %s; known functions: %s", strings.TrimSpace(where), known(slices.Values(fields)), known(maps.Keys(functions)))
}

// known lists names for people to choose from.
func known[S ~string](names func(yield func(S) bool)) string {
	var list []string
	for name := range names {
		list = append(list, string(name))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
