package classify

import (
	"strings"
	"testing"

	"maildesk/mailparse/phrase"
)

// TestRuleTables finds faults in the embedded tables.
func TestRuleTables(t *testing.T) {
	for name, table := range map[string]string{"headers": headersTable, "senders": sendersTable} {
		seen := map[string]bool{}
		for _, row := range phrase.Rows(table, 5) {
			if len(row) != 5 || seen[row[0]] || strength[Class(row[1])] == 0 || row[2] != "hard" && row[2] != "soft" {
				t.Errorf("%s: row %q: want id, class, silence, where and values", name, row)
			}
			seen[row[0]] = true
		}
	}
	for _, row := range phrase.Rows(bodiesTable, 3) {
		if len(row) != 3 || row[1] != "begin" && row[1] != "within" || row[2] != strings.ToLower(row[2]) {
			t.Errorf("bodies: row %q: want id, mode and phrases in lower case", row)
		}
	}
	modes := map[string]bool{"until": true, "title": true, "noun": true, "words": true, "end": true, "within": true}
	for _, row := range phrase.Rows(subjectsTable, 3) {
		if len(row) != 3 || !modes[row[1]] {
			t.Errorf("subjects: row %q: want id, mode and beginnings", row)
		}
	}
}
