package search

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// Pattern is a regular expression that first looks for words without which it
// cannot match: most rules do not match most mails, and to search for a word
// is some fifty times faster than to run a pattern.
type Pattern struct {
	Regexp *regexp.Regexp
	Named  bool     // it has named groups
	need   []choice // each is met by everything that matches
}

// choice is a set of folded words; one of them must be there.
type choice []string

// NewPattern compiles a regular expression (RE2). Its error is that of [regexp.Compile].
func NewPattern(source string) (*Pattern, error) {
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, err
	}
	p := &Pattern{Regexp: re, Named: slices.ContainsFunc(re.SubexpNames(), func(n string) bool { return n != "" })}
	if tree, err := syntax.Parse(source, syntax.Perl); err == nil {
		p.need = needed(tree)
	}
	return p, nil
}

// MayMatch is false when the pattern certainly does not match the text whose
// folded form ([Text.Folded]) is given.
func (p *Pattern) MayMatch(folded *Searched) bool {
	for _, words := range p.need {
		if !slices.ContainsFunc(words, folded.Contains) {
			return false
		}
	}
	return true
}

// maxChoice is the number of words above which to look for them costs more
// than the pattern.
const maxChoice = 8

// needed returns the words that are in everything that matches, as far as they
// are known.
func needed(re *syntax.Regexp) []choice {
	switch re.Op {
	case syntax.OpLiteral:
		return []choice{{Fold(string(re.Rune))}}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needed(re.Sub[0])
		}
	case syntax.OpConcat:
		var all []choice
		for _, sub := range re.Sub {
			all = append(all, needed(sub)...)
		}
		return all
	case syntax.OpAlternate:
		var any choice
		for _, sub := range re.Sub {
			branch := needed(sub)
			if len(branch) == 0 || len(any)+len(branch[0]) > maxChoice {
				return nil
			}
			any = append(any, branch[0]...)
		}
		return []choice{any}
	}
	return nil
}
