package quote

import (
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"maildesk/mailparse/phrase"
)

const (
	maxDeviceLine  = 150 // bytes
	minDeviceLine  = 5
	maxDeviceWords = 14
	maxDeviceLines = 20 // at the end of a run of lines; more are text, so that a mail of nothing else costs little

	maxDeviceLooks = 300 // at lines of a mail that may be one: each is held against some expressions
)

// devices are the expressions for the lines that devices and programs add. Nearly no
// line is held against one: only where words stand without which it cannot match.
type devices struct {
	needs *phrase.Set           // such words, in lower case
	by    [][]func(string) bool // the expressions that need them, by their number in needs
	any   []func(string) bool   // need no words
}

// newDevices reads expressions; each is compiled when a line is held against it for the
// first time. Upper and lower case are the same to them. Lines that match one of the
// carriers count only where a thing stands in them, which people call by other words.
func newDevices(expressions, carriers []string, things []thing) (d devices) {
	by := map[string][]func(string) bool{}
	for i, expression := range slices.Concat(expressions, carriers) {
		expression = "(?i)" + expression
		compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
		carrier := i >= len(expressions)
		matches := func(line string) bool {
			return compiled().MatchString(line) && (!carrier || slices.ContainsFunc(things, func(t thing) bool { return t.in(line) }))
		}
		words := needs(expression)
		for _, word := range words {
			by[word] = append(by[word], matches)
		}
		if len(words) == 0 {
			d.any = append(d.any, matches)
		}
	}
	words := slices.Sorted(maps.Keys(by))
	for _, word := range words {
		d.by = append(d.by, by[word])
	}
	d.needs = phrase.NewSet(words)
	return d
}

// thing is the name of a device, of a mail program or of a mail service, in lower case.
type thing struct {
	name   string
	begins bool // it may be the beginning of a word
}

// newThings reads names; those that end in "*" may be the beginning of a word.
func newThings(names []string) []thing {
	all := make([]thing, len(names))
	for i, name := range names {
		all[i].name, all[i].begins = strings.CutSuffix(name, "*")
	}
	return all
}

// in reports whether a thing stands in a line.
func (t thing) in(line string) bool {
	line = strings.ToLower(line)
	for at := 0; ; {
		i := strings.Index(line[at:], t.name)
		if i < 0 {
			return false
		}
		i += at
		at = i + len(t.name)
		whole := line
		if t.begins {
			whole = line[:at]
		}
		if wordEdge(whole, i, t.name) {
			return true
		}
	}
}

// match reports whether a line matches one of the expressions.
func (d devices) match(line string) bool {
	matches := func(expression func(string) bool) bool { return expression(line) }
	for i := range d.needs.Find(strings.ToLower(line)) {
		if slices.ContainsFunc(d.by[i], matches) {
			return true
		}
	}
	return slices.ContainsFunc(d.any, matches)
}

// needs returns words, in lower case, of which one stands in all that an expression
// matches; none are known where it is empty.
func needs(expression string) []string {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err) // a fault of the build
	}
	return needsOf(parsed)
}

func needsOf(r *syntax.Regexp) (best []string) {
	switch r.Op {
	case syntax.OpLiteral:
		// Of letters that are one to it, syntax takes the first: µ for μ.
		if word := strings.ToLower(strings.ToUpper(string(r.Rune))); len(word) >= phrase.MinLength {
			return []string{word}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needsOf(r.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range r.Sub {
			words := needsOf(sub)
			if len(words) == 0 {
				return nil
			}
			best = append(best, words...)
		}
	case syntax.OpConcat:
		for _, sub := range r.Sub {
			if words := needsOf(sub); shortest(words) > shortest(best) {
				best = words
			}
		}
	}
	return best
}

// shortest returns the length of the shortest word, in bytes; 0 of none.
func shortest(words []string) (n int) {
	for i, word := range words {
		if i == 0 || len(word) < n {
			n = len(word)
		}
	}
	return n
}

// linkBehind is the target of a link, which may be of any length.
var linkBehind = regexp.MustCompile(`\s*[<(\[]https?://[^\s>)\]]+[>)\]]`)

// deviceLine reports whether a program or device wrote a line ("Sent from my
// phone").
func deviceLine(text string) bool {
	if strings.Contains(text, "http") {
		text = linkBehind.ReplaceAllString(text, "")
	}
	text = strings.TrimSpace(text)
	if len(text) > maxDeviceLine || len(text) < minDeviceLine || strings.Count(text, " ") > maxDeviceWords {
		return false
	}
	text = strings.Trim(text, "<>*_()[]~ \u00a0\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
	return phrases.device.match(text)
}
