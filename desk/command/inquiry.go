package command

import (
	"slices"
	"strings"
	"time"
)

// Inquiry is what follows #ask on its line: "vendor@example.net by Friday Is there a newer
// release?"
type Inquiry struct {
	Addresses string // as they were written, divided by commas or blanks
	By        Moment
	Timed     bool   // By is set
	All       bool   // "all" of those who are asked must agree; "any" is the other word
	Text      string // the beginning of what is asked
}

// maxBy bounds the words of a time within a line.
const maxBy = 6

// byWords stand before a time within a line, in the eight languages.
var byWords = byLanguage("by before until within bis binnen innerhalb avant dans antes para hasta en entro ate em tegen voor do w ciagu")

// How many of several people must agree, in the eight languages.
var (
	allWords = byLanguage("all alle tous todos tutti wszyscy")
	anyWords = byLanguage("any einer quelconque cualquiera uno qualquer een ktokolwiek")
)

func byLanguage(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// ReadInquiry reads the line of an #ask. What stands before the text and is neither an
// address nor a time is text.
func ReadInquiry(arg string, now time.Time) Inquiry {
	var a Inquiry
	rest := strings.TrimSpace(arg)
	for {
		word, more := cutWord(rest)
		bare := strings.Trim(word, ",;:<>")
		if !strings.Contains(bare, "@") || strings.HasPrefix(bare, "@") {
			break
		}
		a.Addresses, rest = strings.TrimSpace(a.Addresses+" "+strings.Trim(word, ",;:")), more
	}
	if word, more := cutWord(rest); len(strings.Fields(a.Addresses)) > 1 {
		switch word = plainly(strings.ToLower(strings.Trim(word, ",;:"))); {
		case allWords[word]:
			a.All, rest = true, more
		case anyWords[word]:
			rest = more
		}
	}
	a.By, a.Text, a.Timed = leadingTime(rest, now)
	return a
}

// leadingTime cuts a time from the beginning of a text, where one stands there behind a
// word such as "by".
func leadingTime(text string, now time.Time) (m Moment, rest string, found bool) {
	first, more := cutWord(text)
	if !byWords[plainly(strings.ToLower(first))] {
		return Moment{}, text, false
	}
	ends := []int{}
	for at, left := 0, more; left != "" && len(ends) < maxBy; {
		word, next := cutWord(left)
		at = len(more) - len(next)
		ends, left = append(ends, at), next
		if strings.HasSuffix(word, ":") {
			break
		}
	}
	for _, end := range slices.Backward(ends) { // the longest time, without words that add nothing to it
		longest, err := ReadMoment(strings.TrimRight(strings.TrimSpace(more[:end]), ":,.;"), now)
		if err != nil && found {
			break
		}
		if err != nil || found && longest != m {
			continue
		}
		m, rest, found = longest, strings.TrimSpace(more[end:]), true
	}
	if !found {
		return Moment{}, text, false
	}
	return m, rest, true
}

// cutWord returns the first word of a text and what follows it.
func cutWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if end := strings.IndexAny(text, " \t\n"); end >= 0 {
		return text[:end], strings.TrimSpace(text[end:])
	}
	return text, ""
}
