package language

import "testing"

func TestDetect(t *testing.T) {
	for text, want := range map[string]string{
		"Guten Tag, der Drucker im zweiten Stock geht seit heute früh nicht mehr.": "de",
		"Le serveur est de nouveau disponible depuis ce matin.":                    "fr",
		"12345": "",
		"":      "",
	} {
		if got := Detect(text, "", ""); got != want {
			t.Errorf("Detect(%q) = %q, want %q", text, got, want)
		}
	}
}
