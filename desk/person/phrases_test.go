package person

import (
	"strings"
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
		{"with an ending", Row{Table: "entry", Texts: map[string]string{"text": "Ana Bérg's and Bob’s"}}, true},
		{"behind a mark", Row{Table: "entry", Texts: map[string]string{"text": "Hello/Ana Bérg, welcome"}}, true},
		{"a longer word", Row{Table: "entry", Texts: map[string]string{"text": "Diana Bérg and Ana Bérger"}}, false},
		{"one word", Row{Table: "entry", Texts: map[string]string{"text": "Ana"}}, false},
	} {
		name, words := NameKey(" Ana  Bérg")
		got := false
		for key, shown := range Phrases(TextsOf(tt.row), words) {
			got = got || key == name && shown == "ana bérg"
		}
		if got != tt.has {
			t.Errorf("%s: it is found: %t, want %t", tt.name, got, tt.has)
		}
	}
}

// A name with marks within is found as it is written.
func TestPhrasesWithMarks(t *testing.T) {
	for name, text := range map[string]string{"Pat O'Neil": "Ask Pat O'Neil.", "Ana Berg Jr.": "(Ana Berg Jr.) rang", "Jean-Luc Picard": "from Jean-Luc  Picard's ship"} {
		key, words := NameKey(name)
		found := ""
		for k, shown := range Phrases([]string{text}, words) {
			if k == key {
				found = shown
			}
		}
		if want := strings.ToLower(name); found != want {
			t.Errorf("%q: %q is found, want %q", text, found, want)
		}
	}
}
