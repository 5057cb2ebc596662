package classify

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/phrase"
	"maildesk/mailparse/subject"
)

//go:embed absences.txt
var absencesTable string

// absence is what one language says of an absence.
type absence struct{ me, away, says, begins, greets, polite, asks []string }

// absences are the rows of absences.txt by language.
var absences = sync.OnceValue(func() map[string]*absence {
	all := map[string]*absence{}
	for _, row := range phrase.Rows(absencesTable, 3) {
		a := all[row[0]]
		if a == nil {
			a = &absence{}
			all[row[0]] = a
		}
		phrases := strings.Split(row[2], " / ")
		switch row[1] {
		case "me":
			a.me = phrases
		case "away":
			a.away = phrases
		case "says":
			a.says = phrases
		case "begins":
			a.begins = phrases
		case "greets":
			a.greets = phrases
		case "polite":
			a.polite = phrases
		case "asks":
			a.asks = phrases
		}
	}
	return all
})

// Bounds of a note of absence.
const (
	maxAbsence  = 1500 // bytes of text
	maxOpening  = 5    // sentences in which it says what it is
	maxBeforeMe = 60   // bytes of a sentence before it speaks of its writer
	maxBehindMe = 70   // bytes between that and where they are
	maxGreeting = 40   // bytes of a line that greets
	// words of a sentence that greets, and of one that thanks
	maxGreets, maxPolite = 3, 14
	maxSalutes           = 6 // words of a line that greets, and ends so
)

// BeginsAway reports whether a text says with its first words that its writer is away: before
// them stand a greeting and thanks for the mail at the most, and nothing is asked. "It is dark
// again. I am away until Monday" says something else first.
func BeginsAway(text string) bool {
	if len(text) > maxAbsence || strings.ContainsAny(text, "?？؟") {
		return false
	}
	said := sentences(text)
	if slices.ContainsFunc(said, asks) {
		return false
	}
	for _, s := range said {
		for _, a := range absences() {
			if a.saidIn(s) {
				return true
			}
		}
		if !isPolite(s) {
			return false
		}
	}
	return false
}

// isPolite reports whether a sentence greets, or thanks for the mail that it answers.
func isPolite(s string) bool {
	begins := func(phrase string) bool { return wordsAt(s, phrase) == 0 }
	words, most := len(strings.Fields(s)), maxGreets
	if strings.HasSuffix(s, ",") {
		most = maxSalutes
	}
	for _, a := range absences() {
		if words <= most && slices.ContainsFunc(a.greets, begins) || words <= maxPolite && slices.ContainsFunc(a.polite, begins) {
			return true
		}
	}
	return words == 1 && most == maxSalutes // "Ana,"
}

// asks reports whether a sentence says that its writer wants something.
func asks(s string) bool {
	for _, a := range absences() {
		if slices.ContainsFunc(a.asks, func(phrase string) bool { return wordsAt(s, phrase) >= 0 }) {
			return true
		}
	}
	return false
}

// SoundsAway reports whether a text reads like a note of absence: it is short, and one of
// its first sentences says that its writer is away. People write such sentences, too: it
// is a reason to ask, and no more.
func SoundsAway(text string) bool {
	if len(text) > maxAbsence {
		return false
	}
	looked := 0
	for _, s := range sentences(text) {
		for _, a := range absences() {
			if a.saidIn(s) {
				return true
			}
		}
		if looked++; looked == maxOpening {
			return false
		}
	}
	return false
}

// saidIn reports whether a sentence says so in this language.
func (a *absence) saidIn(s string) bool {
	for _, says := range a.says {
		if wordsAt(s, says) >= 0 {
			return true
		}
	}
	for _, begins := range a.begins {
		if wordsAt(s, begins) == 0 {
			return true
		}
	}
	for _, me := range a.me {
		at := wordsAt(s, me)
		if at < 0 || at > maxBeforeMe {
			continue
		}
		rest := s[at+len(me):]
		for _, away := range a.away {
			if behind := wordsAt(rest, away); behind >= 0 && behind <= maxBehindMe && !strings.ContainsAny(rest[:behind], ",;:") { // which begin another clause
				return true
			}
		}
	}
	return false
}

// wordsAt returns where a phrase stands in a text, with its first letter at the beginning of
// a word, -1 where it does not. Scripts without blanks have no such place.
func wordsAt(text, words string) int {
	first, _ := utf8.DecodeRuneInString(words)
	for from := 0; ; {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return -1
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Arabic, unicode.Hebrew) ||
			!unicode.IsLetter(before) && (!unicode.IsLetter(after) || len(words) > 8) {
			return at
		}
		from = at + len(words)
	}
}

// sentences returns the sentences of a text, folded. A line ends one only where the next is
// empty or where it ends like a greeting, as programs break lines; a point behind a figure
// ends none.
func sentences(text string) (all []string) {
	text = strings.NewReplacer("’", "'", "\r", "", "。", "。 ", "！", "！ ").Replace(text)
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		var words []string
		end := func() {
			if s := strings.Join(words, " "); len(s) > 0 {
				all = append(all, s)
			}
			words = nil
		}
		for line := range strings.Lines(paragraph) {
			for word := range strings.FieldsSeq(subject.Fold(line)) {
				words = append(words, word)
				bare := strings.TrimRight(word, ".!?。！？")
				if figure, _ := utf8.DecodeLastRuneInString(bare); bare != word && !unicode.IsDigit(figure) {
					end()
				}
			}
			if line = strings.TrimSpace(line); strings.HasSuffix(line, ",") && len(line) < maxGreeting || strings.HasSuffix(line, ":") {
				end()
			}
		}
		end()
	}
	return all
}
