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

// maxSubject is how many bytes of a subject are looked at.
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

// Tag gives the tag of a ticket as people see it: [Example IT #1042].
func Tag(name string, ticket int64) string {
	return "[" + name + " #" + strconv.FormatInt(ticket, 10) + "]"
}

// FindTags gives the tickets whose tags stand in a decoded subject, in order
// and each once. Only tags with the desk's name count; it is compared without
// regard to case, width (full-width digits), kind of space and composition of
// accents. Only the first 1000 bytes of the subject are looked at. A tag is
// for people: whoever writes the subject writes the tag, so it proves nothing.
func FindTags(name, subject string) []int64 {
	var tickets []int64
	folded := fold(cut(subject))
	for _, m := range tagsIn(name, folded) {
		if !slices.Contains(tickets, m.ticket) {
			tickets = append(tickets, m.ticket)
		}
	}
	return tickets
}

// CleanSubject gives a decoded subject without our tags, without the prefixes
// of answers and forwards in many languages (Re:, AW:, SV:, 回复：), and with
// single spaces: the subject of a ticket. It may be empty. A subject longer
// than 1000 bytes is cut.
func CleanSubject(name, subject string) string {
	subject = cut(strings.ToValidUTF8(subject, "\uFFFD"))
	for {
		before := subject
		subject = withoutPrefixes(withoutTags(name, subject))
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

// tag is one tag, with its place in the folded text.
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

// folded is a text made ready to be compared, and where each of its bytes
// (and its end) came from.
type folded struct {
	text string
	at   []int
}

// fold decomposes compatibility forms (NFKD), folds case, makes each run of
// white space one space, and drops what cannot be seen.
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
