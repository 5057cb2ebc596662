// Package thanks tells a short text of thanks from one that asks for something.
// It errs on one side: what it does not wholly understand is no mere thanks. A
// question, a figure, a link, a negation, a request, or a word that it does not
// know where it may matter, and somebody has to read it.
//
// It knows no tickets. The entry point is [Read]; the words of each language
// stand in vocabulary.txt.
package thanks

import (
	"slices"
	"strings"
	"unicode"
)

// Meaning is what a text says.
type Meaning int

// The meanings.
const (
	Other Meaning = iota // anything that a person must read
	Agree                // that its writer has read it and agrees, in a word or two: an answer where something is asked
	Mere                 // thanks or praise and nothing else
	Works                // the same, and that the matter is solved
	Close                // that the ticket may be closed, and nothing but thanks beside it
)

// Text is what somebody wrote.
type Text struct {
	New       string   // their new words, without what they quote
	Signature string   // what was set apart as signature or disclaimer
	Names     []string // of people: agents, the requester
	Subject   string   // of the matter: its words may be named
}

// Bounds of a text that can be mere thanks.
const (
	maxLetters = 600 // bytes
	maxWords   = 60
	// a paragraph of a signature with more words is a disclaimer
	disclaimer = 25
	// unknown words that may stand beside "works" or, if they begin with a
	// capital letter, beside thanks: what works, who is thanked
	maxUnknown = 2
)

// word is one word as it was written and as it is compared.
type word struct{ written, folded string }

// capital reports whether a word begins like a name.
func (w word) capital() bool {
	return strings.IndexFunc(w.written, unicode.IsUpper) == 0
}

// Read returns what a text means. It is pure and linear in the text, of which it
// reads no more than some hundred bytes.
func Read(t Text) Meaning {
	text := strings.TrimSpace(t.New)
	if text == "" || len(text) > maxLetters {
		return Other
	}
	r := reader{names: map[string]bool{}, subject: map[string]bool{}}
	for _, name := range t.Names {
		for _, w := range split(name) {
			r.names[w.folded] = true
		}
	}
	for _, w := range split(t.Subject) {
		r.subject[w.folded] = true
	}
	if r.isReaction(text) {
		return Mere
	}
	clauses, praised, ok := clausesOf(r.withoutEnding(text))
	if !ok {
		return Other
	}
	found := Other
	if len(clauses) == 0 && !praised && (glad.MatchString(text) || strings.ContainsAny(text, decoration)) {
		found = Agree // a friendly face alone
	}
	all := vocabularies()
	for i := 0; i < len(all) && found < Mere; i++ {
		r.languages = []*vocabulary{&all[i]}
		if i > 0 {
			r.languages = append(r.languages, &all[0]) // an English word stands everywhere
		}
		found = max(found, r.read(clauses, praised))
	}
	if found != Other {
		if !r.isSignature(t.Signature) {
			return Other
		}
		return found
	}
	if r.onlyWhole(clauses, praised) && strings.TrimSpace(t.Signature) == "" {
		return Mere
	}
	return Other
}

// reader reads clauses by the vocabulary of a language, and by English.
type reader struct {
	languages []*vocabulary
	names     map[string]bool
	subject   map[string]bool
}

// read returns what the clauses mean together. Praised: an emoji said so.
func (r *reader) read(clauses []clause, praised bool) Meaning {
	meaning, words, before, agreed, said := Other, 0, unknown, false, false
	if praised {
		meaning = Mere
	}
	for i, c := range clauses {
		if words += len(c.words); words > maxWords {
			return Other
		}
		k := r.clause(c, before, i == len(clauses)-1)
		switch k {
		case stop:
			return Other
		case thanks:
			meaning = max(meaning, Mere)
		case works:
			meaning = max(meaning, Works)
		case closes:
			meaning = Close
		case agree:
			agreed = true
		case say:
			said = true
		case bye:
			if !r.endsLetter(clauses[i+1:]) {
				return Other
			}
			return orAgreed(meaning, agreed && !said, words)
		}
		before = k
	}
	return orAgreed(meaning, agreed && !said, words)
}

// maxAgreed bounds the words of a text that agrees: with more it says what to, or that it does not.
const maxAgreed = 5

// orAgreed returns what a text means that thanks for nothing, if it agrees and says no more: "Ok. Again" does.
func orAgreed(meaning Meaning, agreed bool, words int) Meaning {
	if meaning == Other && agreed && words <= maxAgreed {
		return Agree
	}
	return meaning
}

// clause returns the strongest kind of a clause; stop where it is not wholly
// understood in one language.
func (r *reader) clause(c clause, before kind, last bool) kind {
	for _, v := range r.languages {
		if k := r.clauseIn(v, c, before, last); k != stop {
			return k
		}
		// "You can [the ticket] close": what stands between says nothing.
		bare := clause{slices.DeleteFunc(slices.Clone(c.words), func(w word) bool { return v.phrases[w.folded] == say })}
		if k := r.clauseIn(v, bare, before, last); k == closes {
			return k
		}
	}
	return stop
}

func (r *reader) clauseIn(v *vocabulary, c clause, before kind, last bool) kind {
	found := map[kind]bool{}
	var unknowns []word
	for i := 0; i < len(c.words); {
		k, n := v.match(c.words[i:])
		switch {
		case k == stop:
			return stop
		case k == unknown && r.names[c.words[i].folded]:
			found[named] = true
		case k == unknown:
			unknowns = append(unknowns, c.words[i])
		default:
			found[k] = true
		}
		i += n
	}
	strongest := named
	for _, k := range []kind{closes, works, thanks, agree, bye, greet, say} {
		if found[k] {
			strongest = k
			break
		}
	}
	if len(found) == 0 {
		// A name alone: "Thanks, Tom", or below the text.
		if (last || before == thanks || before == greet) && r.isName(unknowns) {
			return r.unknownName(unknowns)
		}
		return stop
	}
	if strongest == agree && found[say] {
		strongest = say
	}
	if !r.mayBeUnknown(unknowns, strongest) {
		return stop
	}
	return strongest
}

// unknownName returns what words are that may be a name: no mere name where one of them is common,
// or of the matter.
func (r *reader) unknownName(words []word) kind {
	if slices.ContainsFunc(words, func(w word) bool { return common()[w.folded] || r.subject[w.folded] }) {
		return say
	}
	return named
}

// mayBeUnknown reports whether words may stand beside a kind though no
// vocabulary has them.
func (r *reader) mayBeUnknown(words []word, beside kind) bool {
	if beside == works || beside == thanks {
		words = slices.DeleteFunc(slices.Clone(words), func(w word) bool { return r.subject[w.folded] && !stops()[w.folded] })
	}
	switch {
	case len(words) == 0:
		return true
	case beside == works:
		return len(words) <= maxUnknown && !slices.ContainsFunc(words, func(w word) bool { return stops()[w.folded] })
	case beside == thanks || beside == greet || beside == bye:
		return r.isName(words)
	}
	return false
}

// isName reports whether words may be somebody's name.
func (r *reader) isName(words []word) bool {
	return len(words) <= maxUnknown && !slices.ContainsFunc(words, func(w word) bool {
		return !w.capital() || stops()[w.folded]
	})
}
