package desk

import (
	"testing"

	"maildesk/desk/command"
)

// TestVocabulary: the commands of the table are those that the desk carries out.
func TestVocabulary(t *testing.T) {
	for _, e := range command.Table {
		if steps[e.Name] == nil {
			t.Errorf("the desk has no step for #%s", e.Name)
		}
	}
	for name := range steps {
		if e, _ := command.Lookup(name); e.Name != name {
			t.Errorf("the step of #%s is of no command of the table", name)
		}
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
