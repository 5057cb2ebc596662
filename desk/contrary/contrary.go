// Package contrary knows whether words speak against an action that their writer asks for by the address to which
// they wrote: "I do NOT approve this" at the address that approves. It is pure.
//
// The entry point is [Speaks].
package contrary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is looked at.
const (
	maxText      = 4000 // bytes of a text
	maxSentence  = 40   // words of a clause in which a negation is one of its verb
	maxOfAnAgent = 9    // words of the first sentence that speaks of the action, where the text is for somebody else
	maxOpening   = 3    // words of a first sentence that refuses by a no in front
)

// table is what the words mean, see words.txt.
//
//go:embed words.txt
var table string

// vocabulary are the words, folded, by the name of what they say. A word that ends in "*" is the beginning of one.
var vocabulary = sync.OnceValue(func() map[string][][]string {
	all := map[string][][]string{}
	name := ""
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			name = strings.Trim(line, "[]")
		default:
			for phrase := range strings.SplitSeq(line, ",") {
				all[name] = append(all[name], fold(phrase))
			}
		}
	}
	return all
})

// action is what an address asks for.
type action struct {
	does, against []string // what says it, and its contrary, by names of the vocabulary
	doubts        bool     // any no without a yes speaks against it, a question, or that it was a mistake
	no            bool     // a no in front agrees with it
	aside         bool     // the text is for somebody else: only its first sentence counts, where it is short and says no
}

var actions = map[string]action{
	"approve":  {does: []string{"approve", "yes"}, against: []string{"reject", "wait"}, doubts: true},
	"reject":   {does: []string{"reject"}, against: []string{"approve"}, no: true},
	"publish":  {does: []string{"publish", "yes"}, against: []string{"drop", "wait"}, doubts: true},
	"internal": {does: []string{"publish", "yes"}, against: []string{"drop", "wait"}, doubts: true},
	"drop":     {does: []string{"drop", "yes"}, against: []string{"publish", "keep"}, doubts: true},
	"keep":     {does: []string{"keep", "yes"}, against: []string{"drop"}},
	"undo":     {does: []string{"undo"}, against: []string{"keep"}},
	"leave":    {does: []string{"leave"}, against: []string{"keep", "stay"}},
	"good":     {does: []string{"good", "solved"}, against: []string{"bad"}},
	"bad":      {does: []string{"bad"}, against: []string{"good"}, no: true},
	"close":    {does: []string{"close", "solved"}, against: []string{"reopen"}},
	"solved":   {does: []string{"solved"}},
	"reopen":   {does: []string{"reopen"}, against: []string{"close", "solved"}},
	"take":     {does: []string{"take"}, aside: true},
	"resolve":  {does: []string{"resolve", "solved"}, aside: true},
	"spam":     {does: []string{"spam"}, aside: true},
	"accept":   {does: []string{"accept"}, aside: true},
}

// Speaks reports whether a text speaks against an action. A text in which nothing does, or that says nothing, does not.
func Speaks(text, name string) bool {
	a, known := actions[name]
	if !known || text == "" {
		return false
	}
	all := clausesOf(text)
	if a.aside {
		return len(all) > 0 && len(all[0].words) <= maxOfAnAgent && !all[0].condition && all[0].negated() && all[0].has(a.does...)
	}
	var said, denied, other, refused bool
	for i, c := range all {
		switch no := c.negated(); {
		case c.condition:
		case a.doubts && c.has("mistake"):
			return true
		case i == 0 && !a.no && c.refuses():
			refused = true
		case a.doubts && said && no && c.begins("but"):
			return true // "Yes to the chair, but not the desk"
		case c.has(a.does...):
			said, denied = said || !no, denied || no
		case c.has(a.against...):
			other, said = other || !no, said || no && name != "good" && name != "bad"
		default:
			refused = refused || a.doubts && !c.behind && (no || c.asks)
		}
	}
	return denied || !said && (other || refused)
}

// clause is a piece of a text between punctuation marks.
type clause struct {
	words     []string
	condition bool // it begins with an "if"
	behind    bool // it stands behind such a one in its sentence: a server may have written both below the mail
	asks      bool // a question mark ends it
}

// clausesOf splits a text. Ends of lines, which may be those of wrapped ones, end no clause; empty lines do.
func clausesOf(text string) (all []clause) {
	text = strings.ReplaceAll(text[:min(len(text), maxText)], "*", " ") // of what is *stressed*; in the vocabulary it has a meaning
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		begun := false
		for paragraph != "" {
			i := strings.IndexAny(paragraph, ".,;:!?()–—")
			piece, mark := paragraph, byte('.')
			if i >= 0 {
				piece, mark = paragraph[:i], paragraph[i]
				paragraph = paragraph[i+1:]
			} else {
				paragraph = ""
			}
			if words := fold(piece); len(words) > 0 {
				c := clause{words: words[:min(len(words), maxSentence)], asks: mark == '?', behind: begun}
				c.condition = c.begins("condition")
				all = append(all, c)
				begun = (begun || c.condition) && !strings.ContainsRune(".!?", rune(mark))
			}
		}
	}
	return all
}

// fold returns the words of a text in small letters without accents; what stands before and behind an apostrophe are
// two, and "n't" is "not".
func fold(text string) []string {
	text = strings.NewReplacer("’", "'", "‘", "'", "ʼ", "'", "ł", "l", "Ł", "l", "ß", "ss").Replace(text)
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), r == '\'', r == '*':
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	text = strings.NewReplacer("n't ", " not ", "'", " ").Replace(text + " ")
	return strings.Fields(text)
}

// at reports whether a phrase of the vocabulary stands at a place of the clause, and of how many words it is.
func (c clause) at(i int, name string) (n int, is bool) {
	for _, phrase := range vocabulary()[name] {
		if i+len(phrase) > len(c.words) {
			continue
		}
		same := !slices.ContainsFunc(indices(phrase), func(j int) bool {
			begin, some := strings.CutSuffix(phrase[j], "*")
			return c.words[i+j] != phrase[j] && !(some && strings.HasPrefix(c.words[i+j], begin))
		})
		if same {
			return len(phrase), true
		}
	}
	return 0, false
}

func indices(words []string) []int {
	all := make([]int, len(words))
	for i := range all {
		all[i] = i
	}
	return all
}

func (c clause) begins(name string) bool {
	_, is := c.at(0, name)
	return is
}

// has reports whether the clause says one of some things.
func (c clause) has(names ...string) bool {
	for i := range c.words {
		for _, name := range names {
			if _, is := c.at(i, name); is {
				return true
			}
		}
	}
	return false
}

// negated reports whether the clause has an odd number of noes, but for those of "no problem" and "why not".
func (c clause) negated() (no bool) {
	for i := 0; i < len(c.words); i++ {
		n, is := c.at(i, "no")
		if !is || i > 0 && c.is(i-1, "why") {
			continue
		}
		harmless := false
		for j := i + n; j < min(len(c.words), i+n+3); j++ {
			harmless = harmless || c.is(j, "problem")
		}
		if !harmless {
			no = !no
		}
		for i+n < len(c.words) && c.is(i+n, "no") { // "no nunca", "ne ... pas" is one
			n++
		}
		i += n - 1
	}
	return no
}

func (c clause) is(i int, name string) bool {
	_, is := c.at(i, name)
	return is
}

// refuses reports whether the clause is a no that stands for itself.
func (c clause) refuses() bool {
	return len(c.words) <= maxOpening && c.begins("no") && c.negated()
}
