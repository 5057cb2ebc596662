package keyfile

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"maildesk/config/document"
	"maildesk/config/section"
	"maildesk/mailauth/signed/signedtest"
)

// TestRead reads the keys of two agents, and names what is wrong or ends soon with its place.
func TestRead(t *testing.T) {
	now := time.Now()
	alice, bob, old := signedtest.SMIME("alice@example.org", now.Add(90*24*time.Hour)), signedtest.OpenPGP("bob@example.org", now.Add(-time.Hour), 0), signedtest.SMIME("alice@example.org", now.Add(-time.Hour))
	files := map[string]string{
		"alice.pem": string(alice.File), "bob.asc": string(bob.File), "bob.gpg": string(signedtest.Binary(bob.File)), "old.pem": string(old.File),
		"soon.pem": string(signedtest.SMIME("alice@example.org", now.Add(10*24*time.Hour)).File), "text.pem": "hello\n",
	}
	for _, tt := range []struct {
		alice, bob string // the lists of files
		keys       int
		mistakes   string // their reasons, and which item they are about
		warnings   string
	}{
		{`["alice.pem"]`, `["bob.asc"]`, 2, "", ""},
		{`["alice.pem", "soon.pem"]`, `["bob.gpg"]`, 3, "", "4:30: the key in soon.pem expires on "},
		{`["old.pem"]`, `[]`, 1, "", "4:17: the key in old.pem expired on "},
		{`["alice.pem"]`, `["bob.asc", "alice.pem"]`, 2, "8:28: alice.pem has the same key as another file, of alice", ""},
		{`["bob.asc"]`, `["bob.gpg"]`, 1, "8:17: bob.gpg has the same key as another file, of alice", ""},
		{`["text.pem"]`, `[]`, 0, "4:17: text.pem is no key of alice: it holds neither", ""},
		{`["../etc/key.pem"]`, `[]`, 0, `4:17: the key in "../etc/key.pem" cannot be read: it is not there`, ""},
	} {
		doc, wrong := document.Parse("maildesk.toml", []byte("\n[[agent]]\nname = \"alice\"\nsigning_keys = "+tt.alice+"\n\n[[agent]]\nname = \"bob\"\nsigning_keys = "+tt.bob+"\n"))
		if wrong != nil {
			t.Fatal(wrong)
		}
		watched := []string{}
		reader := Reader{Folder: "/etc/maildesk", Texts: map[string]string{}, Files: &watched, Inside: func(name string) ([]byte, error) {
			text, there := files[name]
			if !there {
				return nil, errors.New("it is not there")
			}
			return []byte(text), nil
		}}
		tables := section.Reader{Main: doc, Known: []string{"agent"}}
		n := 0
		for i, table := range section.New(&tables, doc).List("agent") {
			keys := reader.Read(table, []string{"alice", "bob"}[i])
			n += len(keys)
		}
		if n != tt.keys {
			t.Errorf("%s, %s: %d keys, want %d", tt.alice, tt.bob, n, tt.keys)
		}
		check := func(what string, got []document.Mistake, want string) {
			if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), want) || got[0].Remedy == "") {
				t.Errorf("%s, %s: %s %v, want %q", tt.alice, tt.bob, what, got, want)
			}
		}
		check("mistakes", tables.Mistakes, tt.mistakes)
		check("warnings", tables.Warnings, tt.warnings)
		for name, text := range reader.Texts {
			if !utf8.ValidString(text) || name != "bob.gpg" || !strings.Contains(text, "BEGIN PGP PUBLIC KEY") {
				t.Errorf("%s is kept as %q", name, text)
			}
		}
		if tt.keys > 0 && (len(watched) == 0 || filepath.Dir(watched[0]) != "/etc/maildesk") {
			t.Errorf("watched are %q", watched)
		}
	}
}
