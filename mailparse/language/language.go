package language

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/phrase"
)

//go:embed languages.txt
var table string

// The evidence is counted in points: a word that only one language has gives
// one. Languages of one script share words, so a few points are needed, and a
// lead over the runner-up.
const (
	maxText         = 800 // bytes of the text that are read
	enoughPoints    = 0.7
	enoughLead      = 1.15
	declaredPoints  = 1.5  // of Content-Language
	preferredPoints = 0.75 // of Accept-Language: the sender's client, not the mail
	letterPoints    = 0.5  // of a letter beyond ASCII that few languages have
	endingPoints    = 0.5  // of the end of a word
	maxEnding       = 12   // bytes
	foreignLetter   = 0.4  // taken from the languages that do not write a letter
)

// Detect returns the ISO 639-1 code of the language that a text is written in,
// or nothing where that would be a guess. Only the beginning of the text is read.
//
// declared is the value of Content-Language and preferred that of
// Accept-Language (RFC 3282), in lower case and without comments; both may be
// empty. The text counts most, then the declarations, which many clients set to
// their own language whatever is written.
func Detect(text, declared, preferred string) string {
	words := wordsOf(text)
	script, letters := mainScript(words)
	if code := scriptLanguages[script]; code != "" {
		return code
	}
	switch script {
	case "Han":
		return hanLanguage(text)
	case "Arabic":
		return arabicLanguage(words)
	}
	declared = primaryTag(declared)
	if letters < 3 {
		return declared
	}
	index := languages()
	scores := index.score(words)
	if i, known := index.number[declared]; known {
		scores[i] += declaredPoints
	}
	if i, known := index.number[primaryTag(preferred)]; known {
		scores[i] += preferredPoints
	}
	if code := index.leader(scores, script, declared); code != "" {
		return code
	}
	return languageGrams().guess(words, index.code, index.script, script)
}

// leader is the language of a script with the most points, if they are enough.
func (index *languageIndex) leader(scores []float64, script, declared string) string {
	best, most, second := "", 0.0, 0.0
	for i, points := range scores {
		switch {
		case index.script[i] != script:
		case points > most:
			best, most, second = index.code[i], points, most
		case points > second:
			second = points
		}
	}
	if best == declared || most >= enoughPoints && most >= second*enoughLead {
		return best
	}
	return ""
}

// scriptLanguages are scripts that name the language. Those that several
// languages share are told apart by words or letters.
var scriptLanguages = map[string]string{
	"Hangul": "ko", "Kana": "ja", "Greek": "el", "Hebrew": "he", "Thai": "th", "Devanagari": "hi", "Armenian": "hy",
	"Georgian": "ka", "Bengali": "bn", "Tamil": "ta", "Telugu": "te", "Gujarati": "gu", "Gurmukhi": "pa", "Kannada": "kn",
	"Malayalam": "ml", "Khmer": "km", "Lao": "lo", "Myanmar": "my", "Sinhala": "si", "Ethiopic": "am",
}

var scriptTables = []struct {
	name   string
	table  *unicode.RangeTable
	weight int // how much a letter says, in Latin letters
}{
	{"Cyrillic", unicode.Cyrillic, 1}, {"Han", unicode.Han, 3}, {"Kana", unicode.Hiragana, 3}, {"Kana", unicode.Katakana, 3},
	{"Hangul", unicode.Hangul, 3}, {"Greek", unicode.Greek, 1}, {"Hebrew", unicode.Hebrew, 1}, {"Arabic", unicode.Arabic, 1},
	{"Thai", unicode.Thai, 1}, {"Devanagari", unicode.Devanagari, 1}, {"Armenian", unicode.Armenian, 1},
	{"Georgian", unicode.Georgian, 1}, {"Bengali", unicode.Bengali, 1}, {"Tamil", unicode.Tamil, 1}, {"Telugu", unicode.Telugu, 1},
	{"Gujarati", unicode.Gujarati, 1}, {"Gurmukhi", unicode.Gurmukhi, 1}, {"Kannada", unicode.Kannada, 1},
	{"Malayalam", unicode.Malayalam, 1}, {"Khmer", unicode.Khmer, 1}, {"Lao", unicode.Lao, 1}, {"Myanmar", unicode.Myanmar, 1},
	{"Sinhala", unicode.Sinhala, 1}, {"Ethiopic", unicode.Ethiopic, 1},
}

// mainScript is the script of most letters, and their number. Han counts for
// Kana as soon as there is some.
func mainScript(words []string) (script string, letters int) {
	var counts map[string]int
	latin := 0
	for _, word := range words {
		for _, r := range word {
			if r < 0x250 {
				latin++
				continue
			}
			for i := range scriptTables {
				if unicode.Is(scriptTables[i].table, r) {
					if counts == nil {
						counts = map[string]int{}
					}
					counts[scriptTables[i].name] += scriptTables[i].weight
					break
				}
			}
		}
	}
	if kana := counts["Kana"]; kana > 0 && kana*12 >= counts["Han"] {
		counts["Kana"] += counts["Han"]
		delete(counts, "Han")
	}
	script, letters = "Latin", latin
	for name, n := range counts {
		// People write product names and signatures in Latin letters.
		if n*2 > letters {
			script, letters = name, n*2
		}
	}
	return script, letters
}

// hanLanguage is Chinese for text without Kana. Characters that only Japanese
// has make it Japanese.
func hanLanguage(s string) string {
	if strings.ContainsAny(s, "込働畑峠〆々円図対応画単発変検済県駅気") && !strings.ContainsAny(s, "们这来为时说对请问题谢您經這們來為時說對請題謝") {
		return "ja"
	}
	return "zh"
}

// persianWords are common and have no letter that Arabic does not have.
var persianWords = map[string]bool{
	"ممنون": true, "است": true, "شد": true, "شده": true, "را": true, "برای": true, "این": true, "در": true, "با": true,
	"سلام": true, "نیست": true, "لطفا": true, "لطفاً": true, "دارم": true, "ندارد": true, "درست": true, "من": true, "ما": true,
}

// arabicLanguage tells Persian and Urdu from Arabic by letters and words.
func arabicLanguage(words []string) string {
	arabic, persian, urdu := 2, 0, 0
	for _, word := range words {
		if persianWords[word] {
			persian += 3
		}
		for _, r := range word {
			switch r {
			case 'پ', 'چ', 'ژ', 'گ', 'ک', 'ی':
				persian++
			case 'ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ھ', 'ہ':
				urdu += 3
			case 'ة', 'ي', 'ك', 'أ', 'إ', 'ى':
				arabic++
			}
		}
	}
	switch max(arabic, persian, urdu) {
	case urdu:
		return "ur"
	case persian:
		return "fa"
	}
	return "ar"
}

// languageIndex is languages.txt for looking up. Languages are numbers: the
// rows of the table.
type languageIndex struct {
	code    []string
	script  []string // Latin or Cyrillic
	number  map[string]int
	words   map[string][]uint8
	endings map[string][]uint8
	letters map[rune][]uint8 // beyond ASCII
}

var languages = sync.OnceValue(func() *languageIndex {
	index := &languageIndex{number: map[string]int{}, words: map[string][]uint8{}, endings: map[string][]uint8{}, letters: map[rune][]uint8{}}
	for i, row := range phrase.Rows(table, 3) {
		script := "Latin"
		for _, r := range row[1] {
			if unicode.Is(unicode.Cyrillic, r) {
				script = "Cyrillic"
			}
			index.letters[r] = append(index.letters[r], uint8(i))
		}
		index.code, index.script = append(index.code, row[0]), append(index.script, script)
		index.number[row[0]] = i
		seen := map[string]bool{}
		for _, word := range strings.Fields(row[2]) {
			if seen[word] {
				continue
			}
			seen[word] = true
			if ending, found := strings.CutPrefix(word, "-"); found {
				index.endings[ending] = append(index.endings[ending], uint8(i))
			} else {
				index.words[word] = append(index.words[word], uint8(i))
			}
		}
	}
	return index
})

// score returns points for words, endings and letters to the languages.
func (index *languageIndex) score(words []string) []float64 {
	scores := make([]float64, len(index.code))
	for _, word := range words {
		codes := index.words[word]
		if codes == nil {
			if short, _, found := strings.Cut(word, "'"); found {
				codes = index.words[short]
			}
		}
		points := 1 / float64(max(len(codes), 1))
		if len(word) < 3 {
			points /= 2 // "a", "i", "in": they stand in every language's mails
		}
		for _, i := range codes {
			scores[i] += points
		}
		if codes == nil {
			index.scoreEnding(word, scores)
		}
		if !phrase.ASCII(word) {
			index.scoreLetters(word, scores)
		}
	}
	return scores
}

// scoreEnding returns points to the languages in which an unknown word can end
// so. The longest ending counts.
func (index *languageIndex) scoreEnding(word string, scores []float64) {
	for i := range word {
		if i == 0 || len(word)-i > maxEnding {
			continue
		}
		if codes := index.endings[word[i:]]; codes != nil {
			for _, i := range codes {
				scores[i] += endingPoints / float64(len(codes))
			}
			return
		}
	}
}

// scoreLetters returns points to the languages that have a letter, and takes
// some from those that do not write it.
func (index *languageIndex) scoreLetters(word string, scores []float64) {
	for _, r := range word {
		codes := index.letters[r]
		if r < utf8.RuneSelf || len(codes) == 0 {
			continue
		}
		for i := range scores {
			scores[i] -= foreignLetter
		}
		for _, i := range codes {
			scores[i] += foreignLetter + letterPoints/float64(len(codes))
		}
	}
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-'
}

// wordsOf is the words at the beginning of a text, in lower case.
// Addresses, links, names of files and figures are in no language.
func wordsOf(s string) []string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	words := make([]string, 0, len(s)/4)
	for field := range strings.FieldsSeq(strings.ToLower(s)) {
		if onlyLetters(field) {
			words = append(words, field)
			continue
		}
		if inNoLanguage(field) {
			continue
		}
		for word := range strings.FieldsFuncSeq(field, notInWord) {
			if word = strings.Trim(word, "'’-"); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// onlyLetters reports whether a word is of the letters a to z, as most are.
func onlyLetters(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

// inNoLanguage reports whether a word is an address, a link, the name of a file or
// a figure.
func inNoLanguage(word string) bool {
	for i := range len(word) {
		switch c := word[i]; c {
		case '@', '_', '\\', '/':
			return true
		default:
			if '0' <= c && c <= '9' {
				return true
			}
		}
	}
	return false
}

// primaryTag is the primary language of the first tag of a list (RFC 5646),
// in two letters.
func primaryTag(value string) string {
	tag := strings.ToLower(strings.TrimSpace(value))
	tag, _, _ = strings.Cut(tag, ",")
	tag, _, _ = strings.Cut(tag, "-")
	tag = strings.TrimSpace(tag)
	switch tag {
	case "nb", "nn":
		return "no"
	case "iw":
		return "he"
	case "in":
		return "id"
	}
	if len(tag) != 2 || !phrase.ASCII(tag) {
		return ""
	}
	return tag
}
