package quote

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/phrase"
)

const (
	maxDeviceLine  = 150 // bytes
	minDeviceLine  = 5
	maxDeviceWords = 14
)

// devicePatterns are regular expressions for the lines that devices and
// programs add. Ordinary lines must be cheap, so one pass over a line finds the
// few expressions that can match it at all: those of which a literal part
// stands in it.
type devicePatterns struct {
	all      []*regexp.Regexp
	literals *phrase.Set // folded
	owner    []int       // of each literal: the number of its expression
	others   []int       // expressions without such a part
}

func newDevicePatterns(expressions []string) *devicePatterns {
	d := &devicePatterns{}
	var literals []string
	for i, expression := range expressions {
		expression = "(?i)" + expression
		d.all = append(d.all, regexp.MustCompile(expression))
		tree, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			panic(err)
		}
		needed := neededLiterals(tree)
		if shortest(needed) < phrase.MinLength {
			d.others = append(d.others, i)
			continue
		}
		for _, literal := range needed {
			literals = append(literals, literal)
			d.owner = append(d.owner, i)
		}
	}
	d.literals = phrase.NewSet(literals)
	return d
}

// match reports whether any of the expressions matches a line.
func (d *devicePatterns) match(line string) bool {
	for literal := range d.literals.Find(foldCase(line)) {
		if d.all[d.owner[literal]].MatchString(line) {
			return true
		}
	}
	for _, i := range d.others {
		if d.all[i].MatchString(line) {
			return true
		}
	}
	return false
}

// neededLiterals returns strings of which one stands, folded, in whatever a
// regular expression matches; the longest that can be told, or none.
func neededLiterals(re *syntax.Regexp) []string {
	var best []string
	switch re.Op {
	case syntax.OpLiteral:
		return []string{foldCase(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return neededLiterals(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if needed := neededLiterals(sub); shortest(needed) > shortest(best) {
				best = needed
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			needed := neededLiterals(sub)
			if needed == nil {
				return nil
			}
			best = append(best, needed...)
		}
	}
	return best
}

// shortest returns the length of the shortest string in bytes, 0 when there is none.
func shortest(list []string) int {
	n := 0
	for i, s := range list {
		if i == 0 || len(s) < n {
			n = len(s)
		}
	}
	return n
}

// foldCase writes letters that regular expressions take for the same with (?i)
// as one: the first of them in Unicode, which is the capital in ASCII.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToUpper(r)
		}
		first := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			first = min(first, other)
		}
		return first
	}, s)
}

// deviceLine reports whether a program or device wrote a line ("Sent from my
// phone").
func deviceLine(text string) bool {
	text = strings.TrimSpace(text)
	if len(text) > maxDeviceLine || len(text) < minDeviceLine || strings.Count(text, " ") > maxDeviceWords {
		return false
	}
	return phrases.device.match(strings.Trim(text, "<>*_()[]~ \u00a0\u200e\u200f"))
}
