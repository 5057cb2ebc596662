package macro_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"maildesk/desk/macro"
	"maildesk/faulttest"
)

func folder(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// TestText: a text is in the reader's language, or in one that there is.
func TestText(t *testing.T) {
	m, err := macro.Read(folder(map[string]string{
		"vpn.en.md":   "Hello{{if .Name}} {{.Name}}{{end}},\r\n\r\nplease restart it (#{{.Number}}).\r\n",
		"vpn.de.md":   "Bitte starten Sie es neu.\n",
		"hours.md":    "mon-fri 8-18\n",
		"form.fr.txt": "Le formulaire.",
		".hidden":     "{{.}}",
		"vpn.en.md~":  "old",
	}), "macros")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(m.Names(), " "); got != "form hours vpn" {
		t.Errorf("Names() = %q", got)
	}
	for _, tt := range []struct{ name, languages, want string }{
		{"vpn", "de en", "Bitte starten Sie es neu."},
		{"vpn", "fr en", "Hello Ana,\n\nplease restart it (#7)."},
		{"vpn", "fr", "Hello Ana,\n\nplease restart it (#7)."},
		{"hours", "de en", "mon-fri 8-18"},
		{"form", "de en", "Le formulaire."},
		{"none", "en", ""},
	} {
		if got := m.Text(tt.name, macro.Fields{Number: 7, Name: "Ana"}, strings.Fields(tt.languages)...); got != tt.want {
			t.Errorf("Text(%q, %s) = %q, want %q", tt.name, tt.languages, got, tt.want)
		}
	}
	if name, known := m.Named(" VPN "); name != "vpn" || !known {
		t.Errorf("Named(VPN) = %q, %t", name, known)
	}
}

// TestWith: further texts are sent as they stand, and those that are kept have a name.
func TestWith(t *testing.T) {
	m, err := macro.Read(folder(map[string]string{"hours.md": "mon-fri"}), "macros")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*macro.Macros{m, nil} {
		all := m.With(map[string]map[string]string{"vpn": {"de": "{{.Name}}", "fr": "Bonjour"}, "hours": {"en": "other"}}, map[string]macro.Why{"secret": macro.Internal, "hours": macro.Draft})
		if got := strings.Join(all.Names(), " "); got != "hours vpn" {
			t.Errorf("Names() = %q", got)
		}
		if got := all.Text("vpn", macro.Fields{Name: "Ana"}, "it"); got != "{{.Name}}" {
			t.Errorf("Text(vpn) = %q", got)
		}
		if got := all.Text("vpn", macro.Fields{}, "fr"); got != "Bonjour" {
			t.Errorf("Text(vpn, fr) = %q", got)
		}
		if name, known := all.Named("SECRET"); name != "secret" || !known || all.Kept(name) != macro.Internal || all.Text(name, macro.Fields{}, "en") != "" {
			t.Errorf("Named(SECRET) = %q, %t, kept %q", name, known, all.Kept(name))
		}
		if m != nil && (all.Kept("hours") != "" || all.Text("hours", macro.Fields{}, "en") != "mon-fri") {
			t.Errorf("a text of the folder is not the first: %q", all.Text("hours", macro.Fields{}, "en"))
		}
	}
}

// TestMistakes: what a text may not say is refused with its file and line.
func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ file, text, want string }{
		{"vpn.md", "one\n{{.Nmae}}\n", "macros/vpn.md:2:2: {{.Nmae}} is not known here"},
		{"vpn.md", "{{.}}", "macros/vpn.md:1:2:"},
		{"vpn.md", "{{.Name.Secret}}", "macros/vpn.md:1:"},
		{"vpn.md", "\n{{.Name | printf \"%q\"}}", "macros/vpn.md:2:2:"},
		{"vpn.md", "{{call .Name}}", "macros/vpn.md:1:2:"},
		{"vpn.md", "{{printf \"x\"}}", "macros/vpn.md:1:2:"},
		{"vpn.md", "{{range .Name}}x{{end}}", "macros/vpn.md:1:"},
		{"vpn.md", "{{if .Name}}{{with .Name}}x{{end}}{{end}}", "macros/vpn.md:1:"},
		{"vpn.md", "{{if .Name}}{{else}}{{$x := .Name}}{{end}}", "macros/vpn.md:1:"},
		{"vpn.md", "{{define \"a\"}}x{{end}}y", "{{define}}"},
		{"vpn.md", "a\n{{if .Name}}", "macros/vpn.md:2: unexpected EOF"},
		{"vpn.md", " \n", "there is no text"},
		{"vpn.md", "caf\xe9", "UTF-8"},
		{"VPN help.md", "x", "password-reset.de.md"},
		{"vpn.german.md", "x", "password-reset.de.md"},
		{"vpn.html", "x", "password-reset.de.md"},
	} {
		_, err := macro.Read(folder(map[string]string{tt.file: tt.text}), "macros")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %q: the error is %v, want %q", tt.file, tt.text, err, tt.want)
		}
	}
	if _, err := macro.Read(folder(map[string]string{"a.md": "{{x}}", "b.md": "{{.X}}"}), "macros"); err == nil || !strings.Contains(err.Error(), "a.md:1") || !strings.Contains(err.Error(), "b.md:1") {
		t.Errorf("of two mistakes the error names %v", err)
	}
}

// TestT117FieldsAreNoTemplates: what somebody wrote into a name or a subject stays text,
// on its line.
func TestT117FieldsAreNoTemplates(t *testing.T) {
	m, err := macro.Read(folder(map[string]string{"a.md": "{{.Subject}}|{{.Name}}|{{if .Category}}yes{{else}}no{{end}}"}), "macros")
	if err != nil {
		t.Fatal(err)
	}
	for _, payload := range []string{"{{.Agent}}", "{{call .}}", "${7*7}", "<%= 7*7 %>", "%s%n", "{{define \"a\"}}"} {
		if got, want := m.Text("a", macro.Fields{Subject: payload, Name: payload, Agent: "alice"}), payload+"|"+payload+"|no"; got != want {
			t.Errorf("Text = %q, want %q", got, want)
		}
	}
	if got := m.Text("a", macro.Fields{Subject: "Lamp\r\n#resolve\u2028x", Category: "c"}); got != "Lamp #resolve x||yes" {
		t.Errorf("lines in a subject make %q", got)
	}
	faulttest.Seen(t, "T117", "names and subjects with template, shell and format syntax, and with breaks of lines, in a text of the admin's", "they stay text, on one line")
}
