package templates

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"maildesk/compose"
	"maildesk/desk/notify"
)

//go:generate go test -count=1 -run ^(TestGallery|TestManualOfCommands)$ . -args -update

var update = flag.Bool("update", false, "write docs/mails anew")

// gallery is where people look at our mails: a page of index, and of each mail its
// text and, for the first one of each template, its HTML.
const gallery = "../docs/mails"

// galleryLanguages are those that are shown.
var galleryLanguages = []string{"en", "fr", "de", "es"}

// TestGallery holds the committed pages against the mails as they are rendered now.
func TestGallery(t *testing.T) {
	want := galleryPages(t)
	if *update {
		writeGallery(t, want)
	}
	got := map[string]string{}
	err := filepath.WalkDir(gallery, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		got[filepath.ToSlash(strings.TrimPrefix(path, filepath.FromSlash(gallery)+string(filepath.Separator)))] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const remedy = "run go generate ./templates and read the difference"
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("docs/mails/%s is not what the mail says now: %s", name, remedy)
		}
	}
	for name := range got {
		if _, is := want[name]; !is {
			t.Errorf("docs/mails/%s is the page of no mail: %s", name, remedy)
		}
	}
}

func writeGallery(t *testing.T, pages map[string]string) {
	if err := os.RemoveAll(gallery); err != nil {
		t.Fatal(err)
	}
	for name, content := range pages {
		path := filepath.Join(gallery, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// galleryPages returns the content of every page, by name.
func galleryPages(t *testing.T) map[string]string {
	w := newTemplates(t, "")
	pages := map[string]string{"index.md": galleryIndex()}
	for _, language := range galleryLanguages {
		s := readStory(t, language)
		for _, shot := range shots {
			n := shot.notice(s)
			r := render(t, w, n)
			pages[language+"/"+shot.name()+".txt"] = headerOf(n, r) + "\n" + r.Text
			if shot.variant == "" {
				pages[language+"/"+shot.name()+".html"] = r.HTML
			}
		}
		addFigures(t, w, language, pages)
		addLogin(t, w, language, pages)
	}
	return pages
}

// addFigures adds the mail of figures, whose charts are files beside its page.
func addFigures(t *testing.T, w *Templates, language string, pages map[string]string) {
	t.Helper()
	s, now := figuresSample(t)
	words, charts, err := w.RenderFigures(s, "Example IT", language, now, []string{"1@x", "2@x"})
	if err != nil {
		t.Fatal(err)
	}
	page := words.HTML
	for i, c := range charts {
		svg, err := c.SVG()
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("figures-%d.svg", i+1)
		pages[language+"/"+name] = string(svg)
		page = strings.ReplaceAll(page, fmt.Sprintf("cid:%d@x", i+1), name)
	}
	pages[language+"/figures.html"], pages[language+"/figures.txt"] = page, "Subject: [Example IT] "+words.Subject+"\n\n"+words.Text
}

// addLogin adds the mail by which an agent logs in to the page.
func addLogin(t *testing.T, w *Templates, language string, pages map[string]string) {
	t.Helper()
	words, err := w.RenderLogin(loginSample, language)
	if err != nil {
		t.Fatal(err)
	}
	pages[language+"/login.html"], pages[language+"/login.txt"] = words.HTML, "Subject: [Example IT] "+words.Subject+"\n\n"+words.Text
}

// headerOf returns the fields of a mail that its reader sees.
func headerOf(n notify.Notice, r compose.Words) string {
	m := n.Mail(r, nil)
	agent := ""
	if m.Auto == compose.Human {
		agent = "Alice Adams" // the name by which requesters know her
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s <%s>\n", n.Sender(agent), n.Support)
	fmt.Fprintf(&b, "To: %s\n", mailbox(m.To.Name, m.To.Address))
	fmt.Fprintf(&b, "Reply-To: %s <%s>\n", cmp.Or(r.Answers, n.Desk), galleryAddress)
	fmt.Fprintf(&b, "Subject: %s\n", m.Subject)
	return b.String()
}

// galleryIndex lists the mails, those to requesters first.
func galleryIndex() string {
	var b strings.Builder
	b.WriteString(`# The mails of a desk

Every mail that maildesk writes, in four of its eight languages. All are made of one sample: Ana Berg's printer jams, Alice and Bob work at the desk
"Example IT", and today is Tuesday, 3 March 2026. The texts are the plain parts with the fields of the header that a reader sees; the pages are the HTML parts as
they are sent (download one and open it in a browser, light or dark). ` + "`go generate ./templates`" + ` makes them anew from the words in ` + "`templates/words`" + `; a test fails when they
differ from what the desk would send.
`)
	for _, part := range []struct {
		audience notify.Audience
		heading  string
	}{{notify.AudienceRequester, "To requesters"}, {notify.AudienceAgent, "To agents"}} {
		fmt.Fprintf(&b, "\n## %s\n\n| mail | when | text | page |\n|---|---|---|---|\n", part.heading)
		for _, shot := range shots {
			if shot.template.Audience() != part.audience {
				continue
			}
			var texts, pages []string
			for _, language := range galleryLanguages {
				texts = append(texts, fmt.Sprintf("[%s](%s/%s.txt)", language, language, shot.name()))
				if shot.variant == "" {
					pages = append(pages, fmt.Sprintf("[%s](%s/%s.html)", language, language, shot.name()))
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", shot.name(), shot.when, strings.Join(texts, " "), strings.Join(pages, " "))
		}
	}
	b.WriteString("\n## To who reads figures\n\nThe figures of a week, with two charts: ")
	for _, language := range galleryLanguages {
		fmt.Fprintf(&b, "[%s](%[1]s/figures.txt) ([page](%[1]s/figures.html)) ", language)
	}
	b.WriteString("\n\n## To who logs in to the page\n\nThe link by which an agent logs in to the [page](../web.md): ")
	for _, language := range galleryLanguages {
		fmt.Fprintf(&b, "[%s](%[1]s/login.txt) ([page](%[1]s/login.html)) ", language)
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// TestGalleryShowsEveryMail: each template, and every reason for which an agent's mail
// waits or was not done, as each has words of its own.
func TestGalleryShowsEveryMail(t *testing.T) {
	s := readStory(t, "en")
	var templates []notify.Template
	reasons := map[string]bool{}
	for _, shot := range shots {
		if shot.variant == "" {
			templates = append(templates, shot.template)
		}
		n := shot.notice(s)
		reasons[string(n.Held)] = true
		if n.Template == notify.TemplateNotDone {
			reasons[n.Reason] = true
		}
	}
	slices.Sort(templates)
	if !slices.Equal(templates, notify.Templates()) {
		t.Errorf("the gallery shows %v, the templates are %v", templates, notify.Templates())
	}
	for _, u := range notify.Undones {
		if !reasons[string(u)] {
			t.Errorf("the gallery shows no mail that was not done as %s", u)
		}
	}
	for _, h := range notify.Helds {
		if !reasons[string(h)] {
			t.Errorf("the gallery shows no mail that is held as %s", h)
		}
	}
}
