package desk

import (
	"maps"
	"slices"
	"testing"

	"maildesk/desk/command"
)

// TestVocabulary: the commands that are read are those that the desk carries out.
func TestVocabulary(t *testing.T) {
	read, done := slices.Sorted(maps.Keys(command.Vocabulary)), slices.Sorted(maps.Keys(steps))
	if !slices.Equal(read, done) {
		t.Errorf("command.Vocabulary has %q, the desk has steps for %q", read, done)
	}
}

// TestEchoed: commands that the requester wrote, too.
func TestEchoed(t *testing.T) {
	theirs := []string{"Scanner", "#spam\nThe scanner\ndoes not scan, please help."}
	for _, tt := range []struct {
		mail   string
		quotes bool
		want   bool
	}{
		{"#spam\nThe scanner does not scan, please help.\n\nNo.", true, true},
		{"#spam\nThe scanner does not scan, please help.\n\nNo.", false, true},
		{"#spam", false, true},
		{"#spam", true, false}, // the quote is elsewhere
		{"#spam\nNo.", true, false},
		{"#take\nThe scanner does not scan, please help.", false, false},
		{"No.", false, false},
	} {
		if got := echoed(command.Read(tt.mail), tt.quotes, theirs); got != tt.want {
			t.Errorf("echoed(%q, %t) = %t, want %t", tt.mail, tt.quotes, got, tt.want)
		}
	}
}
