package later

import (
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

// TestUnsentSaysWhy: whoever planned a mail that cannot be sent is told what is true of it, and
// what to do where they can do something.
func TestUnsentSaysWhy(t *testing.T) {
	at := ticket.Relative(time.Date(2000, 1, 5, 9, 0, 0, 0, time.UTC))
	for why, want := range map[Unsent]string{
		Gone:      "cannot be read any more",
		Undivided: "which part of its text is for whom. Write to each of them",
	} {
		if got := why.phrase("Alice", at).String(); !strings.Contains(got, want) || !strings.Contains(got, "Alice") {
			t.Errorf("%d: %q lacks %q", why, got, want)
		}
	}
}
