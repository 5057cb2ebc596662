package person

import (
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// scrubWeights returns the signature of an incident, which is JSON, without the words of the person's names: in
// "weights", wherever that stands, a word weighs something.
func (t Traces) scrubWeights(text string) string {
	var signature any
	if json.Unmarshal([]byte(text), &signature) != nil || !t.weighs(signature) {
		return t.Scrub(text)
	}
	out, err := json.Marshal(signature)
	if err != nil {
		return "{}"
	}
	return t.Scrub(string(out))
}

// weighs takes the words of names out, and reports whether there were any.
func (t Traces) weighs(of any) (any bool) {
	switch v := of.(type) {
	case []interface{}:
		for _, one := range v {
			any = t.weighs(one) || any
		}
	case map[string]interface{}:
		words, _ := v["weights"].(map[string]interface{})
		for word := range words {
			if t.isOfName(word) {
				delete(words, word)
				any = true
			}
		}
		for _, one := range v {
			any = t.weighs(one) || any
		}
	}
	return any
}

// shortestStem is how many letters of a name stand for it at the least.
const shortestStem = 4

// isOfName reports whether a word is of one of the person's whole names, or the beginning of such a one.
func (t Traces) isOfName(word string) bool {
	word = bare(word)
	for _, name := range t.Names {
		for part := range strings.FieldsFuncSeq(bare(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if part == word && len(word) >= 3 || len(word) >= shortestStem && strings.HasPrefix(part, word) && len(part)-len(word) < shortestStem {
				return true
			}
		}
	}
	return false
}

// bare returns a text in lower case and without accents.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(lowered(text)))
}
