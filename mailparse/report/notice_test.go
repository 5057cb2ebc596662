package report

import (
	"testing"

	"maildesk/mailparse/phrase"
)

// TestFindStatus finds status codes among other figures.
func TestFindStatus(t *testing.T) {
	for _, tt := range []struct{ s, want string }{
		{"5.1.1", "5.1.1"}, {"5.1.1 (bad mailbox)", "5.1.1"}, {"smtp; 550 5.1.10 RESOLVER", "5.1.10"}, {"(#5.2.2)", "5.2.2"},
		{"550 unknown", "5.0.0"}, {"said: 450-try later", "4.0.0"}, {"host mx[192.0.2.1]: 550 5.7.1 no", "5.7.1"},
		{"from 5.1.1.9 with x", ""}, {"15.1.1", ""}, {"12:00:45 on 4/5/2026", ""}, {"", ""}, {"5.1.1.", "5.1.1"},
	} {
		if got := findStatus(tt.s); got != tt.want {
			t.Errorf("findStatus(%q) = %q, want %q", tt.s, got, tt.want)
		}
	}
}

// TestDialectTable finds faults in the embedded table.
func TestDialectTable(t *testing.T) {
	kinds := map[string]bool{"failed": true, "delayed": true, "generic": true, "end": true, "subject": true, "subject-end": true}
	for _, row := range phrase.Rows(dialectTable, 3) {
		if len(row) != 3 || !kinds[row[1]] {
			t.Errorf("dialects.txt: row %q: want id, kind and phrases", row)
		}
	}
}
