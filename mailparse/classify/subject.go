package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/subject"
)

// subject tries the rules of subjects, with one prefix taken off after the
// other.
func (r *ruleSet) subject(s string) Verdict {
	s = subject.Fold(s)
	if subject.IsForward(s) {
		return Verdict{} // who forwards is a person
	}
	for _, rule := range r.anywhere {
		if strings.HasSuffix(s, rule.begin) || rule.mode == "within" && strings.Contains(s, rule.begin) {
			return rule.Verdict
		}
	}
	for {
		for _, begin := range []string{s, strings.TrimLeft(s, subjectMarks)} {
			first, _ := utf8.DecodeRuneInString(begin)
			for _, rule := range r.subjects[first] {
				if rest, found := strings.CutPrefix(begin, rule.begin); found && r.goesOn(rule, rest) {
					return rule.Verdict
				}
			}
		}
		rest := subject.CutPrefix(s)
		if rest == s {
			return Verdict{}
		}
		s = rest
	}
}

// subjectMarks are what people and machines set a title off with.
const subjectMarks = "-–—|([{<!.,;/~【（「」】)]}>。，、…*=#→«»\"' "

// goesOn reports whether what follows the beginning of a subject fits the
// rule.
func (r *ruleSet) goesOn(rule subjectRule, rest string) bool {
	trimmed := strings.TrimLeft(rest, " \"'”»")
	if trimmed == "" {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(rule.begin)
	next, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLetter(last) && unicode.IsLetter(next) && rule.mode == "words" {
		return false
	}
	switch mark, _ := utf8.DecodeRuneInString(trimmed); {
	case rule.mode == "words", mark == ':' && rule.mode != "noun":
		return true
	case rule.mode == "noun":
		// "Absence: Re: printer", not "Absence: who stands in for Ana?"
		rest := strings.TrimSpace(strings.TrimPrefix(trimmed, ":"))
		return mark == ':' && (rest == "" || subject.CutPrefix(rest) != rest)
	case strings.ContainsRune(subjectMarks, mark):
		return true
	case unicode.IsDigit(mark):
		return len(trimmed) < len(rest)
	}
	if len(trimmed) == len(rest) {
		return false
	}
	word := trimmed
	if end := strings.IndexFunc(trimmed, func(c rune) bool { return c == ' ' || c == ':' || c == '\'' || c == '’' }); end >= 0 {
		word = trimmed[:end]
	}
	for _, until := range r.until {
		if word == until {
			return true
		}
	}
	return false
}
