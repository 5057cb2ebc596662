package quoted

import (
	"testing"

	"maildesk/desk/command"
)

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
