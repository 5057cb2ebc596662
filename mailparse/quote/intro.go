package quote

import (
	"regexp"
	"strings"
	"unicode"

	"maildesk/mailparse/phrase"
)

// Lines that introduce a quote: "On 3 May 2026 at 10:00, Ana <a@b> wrote:", in
// any language and broken over lines.

const (
	maxIntroLines    = 6
	maxIntroLength   = 500
	maxQuoteDistance = 3
	maxIntros        = 2000 // per mail; each costs a tenth of a millisecond
)

var (
	datePattern  = regexp.MustCompile(`(?:^|[^\d])(?:19|20|25)\d\d(?:[^\d]|$)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[:.h]\d\d(?:[^\d]|$)|\d{1,2}時`)
	dayPattern   = regexp.MustCompile(`(?:^|[^\d:.])\d{1,2}[./-]\d{1,2}[./-]\d{2,4}`)
	timePattern  = regexp.MustCompile(`\d{1,2}[:.h]\d\d(?:[:.]\d\d)?`)
	dateStart    = regexp.MustCompile(`^[\W_]*(?:\p{L}+\.?,? )?\d{1,4}[.:/年, -]`)
	isoStart     = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d?:\d\d (?:gmt|utc)[+-]`)
	introAddress = regexp.MustCompile(`[^\s<>]@[^\s<>]+\.`)
	firstPerson  = regexp.MustCompile(`\b(?:i|we) (?:wrote|said|commented)|\b(?:ich|wir) (?:schrieb|geschrieben)|j'ai écrit|\bhe escrito\b`)
	sentenceEnd  = regexp.MustCompile(`(?:[!?。！？]|[^\s.]{5,}\.)["')\]]?$`)
)

// introAt reports whether line i ends an introduction of older mail, and where it
// begins. strong means that older mail follows even if it is not marked as a
// quote.
func (s *splitter) introAt(i int) (start int, strong, ok bool) {
	if s.lines[i].Depth > 0 || !mayEndIntro(s.words(i)) && !s.bareIntro(i) {
		return 0, false, false
	}
	if s.looked++; s.looked > maxIntros {
		return 0, false, false
	}
	quoted := s.quoteFollows(i)
	joined, weak := "", -1
	for start = i; start >= 0 && i-start < maxIntroLines; start-- {
		l := s.words(start)
		if s.lines[start].Depth > 0 || s.kind[start] == dropped {
			break
		}
		if l == "" {
			if start < i && strings.HasPrefix(strings.TrimLeft(joined, "> "), "<") || strings.HasPrefix(joined, ">") {
				continue
			}
			break
		}
		if start < i && (strings.HasSuffix(l, ":") || sentenceEnd.MatchString(l)) {
			break
		}
		joined = strings.TrimSpace(l + " " + joined)
		if len(joined) > maxIntroLength {
			break
		}
		switch weigh(joined) {
		case strongIntro:
			return s.extendIntro(start), true, true
		case weakIntro:
			if quoted && weak < 0 {
				weak = start
			}
		}
	}
	if weak >= 0 {
		return s.extendIntro(weak), false, true
	}
	return 0, false, false
}

// bareIntro reports whether line i may be an introduction without a mark at its
// end: the next line is quoted, and this one begins like one.
func (s *splitter) bareIntro(i int) bool {
	if i+1 >= len(s.lines) || s.lines[i+1].Depth == 0 || len(s.words(i)) > maxIntroLength {
		return false
	}
	return startsOn(s.words(i)) || dateStart.MatchString(s.words(i))
}

// mayEndIntro is a quick look that spares most lines the rest.
func mayEndIntro(l string) bool {
	if l == "" || len(l) > maxIntroLength {
		return false
	}
	l = strings.TrimRight(l, "*_ -")
	if strings.HasSuffix(l, ":") || strings.HasSuffix(l, ">") || strings.HasSuffix(l, armenianColon) || isoIntro(l) {
		return true
	}
	if len(l) < phrase.MinLength {
		return false
	}
	for _, phrase := range phrases.wroteEnd[lastTwo(l)] {
		if strings.HasSuffix(l, phrase) {
			return true
		}
	}
	return false
}

// isoIntro reports whether a line begins with a date of ISO 8601.
func isoIntro(l string) bool {
	return l != "" && '0' <= l[0] && l[0] <= '9' && isoStart.MatchString(l)
}

// armenianColon ends an introduction in Armenian.
const armenianColon = "՝"

type introWeight int

const (
	noIntro introWeight = iota
	weakIntro
	strongIntro
)

// weigh judges a whole introduction in plain words.
func weigh(s string) introWeight {
	if strings.Count(s, ">") > strings.Count(s, "<") {
		return noIntro // the beginning is still missing
	}
	ruled := strings.HasPrefix(s, "--") && strings.HasSuffix(s, "--") // as Zoho writes it
	s = strings.Trim(s, "*_ -")
	verb, verbEnd := findPhrase(s, phrases.wrote)
	date := datePattern.MatchString(s)
	day := date && (dayPattern.MatchString(s) || strings.ContainsAny(timePattern.ReplaceAllString(s, ""), "0123456789"))
	timed := strings.Contains(s, ",") || timePattern.MatchString(s) // people tell on which day somebody wrote
	address := introAddress.MatchString(s)
	colon := strings.HasSuffix(s, ":") || strings.HasSuffix(s, armenianColon)
	atEnd := verb >= 0 && len(strings.Trim(s[verbEnd:], " :-*_>()а")) == 0
	begins := startsOn(s) || dateStart.MatchString(s)
	switch {
	case isoIntro(s), colon && cites(s):
		return strongIntro
	case firstPerson.MatchString(s):
		if verb >= 0 && colon {
			return weakIntro
		}
	case verb >= 0 && address && (colon || atEnd || ruled && day):
		return strongIntro
	case verb >= 0 && day && timed && begins && (atEnd || colon):
		return strongIntro
	case verb >= 0 && day && timed && colon && verb < 60:
		return strongIntro
	case verb >= 0 && begins && atEnd && !date && strings.ContainsAny(s, "0123456789"):
		return strongIntro
	case date && address && colon && begins:
		return strongIntro
	case verb >= 0 && (colon || atEnd), verb >= 0 && day && begins, date && colon, address && colon, date && address && begins:
		return weakIntro
	}
	return noIntro
}

// cites reports whether an introduction is "Quoting Ana <ana@example.org>:" in any
// language: nothing but the mailbox follows the word.
func cites(s string) bool {
	for _, word := range phrases.cites {
		if rest, found := strings.CutPrefix(s, word+" "); found {
			return mailboxAlone.MatchString(rest)
		}
	}
	return false
}

// mailboxAlone is a name of a few words and its address.
var mailboxAlone = regexp.MustCompile(`^(?:[^\s<>@]+ ){0,6}[<("']*[^\s<>@]+@[^\s<>@]+[>)"']*\s*:$`)

// startsOn reports whether a line begins with "on", "le", "am" … and something.
func startsOn(s string) bool {
	s = strings.TrimLeft(s, `*_>-"'([ `)
	for _, on := range phrases.on {
		rest, found := strings.CutPrefix(s, on)
		if !found || rest == "" {
			continue
		}
		r := []rune(rest[:min(len(rest), 4)])[0]
		if !unicode.IsLetter(r) || !spaced([]rune(on)[0]) {
			return true
		}
	}
	return false
}

// extendIntro takes lines above that belong to it: "On Mon, 3 May 2026," above
// "Ana <a@b> wrote:".
func (s *splitter) extendIntro(start int) int {
	first, above := s.words(start), start
	complete := startsOn(first) || dateStart.MatchString(first)
	for i := start - 1; i >= 0 && start-i <= 3; i-- {
		l := s.words(i)
		if l == "" && strings.HasPrefix(first, "<") {
			continue
		}
		if l == "" || l[0] == '#' || s.lines[i].Depth > 0 || len(l) > 100 || strings.HasSuffix(l, ":") || sentenceEnd.MatchString(l) {
			break
		}
		begins := startsOn(l) || dateStart.MatchString(l)
		switch {
		case (above < start || complete && !hasDay(first)) && startsOn(l) && hasDay(l) && len(l) < maxDayLine:
			return i // "On 3 May 2026," above "at 10:00," above "Ana <a@b> wrote:"
		case above < start:
			return above
		case !complete && begins && datePattern.MatchString(l+" "+first), strings.HasPrefix(first, "<") && startsOn(l) && hasDay(l):
			if hasDay(l + " " + first) {
				return i
			}
			above = i // the time alone
		case (i == 0 || s.lines[i-1].Text == "") && (datePattern.MatchString(l) || introAddress.MatchString(l)):
			return i // alone between empty lines, a date or an address belongs to it as well
		}
	}
	return above
}

// fieldsAbove takes fields of the header between a drawn line and an introduction, as Yandex writes
// them: "To: …", "Subject: …", and then when and by whom.
func (s *splitter) fieldsAbove(start int) int {
	for i := start - 1; i >= 0 && s.lines[i].Depth == 0; i-- {
		if isRule(s.lines[i].Text) && start-i > 1 {
			return i
		}
		if kind, _ := headerField(s.lines[i].Text); kind == 0 {
			break
		}
	}
	return start
}

// maxDayLine is how long a line is at the most that has nothing but the day of an introduction.
const maxDayLine = 40

// hasDay reports whether a line has a day, or figures beside those of times.
func hasDay(l string) bool {
	return dayPattern.MatchString(l) || strings.ContainsAny(introAddress.ReplaceAllString(timePattern.ReplaceAllString(l, ""), ""), "0123456789")
}

// quoteFollows reports whether the next line with text after i is quoted. Old
// programs mark quotes with "|" or the sender's name; such lines are given
// their depth here.
func (s *splitter) quoteFollows(i int) bool {
	next := i + 1
	for next < len(s.lines) && next-i <= maxQuoteDistance && s.lines[next].Text == "" && s.lines[next].Depth == 0 {
		next++
	}
	if next >= len(s.lines) {
		return false
	}
	if s.lines[next].Depth > 0 {
		return true
	}
	mark := otherQuoteMark(s.lines[next].Text, s.words(i))
	if mark == "" {
		return false
	}
	for ; next < len(s.lines) && strings.HasPrefix(s.lines[next].Text, mark); next++ {
		s.lines[next].Depth = 1
	}
	return true
}

// otherQuoteMark returns the mark at the beginning of a line that is quoted by
// "| " or by a name or initials of the introduction ("Ana> ").
func otherQuoteMark(l, intro string) string {
	if strings.HasPrefix(l, "| ") || l == "|" {
		return "|"
	}
	name, _, found := strings.Cut(l, ">")
	if !found || name == "" || len(name) > 12 || strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) >= 0 {
		return ""
	}
	if strings.Contains(intro, strings.ToLower(name)) {
		return name + ">"
	}
	return ""
}
