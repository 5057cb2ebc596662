package mailparse

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed data/languages.txt
var languagesTable string

// The evidence is counted in points: a word that only one language has gives
// one. Languages of one script share words, so a few points are needed, and a
// lead over the runner-up.
const (
	languageText    = 1500 // bytes of the text that are read
	enoughPoints    = 0.8
	enoughLead      = 1.1
	declaredPoints  = 1.5  // of Content-Language
	preferredPoints = 0.75 // of Accept-Language: the sender's client, not the mail
	letterPoints    = 0.5  // of a letter beyond ASCII that few languages have
	endingPoints    = 0.5  // of the end of a word
	foreignLetter   = 0.3  // taken from the languages that do not write a letter
)

// detectLanguage gives the ISO 639-1 code of the language that a mail is
// written in, or nothing where that would be a guess. The text counts most,
// then its declaration (RFC 3282), which many clients set to their own
// language whatever is written.
func detectLanguage(h Header, text string) string {
	if len(text) < 200 {
		if subject := foldSubject(h.Get("Subject")); cutSubjectPrefix(subject) == subject {
			text = subject + "\n" + text
		}
	}
	declared := languageTag(h.Get("Content-Language"))
	sample := languageSample(text)
	script, letters := mainScript(sample)
	if code := scriptLanguages[script]; code != "" {
		return code
	}
	if script == "Han" {
		return hanLanguage(sample)
	}
	scores := map[string]float64{}
	if declared != "" {
		scores[declared] += declaredPoints
	}
	if preferred := languageTag(h.Get("Accept-Language")); preferred != "" {
		scores[preferred] += preferredPoints
	}
	if script == "Arabic" {
		countArabic(sample, scores)
	} else {
		countWords(sample, script, scores)
	}
	return leader(scores, declared, letters)
}

// leader is the language with the most points, if they are enough.
func leader(scores map[string]float64, declared string, letters int) string {
	best, most, second := "", 0.0, 0.0
	for code, points := range scores {
		switch {
		case points > most || points == most && code < best:
			best, most, second = code, points, most
		case points > second:
			second = points
		}
	}
	if letters < 3 {
		return declared
	}
	if most >= enoughPoints && most >= second*enoughLead {
		return best
	}
	if best == declared {
		return declared
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
func mainScript(s string) (script string, letters int) {
	counts := map[string]int{}
	latin := 0
	for _, r := range s {
		if r < 0x250 {
			if unicode.IsLetter(r) {
				latin++
			}
			continue
		}
		for i := range scriptTables {
			if unicode.Is(scriptTables[i].table, r) {
				counts[scriptTables[i].name] += scriptTables[i].weight
				break
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

// countArabic tells Persian and Urdu from Arabic by letters.
func countArabic(s string, scores map[string]float64) {
	scores["ar"] += 2
	for _, r := range s {
		switch r {
		case 'پ', 'چ', 'ژ', 'گ', 'ک', 'ی':
			scores["fa"]++
		case 'ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ھ', 'ہ':
			scores["ur"] += 3
		case 'ة', 'ي', 'ك', 'أ', 'إ', 'ى':
			scores["ar"]++
		}
	}
}

// languageIndex is languages.txt for looking up.
type languageIndex struct {
	words   map[string][]string // languages of a word
	endings map[string][]string // languages of the end of a word
	letters map[rune][]string   // languages of a letter beyond ASCII
	script  map[string]string   // Latin or Cyrillic, by language
}

var languages = sync.OnceValue(func() *languageIndex {
	index := &languageIndex{map[string][]string{}, map[string][]string{}, map[rune][]string{}, map[string]string{}}
	for _, row := range tableRows(languagesTable, 3) {
		code := row[0]
		index.script[code] = "Latin"
		for _, r := range row[1] {
			if unicode.Is(unicode.Cyrillic, r) {
				index.script[code] = "Cyrillic"
			}
			index.letters[r] = append(index.letters[r], code)
		}
		seen := map[string]bool{}
		for _, word := range strings.Fields(row[2]) {
			if seen[word] {
				continue
			}
			seen[word] = true
			if ending, found := strings.CutPrefix(word, "-"); found {
				index.endings[ending] = append(index.endings[ending], code)
			} else {
				index.words[word] = append(index.words[word], code)
			}
		}
	}
	return index
})

// countWords gives points for words and letters to the languages of a script.
func countWords(s, script string, scores map[string]float64) {
	index := languages()
	for _, word := range strings.FieldsFunc(s, notInWord) {
		word = strings.Trim(word, "'’-")
		codes := index.words[word]
		if codes == nil {
			if short, _, found := strings.Cut(word, "'"); found {
				codes = index.words[short]
			}
		}
		points := 1 / float64(max(len(codes), 1))
		if utf8.RuneCountInString(word) < 3 {
			points /= 2 // "a", "i", "in": they stand in every language's mails
		}
		for _, code := range codes {
			scores[code] += points
		}
		if codes == nil {
			index.countEnding(word, scores)
		}
	}
	index.countLetters(s, scores)
	for code := range scores {
		if known := index.script[code]; known != "" && known != script {
			delete(scores, code)
		}
	}
}

// countEnding gives points to the languages in which an unknown word can end
// so.
func (index *languageIndex) countEnding(word string, scores map[string]float64) {
	for i := range word {
		if i == 0 {
			continue
		}
		if codes := index.endings[word[i:]]; codes != nil {
			for _, code := range codes {
				scores[code] += endingPoints / float64(len(codes))
			}
			return
		}
	}
}

// countLetters gives points to the languages that have a letter, and takes
// some from those that do not write it.
func (index *languageIndex) countLetters(s string, scores map[string]float64) {
	for _, r := range s {
		if r < utf8.RuneSelf {
			continue
		}
		codes := index.letters[r]
		if len(codes) == 0 {
			continue
		}
		for code := range scores {
			scores[code] -= foreignLetter
		}
		for _, code := range codes {
			scores[code] += foreignLetter + letterPoints/float64(len(codes))
		}
	}
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-'
}

// noLanguage is what stands in texts of every language.
var noLanguage = regexp.MustCompile(`(?i)\S+@\S+|(?:https?://|www\.)\S+|\S*[\d_\\/]\S*`)

// languageSample is the beginning of a text in lower case, without addresses,
// links, names of files and figures.
func languageSample(s string) string {
	if len(s) > languageText {
		s = strings.ToValidUTF8(s[:languageText], "")
	}
	return strings.ToLower(noLanguage.ReplaceAllString(s, " "))
}

// languageTag is the primary language of the first tag of a list (RFC 5646),
// in two letters.
func languageTag(value string) string {
	tag := strings.ToLower(strings.TrimSpace(foldValue(value)))
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
	if len(tag) != 2 || !plainASCII(tag) {
		return ""
	}
	return tag
}
