package localdesk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"maildesk/config"
	"maildesk/store/datafolder"
)

// digestOf returns the digest of the desk at path, with the keys in folder.
func digestOf(t *testing.T, path, folder string) string {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := Digest(cfg, folder)
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return digest
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDigestOfExamples(t *testing.T) {
	keys := t.TempDir()
	write(t, filepath.Join(keys, datafolder.KeysFile), "keys\n")
	known := map[string]string{}
	for _, pattern := range []string{"../../examples/*/maildesk.toml", "../../examples/steps/*.toml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) < 3 {
			t.Fatalf("%s: %d desks (%v), want 3 or more", pattern, len(paths), err)
		}
		for _, path := range paths {
			digest := digestOf(t, path, keys)
			if other := known[digest]; other != "" {
				t.Errorf("%s and %s have one digest", path, other)
			}
			known[digest] = path
		}
	}
}

// Each file that decides about a mail is in the digest, and what lies beside it is not.
func TestDigestOfFiles(t *testing.T) {
	files := map[string]string{
		"maildesk.toml": `rules = ["more/rules.toml"]
[desk]
name = "Example IT"
hostname = "desk.example.org"
fallback = "first-line"
templates = "mails"
macros = "texts"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
[[list]]
name = "vip"
file = "lists/vip.txt"
[[list]]
name = "none"
file = "lists/none.txt"
`,
		"more/rules.toml":              "[[rule]]\nname = \"vip\"\nwhen = 'in_list(from, \"vip\")'\npriority = \"high\"\n",
		"lists/vip.txt":                "# who waits for nobody\ndean@example.org\n@example.net # a domain\n",
		"lists/none.txt":               "",
		"mails/en/acknowledgement.txt": "Subject: Received\n\nHello.\n",
		"texts/password.en.md":         "Choose a new one.\n",
		"data/keys":                    "keys\n",
	}
	desk := func(change func(folder string)) string {
		folder := t.TempDir()
		for name, text := range files {
			write(t, filepath.Join(folder, name), text)
		}
		change(folder)
		return digestOf(t, filepath.Join(folder, "maildesk.toml"), filepath.Join(folder, "data"))
	}
	base := desk(func(string) {})
	for name, text := range map[string]string{
		"maildesk.toml":                files["maildesk.toml"] + "[limits]\nmax_participants = 3\n",
		"more/rules.toml":              files["more/rules.toml"] + "tags = [\"vip\"]\n",
		"lists/vip.txt":                "rector@example.org\n",
		"lists/none.txt":               "rector@example.org\n",
		"mails/en/acknowledgement.txt": "Subject: Received\n\nGood morning.\n",
		"mails/fr/acknowledgement.txt": "Subject: Received\n\nBonjour.\n",
		"texts/password.en.md":         "Ask for a new one.\n",
		"texts/printer.md":             "Switch it on.\n",
		"data/keys":                    "others\n",
	} {
		if desk(func(folder string) { write(t, filepath.Join(folder, name), text) }) == base {
			t.Errorf("%s does not change the digest", name)
		}
	}
	link := func(target, path string) {
		t.Helper()
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
	// mounted puts the files of a folder where Kubernetes does.
	mounted := func(folder, hidden string) {
		t.Helper()
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(folder, hidden), 0o700); err != nil {
			t.Fatal(err)
		}
		link(hidden, filepath.Join(folder, "..data"))
		for _, e := range entries {
			if err := os.Rename(filepath.Join(folder, e.Name()), filepath.Join(folder, hidden, e.Name())); err != nil {
				t.Fatal(err)
			}
			link(filepath.Join("..data", e.Name()), filepath.Join(folder, e.Name()))
		}
	}
	for name, change := range map[string]func(folder string){
		"another file":           func(folder string) { write(t, filepath.Join(folder, "notes.txt"), "not named\n") },
		"an editor's copy":       func(folder string) { write(t, filepath.Join(folder, "texts/password.en.md~"), "old\n") },
		"an editor's lock":       func(folder string) { link("ana@host.4711", filepath.Join(folder, "mails/en/.#acknowledgement.txt")) },
		"a folder's link":        func(folder string) { mounted(folder, "real") },
		"a mounted folder":       func(folder string) { mounted(filepath.Join(folder, "texts"), "..2026_11_30_10_00_00.1") },
		"one mounted later":      func(folder string) { mounted(filepath.Join(folder, "texts"), "..2026_11_30_10_00_09.2") },
		"a link that leads back": func(folder string) { link("..", filepath.Join(folder, "mails/en/back")) },
		"languages of a mount":   func(folder string) { mounted(filepath.Join(folder, "mails"), "..2026_11_30_10_00_00.3") },
	} {
		if desk(change) != base {
			t.Errorf("%s changes the digest", name)
		}
	}
}

// moving is a folder in which an editor was at work when its files were listed.
type moving struct{ fstest.MapFS }

func (m moving) ReadDir(name string) ([]fs.DirEntry, error) {
	meanwhile := fstest.MapFS{"4913": &fstest.MapFile{}}
	for name, file := range m.MapFS {
		meanwhile[name] = file
	}
	return meanwhile.ReadDir(name)
}

// A file that is gone when it is read, as editors make some for a moment, is none.
func TestDigestBesideAnEditor(t *testing.T) {
	texts := fstest.MapFS{"password.md": &fstest.MapFile{Data: []byte("Choose a new one.\n")}}
	var quiet, busy bytes.Buffer
	if err := errors.Join(addFolder(&quiet, texts, "."), addFolder(&busy, moving{texts}, ".")); err != nil || quiet.String() != busy.String() || quiet.Len() == 0 {
		t.Errorf("%q beside an editor, else %q (%v)", &busy, &quiet, err)
	}
}
