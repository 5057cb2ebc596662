package copies

import (
	"testing"

	"maildesk/ticket"
)

// TestRepeatReason: what is written of a copy is read again, also from rows of old.
func TestRepeatReason(t *testing.T) {
	for _, tt := range []struct {
		reason string
		of     ticket.MailID
		is     bool
	}{
		{repeatOf(17), 17, true},
		{"copy of mail 17", 17, true}, // of every desk until now
		{"copy of mail ", 0, true},
		{"copy of mail 17x", 0, true},
		{"copy of mail -4", 0, true},
		{"altered copy of mail 17", 0, false},
		{reasonAltered, 0, false},
		{"17", 0, false},
		{"", 0, false},
	} {
		if of, is := repeated(tt.reason); of != tt.of || is != tt.is {
			t.Errorf("repeated(%q) = %d, %t, want %d, %t", tt.reason, of, is, tt.of, tt.is)
		}
	}
}
