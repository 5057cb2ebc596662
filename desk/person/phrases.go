package person

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse"
)

// NameKey returns a name as it is compared, and of how many words it is: in lower case, with letters
// composed, and a space in the place of whatever stands between its words.
func NameKey(name string) (key string, words int) {
	var all []string
	for _, w := range wordsIn(name) {
		all = append(all, name[w[0]:w[1]])
	}
	return norm.NFC.String(strings.ToLower(strings.Join(all, " "))), len(all)
}

// Phrases returns what may be a name of so many words in texts: of each of as many words in a row what
// [NameKey] returns of it, with marks behind it and without, and how it stands there, in lower case and
// with single spaces.
func Phrases(texts []string, words int) iter.Seq2[string, string] {
	return func(yield func(key, shown string) bool) {
		for _, text := range texts {
			all := wordsIn(text)
			for i := range max(0, len(all)-words+1) {
				shown := text[all[i][0]:all[i+words-1][1]]
				bare := strings.TrimFunc(shown, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
				if !yieldName(yield, shown) || bare != shown && !yieldName(yield, bare) {
					return
				}
			}
		}
	}
}

func yieldName(yield func(key, shown string) bool, shown string) bool {
	key, _ := NameKey(shown)
	return yield(key, norm.NFC.String(strings.ToLower(strings.Join(strings.Fields(shown), " "))))
}

// wordsIn returns where the words of a text begin and end.
func wordsIn(text string) (all [][2]int) {
	begun := -1
	for i, r := range text {
		switch in := nameChar(r) || unicode.IsMark(r); {
		case in && begun < 0:
			begun = i
		case !in && begun >= 0:
			all = append(all, [2]int{begun, i})
			begun = -1
		}
	}
	if begun >= 0 {
		all = append(all, [2]int{begun, len(text)})
	}
	return all
}

// TextsOf returns the texts of a row, and those of a mail that it holds.
func TextsOf(r Row) (texts []string) {
	for _, text := range r.Texts {
		texts = append(texts, text)
	}
	if r.Table != "mail_raw" {
		return texts
	}
	m := mailparse.Parse(r.Bytes, mailparse.Envelope{})
	for _, f := range m.Header {
		if slices.Contains(keptFields, f.Name) {
			texts = append(texts, f.Value)
		}
	}
	return append(texts, m.Whole())
}
