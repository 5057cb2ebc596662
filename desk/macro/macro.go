package macro

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"
)

// Macros are the texts of a folder. The nil value has none.
type Macros struct {
	texts map[string]map[string]*template.Template // by name and language; "": of any language
	plain map[string]map[string]string             // likewise, without fields
	kept  map[string]Why                           // those that are not sent
}

// Why is why a text that has a name is not sent. Closed set; empty: it is.
type Why string

// The reasons.
const (
	Internal Why = "internal" // it is for agents alone
	Draft    Why = "draft"    // nobody has reviewed it yet
)

// With returns m with further texts: by name and language, without fields, and those that
// are not sent. What m has goes first.
func (m *Macros) With(plain map[string]map[string]string, kept map[string]Why) *Macros {
	if m == nil {
		m = &Macros{}
	}
	return &Macros{texts: m.texts, plain: plain, kept: kept}
}

// Kept returns why a text is not sent; empty: it is, or there is none.
func (m *Macros) Kept(name string) Why {
	if m == nil || m.texts[name] != nil {
		return ""
	}
	return m.kept[name]
}

// maxText bounds a file, in bytes.
const maxText = 64 << 10

// fileName is NAME.LANGUAGE.md, or NAME.md for readers of any language.
var fileName = regexp.MustCompile(`^([a-z0-9][a-z0-9-]*)(?:\.([a-z]{2}))?\.(?:md|txt)$`)

// Read reads the texts of a folder, which errors call by its name. Hidden files and
// copies of editors do not count. The error names every mistake with its file, and its
// line where it has one.
func Read(folder fs.FS, name string) (*Macros, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("the folder of texts for #send: %w; make it, or leave macros out", err)
	}
	m := &Macros{texts: map[string]map[string]*template.Template{}}
	var mistakes []error
	for _, e := range entries {
		if file := e.Name(); !strings.HasPrefix(file, ".") && !strings.HasSuffix(file, "~") {
			mistakes = append(mistakes, m.read(folder, file, path.Join(name, file)))
		}
	}
	return m, errors.Join(mistakes...)
}

// read reads one file; where is how errors call it.
func (m *Macros) read(folder fs.FS, file, where string) error {
	parts := fileName.FindStringSubmatch(file)
	if parts == nil {
		return fmt.Errorf("%s: no name of a text; write it as in password-reset.de.md, or password-reset.md for readers of every language", where)
	}
	source, err := fs.ReadFile(folder, file)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", where, err)
	case len(source) > maxText:
		return fmt.Errorf("%s: %d bytes are too much for a text; the most is %d", where, len(source), maxText)
	case !utf8.Valid(source):
		return fmt.Errorf("%s: not written in UTF-8; save it as UTF-8", where)
	case strings.TrimSpace(string(source)) == "":
		return fmt.Errorf("%s: there is no text in it", where)
	}
	t, err := compile(where, string(source))
	if err != nil {
		return err
	}
	name, language := parts[1], parts[2]
	if m.texts[name] == nil {
		m.texts[name] = map[string]*template.Template{}
	}
	if m.texts[name][language] != nil {
		return fmt.Errorf("%s: the text is there already, with the other ending", where)
	}
	m.texts[name][language] = t
	return nil
}

// Names returns the names of all texts, sorted.
func (m *Macros) Names() []string {
	if m == nil {
		return nil
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(m.texts)), maps.Keys(m.plain))
	slices.Sort(names)
	return slices.Compact(names)
}

// Named returns the name of a text as its files have it, and whether there is one. The
// case of what was written does not matter.
func (m *Macros) Named(written string) (string, bool) {
	name := strings.ToLower(strings.TrimSpace(written))
	if m == nil || m.texts[name] == nil && m.plain[name] == nil && m.kept[name] == "" {
		return "", false
	}
	return name, true
}

// Text returns a text with the fields of a ticket, in the first of some languages that
// it has; else the one for every language, English, or the one that comes first. It is
// empty where there is no text of that name.
func (m *Macros) Text(name string, f Fields, languages ...string) string {
	if m == nil || m.texts[name] == nil && m.plain[name] == nil {
		return ""
	}
	all, plain := m.texts[name], m.plain[name]
	if all == nil {
		for _, language := range slices.Concat(languages, []string{"", "en"}, slices.Sorted(maps.Keys(plain))) {
			if text, there := plain[language]; there {
				return text
			}
		}
	}
	for _, language := range slices.Concat(languages, []string{"", "en"}, slices.Sorted(maps.Keys(all))) {
		if t := all[language]; t != nil {
			return f.fill(t)
		}
	}
	return ""
}
