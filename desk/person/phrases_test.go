package person

import (
	"slices"
	"testing"
)

// TestPhrases: a name is found in a text and in a mail, whatever stands around it and however it is
// written, and not in a part of a word.
func TestPhrases(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  Row
		has  bool
	}{
		{"a column", Row{Table: "ticket", Texts: map[string]string{"name": "Ana Bérg"}}, true},
		{"within a text", Row{Table: "entry", Texts: map[string]string{"text": "Dear all,\n(ANA\n Bérg), please."}}, true},
		{"a mail", Row{Table: "mail_raw", Bytes: []byte("From: x@example.net\nSubject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nAna B=C3=A9rg.\n")}, true},
		{"the From of a mail", Row{Table: "mail_raw", Bytes: []byte("From: =?utf-8?q?Ana_B=C3=A9rg?= <x@example.net>\n\nx\n")}, true},
		{"a longer word", Row{Table: "entry", Texts: map[string]string{"text": "Diana Bérg and Ana Bérger"}}, false},
		{"one word", Row{Table: "entry", Texts: map[string]string{"text": "Ana"}}, false},
	} {
		if got := slices.Contains(slices.Collect(Phrases(tt.row, 2)), NameKey(" Ana  Bérg")); got != tt.has {
			t.Errorf("%s: it is found: %t, want %t", tt.name, got, tt.has)
		}
	}
}
