package language

import (
	"os"
	"strings"
	"testing"

	"maildesk/mailparse/phrase"
)

// TestLanguageShort holds the share of short texts that are recognised, and
// that hardly any is taken for another language.
func TestLanguageShort(t *testing.T) {
	table, err := os.ReadFile("testdata/languages.txt")
	if err != nil {
		t.Fatal(err)
	}
	right, unknown, wrong, all := 0, 0, 0, 0
	seen := map[string]bool{}
	for _, row := range phrase.Rows(string(table), 2) {
		want, text := strings.Trim(row[0], "-"), row[1]
		seen[want] = true
		all++
		switch got := Detect(text, "", ""); got {
		case want:
			right++
		case "":
			unknown++
			t.Logf("Detect(%q) is unknown, want %q", text, want)
		default:
			wrong++
			t.Logf("Detect(%q) = %q, want %q", text, got, want)
		}
	}
	t.Logf("%d languages, %d texts: %d right, %d unknown, %d wrong", len(seen), all, right, unknown, wrong)
	if right*100 < all*95 || wrong*100 > all {
		t.Errorf("%d of %d right, %d wrong; want 95%% right and 1%% wrong at most", right, all, wrong)
	}
}
