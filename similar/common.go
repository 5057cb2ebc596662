package similar

import (
	_ "embed"
	"strings"

	"maildesk/letters"
)

//go:embed common.txt
var commonText string

// commonWords are words without accents that do not say what a request is about, by
// language; those under no language apply to all.
var commonWords = func() map[string]map[string]bool {
	every := map[string]bool{}
	all := map[string]map[string]bool{"": every}
	var of map[string]bool
	for line := range strings.Lines(commonText) {
		if tag, found := strings.CutPrefix(line, "# "); found {
			of = map[string]bool{}
			all[strings.TrimSpace(tag)] = of
			continue
		}
		for w := range strings.FieldsSeq(line) {
			of[letters.Plain(w)], every[letters.Plain(w)] = true, true
		}
	}
	return all
}()

func isCommon(language, word string) bool {
	of, known := commonWords[language]
	if !known {
		of = commonWords[""]
	}
	return of[letters.Plain(word)]
}
