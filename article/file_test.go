package article_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"maildesk/article"
	"maildesk/ticket"
)

var house = article.House{Agents: []string{"alice", "bob"}, Categories: []string{"printing"}, Taken: []string{"hours"}}

func jam() ticket.Article {
	return ticket.Article{
		Slug: "printer-jam", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Category: "printing", Review: "2027-01-31", Revision: 3,
		Texts: []ticket.Text{
			{Language: "en", Title: `The "big" printer's jam`, Body: "Open **tray 2**.\n\n+++\nnot the end"},
			{Language: "fr", Title: "Bourrage", Body: "Ouvrez le bac 2."},
		},
	}
}

func folder(t *testing.T, all ...ticket.Article) fstest.MapFS {
	t.Helper()
	made := fstest.MapFS{}
	for _, a := range all {
		for _, f := range article.Files(a) {
			made[f.Name] = &fstest.MapFile{Data: f.Bytes}
		}
	}
	return made
}

// TestFiles: articles that were written and read again are the same, and so are their bytes.
func TestFiles(t *testing.T) {
	bare := ticket.Article{Slug: "vpn", State: ticket.ArticleDraft, Audience: ticket.AudienceInternal, Texts: []ticket.Text{{Language: "de", Title: "VPN – zäh", Body: "# x\n\n    code"}}}
	first := folder(t, jam(), bare)
	first[".git"] = &fstest.MapFile{Data: []byte("x")}
	first["README.md"] = &fstest.MapFile{Data: []byte("Our articles.")}
	read, err := article.Folder(first, "kb", house)
	if err != nil || len(read) != 2 {
		t.Fatalf("Folder = %+v, %v", read, err)
	}
	for i, want := range []ticket.Article{jam(), bare} {
		if changes := article.Changes(want, read[i]); len(changes) > 0 || read[i].Revision != want.Revision {
			t.Errorf("%s differs: %v\n%+v", want.Slug, changes, read[i])
		}
	}
	again := folder(t, read...)
	for name, f := range again {
		if string(f.Data) != string(first[name].Data) {
			t.Errorf("%s was\n%s\nis\n%s", name, first[name].Data, f.Data)
		}
	}
	want := "+++\ntitle = \"Bourrage\"\nstate = \"published\"\naudience = \"public\"\nowner = \"alice\"\ncategory = \"printing\"\nreview = \"2027-01-31\"\nrevision = 3\n+++\n\nOuvrez le bac 2.\n"
	if got := string(again["printer-jam.fr.md"].Data); got != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
}

// TestSameBytes: whatever stands in an article, its files are the same after an import; and so
// are those that somebody wrote as the manual says.
func TestSameBytes(t *testing.T) {
	for _, title := range []string{"Plain", `It's "quoted" \ and 'quoted'`, "  blanks around  ", "a tab\tand \x01\x7f", "日本 – é", `''' """ "`, "line\u2028line"} {
		for _, body := range []string{"Text", "\n\n  indented\n\n", "ends of\r\nWindows\r\n", "+++\ntitle = \"no\"\n+++", "trailing \t\n \n", "```\ncode\n```"} {
			a := ticket.Article{Slug: "vpn", State: ticket.ArticleDraft, Audience: ticket.AudienceInternal, Revision: 2, Texts: []ticket.Text{{Language: "en", Title: title, Body: body}}}
			first := article.Files(a)
			read, err := article.Folder(folder(t, a), "kb", house)
			if err != nil {
				t.Errorf("%q, %q: %v", title, body, err)
				continue
			}
			if changes := article.Changes(a, read[0]); len(changes) > 0 {
				t.Errorf("%q, %q: the import changes %v", title, body, changes)
			}
			if again := article.Files(read[0]); string(again[0].Bytes) != string(first[0].Bytes) {
				t.Errorf("%q, %q: the file was\n%s\nis\n%s", title, body, first[0].Bytes, again[0].Bytes)
			}
		}
	}
	manual, err := os.ReadFile("../docs/knowledge.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(manual), "    +++\n")
	var written strings.Builder
	for line := range strings.Lines("    +++\n" + rest) {
		if !strings.HasPrefix(line, "    ") && line != "\n" {
			break
		}
		written.WriteString(strings.TrimPrefix(line, "    "))
	}
	file := strings.TrimRight(written.String(), "\n") + "\n"
	read, err := article.Folder(fstest.MapFS{"printer-jam.en.md": &fstest.MapFile{Data: []byte(file)}}, "kb", house)
	if err != nil || len(read) != 1 {
		t.Fatalf("the file of docs/knowledge.md: %v, %v", read, err)
	}
	if again := article.Files(read[0]); string(again[0].Bytes) != file {
		t.Errorf("the file of docs/knowledge.md was\n%s\nis\n%s", file, again[0].Bytes)
	}
}

// TestWindowsFile: a program that writes other ends of lines and a mark on top changes nothing.
func TestWindowsFile(t *testing.T) {
	files := folder(t, jam())
	for name, f := range files {
		files[name] = &fstest.MapFile{Data: []byte("\ufeff" + strings.ReplaceAll(string(f.Data), "\n", "\r\n"))}
	}
	read, err := article.Folder(files, "kb", house)
	if err != nil {
		t.Fatal(err)
	}
	if changes := article.Changes(jam(), read[0]); len(changes) > 0 {
		t.Errorf("it differs: %v", changes)
	}
}

// TestMistakes: what is wrong in a file is said with its place.
func TestMistakes(t *testing.T) {
	head := "title = \"T\"\nstate = \"draft\"\naudience = \"public\"\n"
	page := func(lines string) string { return "+++\n" + lines + "+++\n\nText\n" }
	for _, tt := range []struct{ file, source, want string }{
		{"Printer.en.md", page(head), "kb/Printer.en.md: no name of an article"},
		{"vpn.md", page(head), "kb/vpn.md: no name of an article"},
		{"vpn.en.md", "title = \"x\"\n", "kb/vpn.en.md:1: the front matter is missing"},
		{"vpn.en.md", "+++\n" + head, "kb/vpn.en.md:1: the front matter is missing"},
		{"vpn.en.md", page(head + "titel = \"x\"\n"), "kb/vpn.en.md:5: titel is not known here"},
		{"vpn.en.md", page("title = T\n"), "kb/vpn.en.md:2: "},
		{"vpn.en.md", page(head + "revision = \"two\"\n"), "kb/vpn.en.md:5: "},
		{"vpn.en.md", page(strings.Replace(head, "draft", "new", 1)), "kb/vpn.en.md:3: the state is \"new\""},
		{"vpn.en.md", page(strings.Replace(head, "public", "all", 1)), "kb/vpn.en.md:4: the audience is \"all\""},
		{"vpn.en.md", page(strings.Replace(head, "\"T\"", "\" \"", 1)), "kb/vpn.en.md:2: a title is needed"},
		{"vpn.en.md", page(head + "review = \"31.1.2027\"\n"), "kb/vpn.en.md:5: the day \"31.1.2027\" cannot be read"},
		{"vpn.en.md", page(head + "owner = \"carl\"\n"), "kb/vpn.en.md:5: there is no agent \"carl\"; there are alice, bob"},
		{"vpn.en.md", page(head + "category = \"vpn\"\n"), "kb/vpn.en.md:5: there is no category \"vpn\"; there are printing"},
		{"hours.en.md", page(head), "kb/hours.en.md: there is a text for #send named hours"},
		{"vpn.en.md", page(head + "revision = -1\n"), "kb/vpn.en.md:5: a revision"},
		{"vpn.en.md", "+++\n" + head + "+++\n\n \n", "kb/vpn.en.md: there is no text"},
		{"vpn.en.md", page(head) + "caf\xe9", "kb/vpn.en.md: not written in UTF-8"},
	} {
		_, err := article.Folder(fstest.MapFS{tt.file: &fstest.MapFile{Data: []byte(tt.source)}}, "kb", house)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %q: the error is %v, want %q", tt.file, tt.source, err, tt.want)
		}
	}
	all := fstest.MapFS{"hours.en.md": &fstest.MapFile{Data: []byte("+++\ntitle = 5\nstate = \"new\"\nowner = \"carl\"\ncategory = \"vpn\"\nreview = 2027-01-31\nrevision = \"two\"\ntitel = \"x\"\n[more]\nx = 1\n+++\n")},
		"hours.fr.md": &fstest.MapFile{Data: []byte("+++\ntitle = \"Heures\"\nstate = \"draft\"\naudience = \"internal\"\nowner = \"bob\"\n+++\n\nx\n")}}
	const want = `kb/hours.en.md: there is no text in it; write it below the second line of +++
kb/hours.en.md: there is a text for #send named hours in the folder of macros; give one of them another name
kb/hours.en.md:1: the audience is ""; it can be public or internal
kb/hours.en.md:2: title is to be a text in quotes, as in title = "…"
kb/hours.en.md:3: the state is "new"; it can be draft, published or withdrawn
kb/hours.en.md:4: there is no agent "carl"; there are alice, bob
kb/hours.en.md:5: there is no category "vpn"; there are printing
kb/hours.en.md:6: review is to be a text in quotes, as in review = "…"
kb/hours.en.md:7: a revision is a number from 1 on, as the export wrote it; leave the line out where there is none
kb/hours.en.md:8: titel is not known here; there are title, state, audience, owner, category, review and revision
kb/hours.en.md:9: more is not known here; there are title, state, audience, owner, category, review and revision
kb/hours.fr.md: there is a text for #send named hours in the folder of macros; give one of them another name`
	if _, err := article.Folder(all, "kb", house); err == nil || err.Error() != want {
		t.Errorf("the mistakes are\n%v\nwant\n%s", err, want)
	}
	two := fstest.MapFS{"vpn.de.md": &fstest.MapFile{Data: []byte(page(head))}, "vpn.en.md": &fstest.MapFile{Data: []byte(page(head + "owner = \"bob\"\n"))}, "b.xx.md": &fstest.MapFile{}}
	_, err := article.Folder(two, "kb", house)
	for _, want := range []string{`kb/vpn.en.md:5: owner is "bob" here and "" in vpn.de.md`, "kb/b.xx.md:1:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

// TestCompare: what an import does follows from what the desk has and from which revision
// the file was made.
func TestCompare(t *testing.T) {
	other := jam()
	other.Texts = other.Texts[1:]
	other.Owner = "bob"
	old, none := other, jam()
	old.Revision, none.Revision = 2, 0
	for _, tt := range []struct {
		name        string
		found, read ticket.Article
		want        article.Result
		changes     string
	}{
		{"new", ticket.Article{}, jam(), article.Added, "state audience owner category review text en text fr"},
		{"the same", jam(), jam(), article.Unchanged, ""},
		{"the same of an earlier revision", jam(), none, article.Unchanged, ""},
		{"changed", jam(), other, article.Changed, "owner text en removed"},
		{"the desk's is newer", jam(), old, article.Conflict, "owner text en removed"},
	} {
		o := article.Compare(tt.found, tt.read)
		if got := strings.Join(o.Changes, " "); o.Result != tt.want || got != tt.changes {
			t.Errorf("%s: %s, %q, want %s, %q", tt.name, o.Result, got, tt.want, tt.changes)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, tt := range []struct{ title, taken, want string }{
		{"The printer jams!", "", "the-printer-jams"}, {"Größe & Maß", "", "groesse-mass"}, {"Café – l'été", "", "cafe-l-ete"}, {"Łódź", "", "lodz"},
		{"Windows 11", "windows-11", "windows-11-2"}, {"vpn", "vpn vpn-2", "vpn-3"}, {"日本", "", "article"}, {"", "article", "article-2"},
		{strings.Repeat("printer ", 12), "", "printer-printer-printer-printer-printer-printer"},
	} {
		got := article.Slug(tt.title, func(s string) bool { return strings.Contains(" "+tt.taken+" ", " "+s+" ") })
		if got != tt.want || !article.IsSlug(got) {
			t.Errorf("Slug(%q) = %q, want %q", tt.title, got, tt.want)
		}
	}
}
