package article

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
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

// front is the front matter. All but the title is the same in each language.
type front struct {
	Title    string              `toml:"title"`
	State    ticket.ArticleState `toml:"state"`
	Audience ticket.Audience     `toml:"audience"`
	Owner    string              `toml:"owner"`
	Category string              `toml:"category"`
	Review   string              `toml:"review"`
	Revision int64               `toml:"revision"`
}

// texts returns the values that are texts, in the order of their lines.
func (f front) texts() []struct{ key, value string } {
	return []struct{ key, value string }{
		{"title", f.Title}, {"state", string(f.State)}, {"audience", string(f.Audience)}, {"owner", f.Owner}, {"category", f.Category}, {"review", f.Review},
	}
}

// Files returns an article as files, one a language. The same article has the same bytes,
// always, which are those of a file that was imported as the manual has it: a folder of them
// can be kept in a repository.
func Files(a ticket.Article) (all []File) {
	for _, t := range a.Texts {
		f := front{strings.TrimSpace(t.Title), a.State, a.Audience, a.Owner, a.Category, a.Review, int64(a.Revision)}
		b := []byte(fence + "\n")
		for _, text := range f.texts() {
			if text.value != "" || text.key == "title" {
				b = fmt.Appendf(b, "%s = %s\n", text.key, quoted(text.value))
			}
		}
		if f.Revision > 0 {
			b = fmt.Appendf(b, "revision = %d\n", f.Revision)
		}
		all = append(all, File{a.Slug + "." + t.Language + ".md", fmt.Appendf(b, "%s\n\n%s\n", fence, clean(t.Body))})
	}
	return all
}

// quoted returns a text as TOML has it, always in double quotes (a basic string).
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
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
	wrong  []*Mistake
	keys   []string // whose values are wrong
}

// say notes what is wrong with the value of a key.
func (p *page) say(key, says string, args ...any) {
	p.wrong = append(p.wrong, &Mistake{p.file, lineOf(p.source, key), fmt.Sprintf(says, args...)})
	p.keys = append(p.keys, key)
}

// sayOfAll notes what is wrong with the whole file.
func (p *page) sayOfAll(says string, args ...any) {
	p.wrong = append(p.wrong, &Mistake{p.file, 0, fmt.Sprintf(says, args...)})
}

// lineOf returns the line on which the front matter sets a key or begins its table, 1 where
// it does not.
func lineOf(source []byte, key string) int {
	for i, line := range bytes.Split(source, []byte("\n")) {
		name, _, _ := strings.Cut(strings.Trim(string(line), " \t["), "=")
		name, _, _ = strings.Cut(strings.Trim(name, " \t]"), ".")
		if strings.Trim(name, "\"'") == key {
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
	var pages []*page
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
		pages = append(pages, read(path.Join(name, e.Name()), source, h))
	}
	articles := join(pages)
	for _, p := range pages {
		slices.SortStableFunc(p.wrong, func(a, b *Mistake) int { return cmp.Compare(a.Line, b.Line) })
		for _, m := range p.wrong {
			mistakes = append(mistakes, m)
		}
	}
	return articles, errors.Join(mistakes...)
}

// read reads one file, with all that is wrong with it.
func read(file string, source []byte, h House) *page {
	p := &page{file: file}
	parts := fileName.FindStringSubmatch(path.Base(file))
	if parts == nil {
		p.sayOfAll("no name of an article; write it as in printer-jam.en.md: a slug of lower-case letters, digits and hyphens, a language, .md")
	} else {
		p.slug, p.text.Language = parts[1], parts[2]
	}
	if !utf8.Valid(source) {
		p.sayOfAll("not written in UTF-8; save it as UTF-8")
		return p
	}
	p.source = bytes.ReplaceAll(bytes.TrimPrefix(source, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	top, rest, _ := bytes.Cut(p.source, []byte("\n"))
	head, body, found := bytes.Cut(rest, []byte("\n"+fence+"\n"))
	if string(bytes.TrimRight(top, " ")) != fence || !found {
		p.wrong = append(p.wrong, &Mistake{file, 1, "the front matter is missing: a line of " + fence + ", lines such as title = \"…\", and another line of " + fence})
		return p
	}
	p.text.Body = clean(string(body))
	p.checkBody()
	if p.readFront(head) {
		p.checkFront()
		p.fits(h)
	}
	return p
}

// RevisionOf returns from which revision of an article a file was made; 0: from none, or it
// cannot be read.
func RevisionOf(source []byte) int64 {
	p := read("", source, House{})
	if p.isWrong("revision") {
		return 0
	}
	return p.Revision
}

// readFront reads the front matter, and reports whether it is TOML.
func (p *page) readFront(head []byte) bool {
	var values map[string]any
	if err := toml.Unmarshal(head, &values); err != nil {
		line := 1
		if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ = wrong.Position()
			line++
		}
		p.wrong = append(p.wrong, &Mistake{p.file, line, strings.TrimPrefix(err.Error(), "toml: ") + "; write each line as in owner = \"alice\""})
		return false
	}
	text := func(key string) (s string) {
		value, there := values[key]
		delete(values, key)
		s, is := value.(string)
		if there && !is {
			p.say(key, "%s is to be a text in quotes, as in %s = \"…\"", key, key)
		}
		return s
	}
	p.front = front{Title: text("title"), State: ticket.ArticleState(text("state")), Audience: ticket.Audience(text("audience")), Owner: text("owner"), Category: text("category"), Review: text("review")}
	if value, there := values["revision"]; there {
		n, is := value.(int64)
		if p.Revision = n; !is || n < 0 || n > math.MaxInt32 {
			p.say("revision", "a revision is a number from 1 on, as the export wrote it; leave the line out where there is none")
		}
		delete(values, "revision")
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		p.say(key, "%s is not known here; there are title, state, audience, owner, category, review and revision", key)
	}
	p.text.Title = strings.TrimSpace(p.Title)
	return true
}

// isWrong reports whether a mistake was noted of a key.
func (p *page) isWrong(key string) bool { return slices.Contains(p.keys, key) }

// checkBody notes what is wrong with the text.
func (p *page) checkBody() {
	if p.text.Body == "" {
		p.sayOfAll("there is no text in it; write it below the second line of %s", fence)
	}
	if len(p.text.Body) > MaxBody {
		p.sayOfAll("%d bytes are too much for an article; the most is %d: make several of it", len(p.text.Body), MaxBody)
	}
}

// checkFront notes what is wrong with the values of the front matter by themselves.
func (p *page) checkFront() {
	_, err := time.Parse(time.DateOnly, p.Review)
	for _, c := range []struct {
		key   string
		wrong bool
		says  string
	}{
		{"title", p.text.Title == "", "a title is needed, as in title = \"The printer jams\""},
		{"title", strings.ContainsAny(p.text.Title, "\r\n"), "the title is more than one line; make it one"},
		{"state", !slices.Contains(ticket.ArticleStates, p.State), fmt.Sprintf("the state is %q; it can be draft, published or withdrawn", p.State)},
		{"audience", !slices.Contains(ticket.Audiences, p.Audience), fmt.Sprintf("the audience is %q; it can be public or internal", p.Audience)},
		{"review", p.Review != "" && err != nil, fmt.Sprintf("the day %q cannot be read; write it as in review = \"2027-01-31\"", p.Review)},
	} {
		if c.wrong && !p.isWrong(c.key) {
			p.say(c.key, "%s", c.says)
		}
	}
}

// fits notes what is wrong with a page in a house.
func (p *page) fits(h House) {
	if p.slug != "" && slices.Contains(h.Taken, p.slug) {
		p.sayOfAll("there is a text for #send named %s in the folder of macros; give one of them another name", p.slug)
	}
	if p.Owner != "" && !slices.Contains(h.Agents, p.Owner) {
		p.say("owner", "there is no agent %q%s", p.Owner, among(h.Agents))
	}
	if p.Category != "" && !slices.Contains(h.Categories, p.Category) {
		p.say("category", "there is no category %q%s", p.Category, among(h.Categories))
	}
}

func among(names []string) string {
	if len(names) == 0 {
		return "; there is none at all: leave the line out"
	}
	return "; there are " + strings.Join(names, ", ")
}

// join makes articles of their pages. What is the same in each language has to be so.
func join(pages []*page) (all []ticket.Article) {
	slices.SortFunc(pages, func(a, b *page) int {
		return cmp.Or(cmp.Compare(a.slug, b.slug), cmp.Compare(a.text.Language, b.text.Language), cmp.Compare(a.file, b.file))
	})
	var first *page
	for _, p := range pages {
		if p.slug == "" || p.State == "" && p.Title == "" { // what it is, or says, could not be read
			continue
		}
		if first == nil || p.slug != first.slug {
			first = p
			all = append(all, ticket.Article{Slug: p.slug, State: p.State, Audience: p.Audience, Owner: p.Owner, Category: p.Category, Review: p.Review, Revision: int(p.Revision)})
		}
		p.agrees(first)
		a := &all[len(all)-1]
		a.Texts = append(a.Texts, p.text)
	}
	return all
}

// agrees notes where a page differs from the first one of its article, but for what is wrong
// with one of them anyway.
func (p *page) agrees(first *page) {
	was := append(first.texts(), struct{ key, value string }{"revision", fmt.Sprint(first.Revision)})
	for i, is := range append(p.texts(), struct{ key, value string }{"revision", fmt.Sprint(p.Revision)}) {
		if is.key != "title" && is.value != was[i].value && !p.isWrong(is.key) && !first.isWrong(is.key) {
			p.say(is.key, "%s is %q here and %q in %s; it is one article in several languages, so they must agree", is.key, is.value, was[i].value, path.Base(first.file))
		}
	}
}
