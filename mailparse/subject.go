package mailparse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse/phrase"
)

// subject tries the rules of subjects, with one prefix taken off after the
// other.
func (r *ruleSet) subject(s string) verdict {
	s = foldSubject(s)
	if forwardPrefix(s) {
		return verdict{} // who forwards is a person
	}
	for _, rule := range r.anywhere {
		if strings.HasSuffix(s, rule.begin) || rule.mode == "within" && strings.Contains(s, rule.begin) {
			return rule.verdict
		}
	}
	for {
		for _, begin := range []string{s, strings.TrimLeft(s, subjectMarks)} {
			first, _ := utf8.DecodeRuneInString(begin)
			for _, rule := range r.subjects[first] {
				if rest, found := strings.CutPrefix(begin, rule.begin); found && r.goesOn(rule, rest) {
					return rule.verdict
				}
			}
		}
		rest := cutSubjectPrefix(s)
		if rest == s {
			return verdict{}
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
		return mark == ':' && (rest == "" || cutSubjectPrefix(rest) != rest)
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

// foldSubject is a subject as rules compare it: NFKC, lower case, single
// blanks.
func foldSubject(s string) string {
	if !phrase.ASCII(s) {
		s = norm.NFKC.String(s)
	}
	s = strings.ToLower(s)
	if strings.Contains(s, "  ") || strings.TrimSpace(s) != s {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// replyPrefixes begin the subjects of replies, in the languages of mail
// clients.
var replyPrefixes = map[string]bool{
	"re": true, "aw": true, "antw": true, "sv": true, "vs": true, "odp": true, "r": true,
	"res": true, "rif": true, "ynt": true, "yn": true, "vá": true, "bls": true, "atb": true, "απ": true, "σχετ": true,
	"回复": true, "回覆": true, "答复": true, "答覆": true, "返信": true, "회신": true, "답장": true, "отв": true, "на": true,
	"hа": true, "відп": true, "trả lời": true, "رد": true, "תשובה": true, "ατ": true, "svar": true, "external": true, "extern": true, "ext": true,
}

// forwardPrefix reports whether a subject is that of a forwarded mail.
func forwardPrefix(subject string) bool {
	head, _, found := strings.Cut(strings.ToLower(subject), ":")
	switch strings.TrimSpace(head) {
	case "fwd", "fw", "wg", "tr", "rv", "i", "enc", "vb", "vl", "pd", "doorst", "doorgestuurd", "továbbítás", "ilt", "i̇lt", "redir", "redir.",
		"videresend", "videresendt", "prox", "fs", "πρθ", "пересл", "перенаправлено", "препр", "הועבר", "إعادة توجيه", "转发", "轉寄", "転送", "전달", "chuyển tiếp":
		return found
	}
	return false
}

// cutSubjectPrefix takes one "Re:" or "[tag]" off a folded subject; the same
// subject if there is none.
func cutSubjectPrefix(s string) string {
	if strings.HasPrefix(s, "[") {
		if end := strings.IndexByte(s, ']'); end > 0 && end < 80 {
			return strings.TrimSpace(s[end+1:])
		}
		return s
	}
	head, rest, found := strings.Cut(s, ":")
	if !found || len(head) > 20 {
		return s
	}
	head = strings.TrimSpace(head)
	if open := strings.IndexAny(head, "[(^"); open > 0 { // Re[2]:, Re(2):, Re^2:
		head = head[:open]
	}
	if replyPrefixes[strings.TrimRight(head, "0123456789 ")] {
		return strings.TrimSpace(rest)
	}
	return s
}
