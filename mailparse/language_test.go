package mailparse

import "testing"

// TestLanguageWithoutName: the author's name below a short text says nothing about its
// language; the same word within it does.
func TestLanguageWithoutName(t *testing.T) {
	for _, tt := range []struct{ from, text, want string }{
		{"Mia Roth <mia@example.com>", "Der Monitor in Raum 4 bleibt schwarz.\n\nMia\n", "de"},
		{"Mia Roth <mia@example.com>", "The monitor in room 4 stays black.\n\nMia Roth\n", "en"},
		{"Per Dahl <per@example.com>", "Please reset my password.\n\n-- Per\n", "en"},
		{"Mia Roth <mia@example.com>", "La mia password non funziona.\n\nMia\n", "it"},
		{"mia@example.com", "La mia stampante non funziona.\n", "it"},
	} {
		raw := "From: " + tt.from + "\nSubject: 4711\nContent-Type: text/plain; charset=utf-8\n\n" + tt.text
		if got := Parse([]byte(raw), Envelope{}).Language; got != tt.want {
			t.Errorf("the language of %q by %s is %q, want %q", tt.text, tt.from, got, tt.want)
		}
	}
}
