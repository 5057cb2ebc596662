package incoming

import (
	"os"
	"strings"
	"testing"

	"maildesk/ticket"
)

// TestReasonsOfSpam: what is written of a mail that is spam is read again, and none is taken for another.
func TestReasonsOfSpam(t *testing.T) {
	for _, tt := range []struct {
		reason          string
		marked, dropped bool
	}{
		{DroppedReason("alice", "spam-flag"), false, true},
		{"dropped by root at the console: junk", false, true},
		{"spam-flag", true, false},
		{"rule spam-flag", false, false}, // an admin may call it so
		{"rule dropped by us: x", false, false},
	} {
		m := ticket.Mail{Disposition: ticket.DispositionSpam, Reason: tt.reason}
		if WasMarked(m) != tt.marked || IsDropped(m) != tt.dropped {
			t.Errorf("%q: marked %t, dropped %t", tt.reason, WasMarked(m), IsDropped(m))
		}
		m.Disposition = ticket.DispositionNew
		if WasMarked(m) || IsDropped(m) {
			t.Errorf("%q of a mail that is no spam counts", tt.reason)
		}
	}
}

// TestMarksAreKnownByTheirIDs: exactly the rules that know a mark of a filter for spam have ids that begin so.
func TestMarksAreKnownByTheirIDs(t *testing.T) {
	marks := 0
	for _, table := range []string{"headers.txt", "senders.txt", "subjects.txt", "bodies.txt"} {
		text, err := os.ReadFile("../../mailparse/classify/" + table)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			row := strings.Split(line, "|")
			if strings.HasPrefix(line, "#") || len(row) < 3 {
				continue
			}
			id, spam := strings.TrimSpace(row[0]), strings.TrimSpace(row[1]) == "spam"
			if spam {
				marks++
			}
			if isMark(id) != spam {
				t.Errorf("%s: the rule %s is a mark: %t, read as one: %t", table, id, spam, isMark(id))
			}
		}
	}
	if marks == 0 {
		t.Error("no table has a mark of spam")
	}
}
