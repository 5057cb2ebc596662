package templates

import (
	"os"
	"regexp"
	"testing"
)

// glued are the blanks that must not break a line, by language: those of the sign for
// a number, and in French those before a high mark and within quotation marks.
var glued = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`Nr\. (\{|"|$)`),
	"es": regexp.MustCompile(`n\.º (\{|"|$)`),
	"fr": regexp.MustCompile(`n° (\{|"|$)| [;:?!»]|« `),
	"it": regexp.MustCompile(`\bn\. (\{|"|$)`),
	"nl": regexp.MustCompile(`\bnr\. (\{|"|$)`),
	"pl": regexp.MustCompile(`\bnr (\{|"|$)`),
	"pt": regexp.MustCompile(`n\.º (\{|"|$)`),
}

// foreign are marks that readers of a language do not use.
var foreign = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`[“”»«]\w|\w[”«»]`),
	"es": regexp.MustCompile(`[„“”]`),
	"fr": regexp.MustCompile(`[„“”]`),
	"it": regexp.MustCompile(`[„“”]`),
	"pl": regexp.MustCompile(`[“«»]`),
	"pt": regexp.MustCompile(`[„]`),
}

var (
	typewriter = regexp.MustCompile(`\pL'\pL|\.\.\.|\\"\pL[^"]* `)     // an apostrophe, dots or quotation marks of a typewriter
	comment    = regexp.MustCompile(`(?m)^#.*$|^"(?:[^"\\]|\\.)*" = `) // and the English of phrases
	inserted   = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

// TestTypography: what no spelling checker sees.
func TestTypography(t *testing.T) {
	for _, language := range languages {
		raw, err := os.ReadFile("words/" + language + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		whole := comment.ReplaceAllString(string(raw), "")
		words := inserted.ReplaceAllString(whole, "")
		for _, rule := range []struct {
			what, text string
			wrong      *regexp.Regexp
		}{{"a blank that breaks", whole, glued[language]}, {"a foreign mark", words, foreign[language]}, {"a typewriter's mark", words, typewriter}} {
			if rule.wrong == nil {
				continue
			}
			for _, at := range rule.wrong.FindAllStringIndex(rule.text, 5) {
				t.Errorf("words/%s.toml: %s in %q", language, rule.what, rule.text[max(0, at[0]-30):min(len(rule.text), at[1]+20)])
			}
		}
	}
}
