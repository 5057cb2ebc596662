package article

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"maildesk/ticket"
)

// File is one text of an article as it stands in a folder.
type File struct {
	Name  string // SLUG.LANGUAGE.md
	Bytes []byte
}

// fence is the line before and behind the front matter.
const fence = "+++"

// MaxBody bounds the text of an article in one language, in bytes.
const MaxBody = 256 << 10

// front is the front matter, in the order of its lines. All but the title is the same in
// each language.
type front struct {
	Title    string              `toml:"title"`
	State    ticket.ArticleState `toml:"state"`
	Audience ticket.Audience     `toml:"audience"`
	Owner    string              `toml:"owner,omitempty"`
	Category string              `toml:"category,omitempty"`
	Review   string              `toml:"review,omitempty"`
	Revision int                 `toml:"revision,omitempty"`
}

// Files returns an article as files, one a language. The same article has the same bytes,
// always: a folder of them can be kept in a repository.
func Files(a ticket.Article) ([]File, error) {
	var all []File
	for _, t := range a.Texts {
		head, err := toml.Marshal(front{t.Title, a.State, a.Audience, a.Owner, a.Category, a.Review, a.Revision})
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", a.Slug, err)
		}
		all = append(all, File{a.Slug + "." + t.Language + ".md", fmt.Appendf(nil, "%s\n%s%s\n\n%s\n", fence, head, fence, clean(t.Body))})
	}
	return all, nil
}

// clean returns a body without blank lines at its ends and with the ends of lines of Unix.
func clean(body string) string {
	return strings.TrimRight(strings.Trim(strings.ReplaceAll(body, "\r\n", "\n"), "\n"), " \t\n")
}

// Mistake says what is wrong in a file, and where.
type Mistake struct {
	File string
	Line int // 0: in the whole file
	Says string
}

func (m *Mistake) Error() string {
	if m.Line == 0 {
		return m.File + ": " + m.Says
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Says)
}

// fileName is SLUG.LANGUAGE.md.
var fileName = regexp.MustCompile(`^(` + slugPattern + `)\.([a-z]{2})\.md$`)

// page is a file that was read.
type page struct {
	file, slug string
	front
	text   ticket.Text
	source []byte
}

func (p page) mistake(key, says string, args ...any) error {
	return &Mistake{p.file, lineOf(p.source, key), fmt.Sprintf(says, args...)}
}

// lineOf returns the line on which the front matter sets a key, 1 where it does not.
func lineOf(source []byte, key string) int {
	for i, line := range bytes.Split(source, []byte("\n")) {
		name, _, found := bytes.Cut(line, []byte("="))
		if found && string(bytes.TrimSpace(name)) == key {
			return i + 1
		}
		if i > 0 && string(bytes.TrimSpace(line)) == fence {
			break
		}
	}
	return 1
}

// House has what articles may name.
type House struct {
	Agents, Categories []string
	Taken              []string // slugs that are the names of something else
}

// Folder reads the articles of a folder, by slug, which errors call by its name. Hidden
// files, copies of editors and files that are no Markdown do not count. The error names
// every mistake with its file and line ([*Mistake]).
func Folder(folder fs.FS, name string, h House) ([]ticket.Article, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("the folder of articles: %w", err)
	}
	var pages []page
	var mistakes []error
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || path.Ext(e.Name()) != ".md" || strings.EqualFold(e.Name(), "README.md") {
			continue
		}
		source, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		p, err := read(path.Join(name, e.Name()), source)
		if err == nil {
			err = p.fits(h)
		}
		if mistakes = append(mistakes, err); err == nil {
			pages = append(pages, p)
		}
	}
	articles, err := join(pages)
	return articles, errors.Join(append(mistakes, err)...)
}

// read reads one file.
func read(file string, source []byte) (page, error) {
	parts := fileName.FindStringSubmatch(path.Base(file))
	switch {
	case parts == nil:
		return page{}, &Mistake{file, 0, "no name of an article; write it as in printer-jam.en.md: a slug of lower-case letters, digits and hyphens, a language, .md"}
	case !utf8.Valid(source):
		return page{}, &Mistake{file, 0, "not written in UTF-8; save it as UTF-8"}
	}
	source = bytes.ReplaceAll(bytes.TrimPrefix(source, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	p := page{file: file, slug: parts[1], source: source}
	top, rest, _ := bytes.Cut(source, []byte("\n"))
	head, body, found := bytes.Cut(rest, []byte("\n"+fence+"\n"))
	if string(bytes.TrimRight(top, " ")) != fence || !found {
		return page{}, &Mistake{file, 1, "the front matter is missing: a line of " + fence + ", lines such as title = \"…\", and another line of " + fence}
	}
	d := toml.NewDecoder(bytes.NewReader(head)).DisallowUnknownFields()
	if err := d.Decode(&p.front); err != nil {
		return page{}, mistakeOf(file, err)
	}
	p.text = ticket.Text{Language: parts[2], Title: strings.TrimSpace(p.Title), Body: clean(string(body))}
	return p, p.check()
}

// mistakeOf returns an error of the front matter with the line of the file.
func mistakeOf(file string, err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		first := unknown.Errors[0]
		line, _ := first.Position()
		return &Mistake{file, line + 1, fmt.Sprintf("%s is not known here; there are title, state, audience, owner, category, review and revision", strings.Join(first.Key(), "."))}
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		return &Mistake{file, line + 1, strings.TrimPrefix(wrong.Error(), "toml: ")}
	}
	return &Mistake{file, 1, err.Error()}
}

// check returns what is wrong with a page by itself.
func (p page) check() error {
	switch {
	case p.text.Title == "":
		return p.mistake("title", "a title is needed, as in title = \"The printer jams\"")
	case strings.ContainsAny(p.text.Title, "\r\n"):
		return p.mistake("title", "the title is more than one line")
	case p.text.Body == "":
		return &Mistake{p.file, 0, "there is no text in it"}
	case len(p.text.Body) > MaxBody:
		return &Mistake{p.file, 0, fmt.Sprintf("%d bytes are too much for an article; the most is %d", len(p.text.Body), MaxBody)}
	case !slices.Contains(ticket.ArticleStates, p.State):
		return p.mistake("state", "the state is %q; it can be draft, published or withdrawn", p.State)
	case !slices.Contains(ticket.Audiences, p.Audience):
		return p.mistake("audience", "the audience is %q; it can be public or internal", p.Audience)
	case p.Revision < 0:
		return p.mistake("revision", "a revision is a number from 1 on, as the export wrote it")
	}
	if _, err := time.Parse(time.DateOnly, p.Review); p.Review != "" && err != nil {
		return p.mistake("review", "the day %q cannot be read; write it as in review = \"2027-01-31\"", p.Review)
	}
	return nil
}

// fits returns what is wrong with a page in a house.
func (p page) fits(h House) error {
	switch {
	case slices.Contains(h.Taken, p.slug):
		return &Mistake{p.file, 0, "there is a text for #send named " + p.slug + " in the folder of macros; give one of them another name"}
	case p.Owner != "" && !slices.Contains(h.Agents, p.Owner):
		return p.mistake("owner", "there is no agent %q%s", p.Owner, among(h.Agents))
	case p.Category != "" && !slices.Contains(h.Categories, p.Category):
		return p.mistake("category", "there is no category %q%s", p.Category, among(h.Categories))
	}
	return nil
}

func among(names []string) string {
	if len(names) == 0 {
		return "; there is none at all: leave the line out"
	}
	return "; there are " + strings.Join(names, ", ")
}

// join makes articles of their pages. What is the same in each language has to be so.
func join(pages []page) (all []ticket.Article, err error) {
	slices.SortFunc(pages, func(a, b page) int {
		return cmp.Or(cmp.Compare(a.slug, b.slug), cmp.Compare(a.text.Language, b.text.Language))
	})
	var mistakes []error
	var first page
	for _, p := range pages {
		if p.slug != first.slug {
			first = p
			all = append(all, ticket.Article{Slug: p.slug, State: p.State, Audience: p.Audience, Owner: p.Owner, Category: p.Category, Review: p.Review, Revision: p.Revision})
		}
		mistakes = append(mistakes, p.agrees(first))
		a := &all[len(all)-1]
		a.Texts = append(a.Texts, p.text)
	}
	return all, errors.Join(mistakes...)
}

// agrees compares a page with the first one of its article.
func (p page) agrees(first page) error {
	for _, f := range []struct{ key, is, was string }{
		{"state", string(p.State), string(first.State)}, {"audience", string(p.Audience), string(first.Audience)}, {"owner", p.Owner, first.Owner},
		{"category", p.Category, first.Category}, {"review", p.Review, first.Review}, {"revision", fmt.Sprint(p.Revision), fmt.Sprint(first.Revision)},
	} {
		if f.is != f.was {
			return p.mistake(f.key, "%s is %q here and %q in %s; it is one article in several languages, so they must agree", f.key, f.is, f.was, path.Base(first.file))
		}
	}
	return nil
}
