package search

import (
	"reflect"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
)

func TestNeeded(t *testing.T) {
	tests := []struct {
		pattern string
		want    []choice
	}{
		{`(?i)\bVPN\b`, []choice{{"vpn"}}},
		{`error[- ]?code[: ]+(7|8)`, []choice{{"error"}, {"code"}}},
		{`printer|toner jam|scanner`, []choice{{"printer", "toner jam", "scanner"}}},
		{`(?:a|bc+)d`, []choice{{"a", "b"}, {"d"}}},
		{`(foo)?bar*`, []choice{{"ba"}}},
		{`(foo){2}`, []choice{{"foo"}}},
		{`(foo){0,2}`, nil},
		{`[a-z]+`, nil},
		{`x|[a-z]`, nil},
		{`aa|bb|cc|dd|ee|ff|gg|hh|ii`, nil},
		{``, nil},
	}
	for _, tt := range tests {
		re, err := syntax.Parse(tt.pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := needed(re); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("needed(%s) = %q, want %q", tt.pattern, got, tt.want)
		}
	}
}

// FuzzPattern: what a pattern matches has the words that it needs, whatever
// folds to what.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{`(?i)\bvpn\b`, "my VPN."}, {`(?i)kelvin`, "\u212Aelvin"}, {`(?i)mass`, "ma\u017Fs"}, {`Straße|é`, "STRASSE É"},
		{`(?i)straße|É+x?`, "STRAẞE é"}, {`a.c`, "a\xffc"}, {`(?s)a(b|cd){1,3}e`, "abcde"}, {`(?i)σ`, "ς"}, {`(a|b)?c`, "c"}, {`(?i)\x{1C4}`, "\u01C6"}, {"\uFFFD", "\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		re, err := regexp.Compile(source)
		if err != nil {
			return
		}
		p, err := NewPattern(source)
		if err != nil {
			t.Fatalf("newPattern(%q) = %v", source, err)
		}
		for _, text := range []string{text, text + strings.Repeat(" and more text", 9)} {
			if re.MatchString(text) && !p.MayMatch(&Searched{text: Fold(text)}) {
				t.Errorf("pattern %q: mayMatch(%q) = false, but it matches (needs %q)", source, text, p.need)
			}
		}
	})
}
