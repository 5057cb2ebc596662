package threading

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxSubject bounds how much of a subject is examined, in bytes.
const maxSubject = 1000

//go:embed prefixes.txt
var prefixList string

// replyPrefixes matches prefixes such as "re: ", "aw[2]:" or "返信:" at the
// start of a folded subject.
var replyPrefixes = func() *regexp.Regexp {
	var words []string
	for line := range strings.Lines(prefixList) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			words = append(words, regexp.QuoteMeta(fold(line).text))
		}
	}
	return regexp.MustCompile(`^ ?(?:(?:` + strings.Join(words, "|") + `) ?(?:\[\d+\]|\(\d+\)|\^\d+|\*\d+)? ?: ?)+`)
}()

// Tag returns the subject tag of a ticket: [Example IT #1042].
func Tag(name string, ticket int64) string {
	return "[" + name + " #" + strconv.FormatInt(ticket, 10) + "]"
}

// FindTags returns the tickets whose tags a decoded subject contains, in order
// and without repetition: first those as we write them, with the desk's name, then
// those with a former name, or without square brackets, as clients and gateways bend
// them ("Example IT #12", "(Example IT #12)", "[Example_IT_#12]"). The comparison
// ignores case, width (full-width digits), the kind of space and how accents are
// composed. Only the first 1000 bytes of the subject are examined. A tag proves
// nothing: anybody can write one into a subject.
func FindTags(name, subject string, former ...string) []int64 {
	var tickets []int64
	add := func(ticket int64) {
		if !slices.Contains(tickets, ticket) {
			tickets = append(tickets, ticket)
		}
	}
	folded := fold(cut(subject))
	for _, m := range tagsIn(name, folded) {
		add(m.ticket)
	}
	for _, name := range append([]string{name}, former...) {
		for _, ticket := range bareTags(name, folded.text) {
			add(ticket)
		}
	}
	return tickets
}

// bareTags returns the tickets that a folded text names by a desk's name, a number
// sign and digits, whatever stands around them.
func bareTags(name, text string) []int64 {
	blanks := strings.NewReplacer("_", " ")
	name, text = strings.TrimSpace(blanks.Replace(fold(name).text)), blanks.Replace(text)
	if name == "" {
		return nil
	}
	var tickets []int64
	for {
		before, rest, found := strings.Cut(text, name)
		if !found {
			return tickets
		}
		text = rest
		if last, _ := utf8.DecodeLastRuneInString(before); unicode.IsLetter(last) || unicode.IsDigit(last) {
			continue // the end of a longer name
		}
		rest, hash := strings.CutPrefix(strings.TrimLeft(rest, " "), "#")
		rest = strings.TrimLeft(rest, " ")
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest[len(digits):], " "))
		ticket, err := strconv.ParseInt(digits, 10, 64)
		if hash && err == nil && ticket > 0 && !unicode.IsDigit(next) && (!unicode.IsLetter(next) || strings.HasPrefix(rest[len(digits):], " ")) {
			tickets = append(tickets, ticket)
		}
	}
}

// CleanSubject returns a decoded subject without our tags, also those with a former
// name of the desk, and without the
// prefixes of replies and forwards in many languages (Re:, AW:, SV:, 回复：), with
// runs of white space made one space: the subject of a ticket. It may be empty. A
// subject longer than 1000 bytes is truncated.
func CleanSubject(name, subject string, former ...string) string {
	subject = cut(strings.ToValidUTF8(subject, "\uFFFD"))
	for {
		before := subject
		for _, name := range append([]string{name}, former...) {
			subject = withoutTags(name, subject)
		}
		subject = withoutPrefixes(subject)
		subject = strings.Join(strings.Fields(subject), " ")
		if subject == before {
			return subject
		}
	}
}

func withoutTags(name, subject string) string {
	folded := fold(subject)
	for _, m := range slices.Backward(tagsIn(name, folded)) {
		subject = subject[:folded.at[m.from]] + " " + subject[folded.at[m.to]:]
	}
	return subject
}

func withoutPrefixes(subject string) string {
	folded := fold(subject)
	if end := replyPrefixes.FindStringIndex(folded.text); end != nil {
		return subject[folded.at[end[1]]:]
	}
	return subject
}

func cut(subject string) string {
	if len(subject) <= maxSubject {
		return subject
	}
	end := maxSubject
	for end > 0 && !utf8.RuneStart(subject[end]) {
		end--
	}
	return subject[:end]
}

// tag is one tag and its place in the folded text.
type tag struct {
	from, to int
	ticket   int64
}

func tagsIn(name string, subject folded) []tag {
	name = strings.TrimSpace(fold(name).text)
	var found []tag
	for from := 0; ; {
		open := strings.IndexByte(subject.text[from:], '[')
		if open < 0 {
			return found
		}
		open += from
		from = open + 1
		rest, ok := strings.CutPrefix(strings.TrimPrefix(subject.text[from:], " "), name)
		rest, hash := strings.CutPrefix(strings.TrimPrefix(rest, " "), "#")
		number, rest, closed := strings.Cut(rest, "]")
		number = strings.Trim(number, " ")
		ticket, err := strconv.ParseInt(number, 10, 64)
		if ok && hash && closed && err == nil && ticket > 0 && only(number, "0123456789") {
			from = len(subject.text) - len(rest)
			found = append(found, tag{open, from, ticket})
		}
	}
}

// folded is a text prepared for comparison, and the offset in the original of
// each of its bytes and of its end.
type folded struct {
	text string
	at   []int
}

// fold decomposes compatibility forms (NFKD), folds case, makes each run of
// white space one space, and drops invisible characters.
func fold(s string) folded {
	var b strings.Builder
	var at []int
	lower := cases.Fold()
	for i, r := range s {
		text := string(r)
		switch {
		case 'A' <= r && r <= 'Z':
			text = string(r + 'a' - 'A')
		case unicode.IsSpace(r):
			text = " "
		case unicode.Is(unicode.Cf, r):
			continue
		case r >= utf8.RuneSelf:
			text = lower.String(norm.NFKD.String(text))
		}
		if text == " " && strings.HasSuffix(b.String(), " ") {
			continue
		}
		b.WriteString(text)
		for range len(text) {
			at = append(at, i)
		}
	}
	return folded{b.String(), append(at, len(s))}
}
