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
