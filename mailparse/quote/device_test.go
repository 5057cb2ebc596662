package quote

import (
	"regexp"
	"slices"
	"testing"
)

// Every expression must be tried on what it matches.
func TestDevicePatterns(t *testing.T) {
	tests := []struct {
		expression, line string
		literals         []string
	}{
		{`^sent from my \w+$`, "SENT FROM MY phone", []string{"SENT FROM MY "}},
		{`^(get|download) \[?(outlook|the new)\b.{0,140}$`, "Download outlooK for iOS", []string{"OUTLOOK", "THE NEW"}},
		{`^.{0,9}(dan|den) gönderildi\W*$`, "iPhone'dan GÖNDERİLDİ", []string{" GÖNDERILDI"}},
		{`^(?:abc|\d+)\s?$`, "7", nil},
		{`^(look|boo)s(kiss)+$`, "looſKiss", []string{"KISS"}},
	}
	for _, test := range tests {
		patterns := newDevicePatterns([]string{test.expression})
		want := regexp.MustCompile("(?i)" + test.expression).MatchString(test.line)
		if got := patterns.match(test.line); got != want {
			t.Errorf("%s matches %q: %v, not %v", test.expression, test.line, got, want)
		}
		if !slices.Equal(patterns.literals.Phrases(), test.literals) {
			t.Errorf("%s needs one of %q, not %q", test.expression, patterns.literals.Phrases(), test.literals)
		}
	}
	if n := len(phrases.device.others); n > 3 {
		t.Errorf("%d expressions are tried on every line", n)
	}
}
