package mailparse

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestPhraseSet(t *testing.T) {
	set := newPhraseSet([]string{"cannot", "nota", "canned", "notary", "über uns", "cannot"})
	tests := map[string][]int{
		"":                       nil,
		"not":                    nil,
		"you cannot":             {0, 5},
		"cannotary, cannotary":   {0, 1, 3, 5},
		"cannecanned":            {2},
		"mehr über uns":          {4},
		strings.Repeat("no", 40): nil,
		// This takes a minute unless the work is linear.
		strings.Repeat("x", 4<<20) + strings.Repeat("cannot ", 1<<17): {0, 5},
	}
	for text, want := range tests {
		if got := slices.Sorted(set.in(text)); !slices.Equal(got, want) {
			t.Errorf("%.40q: %v stand in it, not %v", text, got, want)
		}
		if set.has(text) != (want != nil) {
			t.Errorf("%.40q: has any: %v", text, set.has(text))
		}
	}
}

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
		if !slices.Equal(patterns.literals.phrases, test.literals) {
			t.Errorf("%s needs one of %q, not %q", test.expression, patterns.literals.phrases, test.literals)
		}
	}
	if n := len(phrases.device.others); n > 3 {
		t.Errorf("%d expressions are tried on every line", n)
	}
}
