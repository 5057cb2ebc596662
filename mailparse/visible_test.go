package mailparse

import "testing"

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"plain, שלום, مرحبا\n":  "plain, שלום, مرحبا\n",
		"\u202egnp.exe":         "[U+202E]gnp.exe",
		"a\u061cb\u2066c\u2069": "a[U+061C]b[U+2066]c[U+2069]",
	} {
		if got := Visible(text); got != want {
			t.Errorf("Visible(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestListed(t *testing.T) {
	for name, want := range map[string]string{
		"":                     "",
		"Hans Müller":          "Hans Müller",
		"Müller, Hans":         `"Müller, Hans"`,
		`"Müller, Hans" (IT)`:  `"Müller, Hans (IT)"`,
		"山田、太郎":                `"山田、太郎"`,
		"O'Neill; Shaun (ext)": `"O'Neill; Shaun (ext)"`,
	} {
		if got := Listed(name); got != want {
			t.Errorf("Listed(%q) = %q, want %q", name, got, want)
		}
	}
}
