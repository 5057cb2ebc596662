package wish

import (
	"os"
	"regexp"
	"testing"
)

// TestSaysLeave: a text leaves that is nothing but the word.
func TestSaysLeave(t *testing.T) {
	for text, want := range map[string]bool{
		"unsubscribe": true, "Unsubscribe.\n": true, "#unsubscribe": true, "Please remove me!": true, "Désabonner": true, "désinscrire svp": true,
		"ABMELDEN": true, "Bitte austragen": true, "cancelar inscrição": true, "": false, "Please": false, "stop": false,
		"I cannot unsubscribe from the newsletter": false, "How do I unsubscribe?\nAnd the printer jams.": false, "abmelden geht nicht": false,
	} {
		if got := SaysLeave(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}

// TestLeaveWordsAreThoseThatMailsAskFor: the word at the foot of a mail in each
// language is understood.
func TestLeaveWordsAreThoseThatMailsAskFor(t *testing.T) {
	quoted := regexp.MustCompile(`(?m)^leave = ".*[“„«]\s*([^”“»\n]+?)\s*[”“»].*"$`)
	for language, words := range leaveWords {
		raw, err := os.ReadFile("../../templates/words/" + language + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		found := quoted.FindSubmatch(raw)
		if found == nil || !SaysLeave(string(found[1])) {
			t.Errorf("%s: mails ask for %q, understood are %q", language, found, words)
		}
	}
}
