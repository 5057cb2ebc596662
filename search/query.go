package search

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/ticket"
)

// Desk has what the fields of a query may name.
type Desk struct {
	Queues, Agents, Categories []string
	// Within reports whether a category is another one or below it.
	Within func(category, above string) bool
	// Kept reports whether a name that is none of the above still has tickets: it was removed
	// from the configuration. Nil: there are no such names.
	Kept func(field, name string) bool
	Me   string    // the agent who asks; empty: none
	Now  time.Time // in the desk's zone
}

const (
	maxTerms  = 32 // of a query; more are not looked for
	minPrefix = 3  // characters before a *; of fewer, too many words begin so
)

// Parse parses a query as somebody typed it. Whatever is not a field, phrase or -word is searched
// for literally. Its error is a [*ValueError].
func Parse(text string, d Desk) (ticket.Query, error) {
	q := ticket.Query{Now: d.Now}
	var theirs piece // the first field that only tickets have
	for rest := clean(text); ; {
		var p piece
		if p, rest = next(rest); p.text == "" && p.field == "" {
			if q.In == ticket.InArticles && theirs.field != "" {
				return ticket.Query{}, &ValueError{Field: theirs.field, Value: theirs.text, Reason: NotTheir}
			}
			return q, nil
		}
		if p.field != "" {
			if theirs.field == "" && !slices.Contains(ofArticles, p.field) {
				theirs = p
			}
			if err := d.apply(&q, p); err != nil {
				return ticket.Query{}, err
			}
			continue
		}
		add(&q, p, false)
	}
}

// clean replaces invalid text.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// piece is one word, phrase or field of a query.
type piece struct {
	field string // one of those there are, in lower case; empty: it is none
	text  string // without the quotes
	not   bool
}

// next cuts the first piece from a query.
func next(query string) (p piece, rest string) {
	query = strings.TrimSpace(query)
	if after, found := strings.CutPrefix(query, "-"); found && hasWord(firstOf(after)) {
		p.not, query = true, after
	}
	// A field is one word, and its value begins right after it.
	if before, _, found := strings.Cut(firstWord(query), ":"); found {
		name, known := fieldOf(before)
		if text, left := cutValue(query[len(before)+1:]); known && text != "" {
			return piece{field: name, text: text, not: p.not}, left
		}
	}
	p.text, rest = cutValue(query)
	if p.text == "" && rest != "" { // an empty phrase
		return next(rest)
	}
	return p, rest
}

// quotes maps each opening quote to those that close it: programs replace the quotes that
// people type.
var quotes = map[rune]string{'"': `"“”`, '“': `”“"`, '„': `“”"`, '«': `»`, '»': `«`}

// cutValue returns the phrase or the word at the beginning of a text.
func cutValue(text string) (value, rest string) {
	open, size := utf8.DecodeRuneInString(text)
	if ends, isQuote := quotes[open]; isQuote {
		text = text[size:]
		if end := strings.IndexAny(text, ends); end >= 0 {
			_, size := utf8.DecodeRuneInString(text[end:])
			value, rest = text[:end], text[end+size:]
			rest, star := strings.CutPrefix(rest, "*")
			if star && begins(value) {
				value += "*"
			}
			return value, rest
		}
		return text, ""
	}
	value = firstWord(text)
	return value, text[len(value):]
}

// blanks end a word.
const blanks = " \t\r\n\u00a0"

// firstWord returns a text until its first blank.
func firstWord(text string) string {
	if end := strings.IndexAny(text, blanks); end >= 0 {
		return text[:end]
	}
	return text
}

func firstOf(text string) string {
	value, _ := cutValue(text)
	return value
}

// add adds a word or phrase. One without letters and digits would match nothing, and so hide
// what the other terms find.
func add(q *ticket.Query, p piece, subject bool) {
	words := Bounded(p.text)
	if !hasWord(words) || len(q.All)+len(q.None) >= maxTerms {
		return
	}
	t := ticket.Term{Words: words, Subject: subject}
	if begin, star := strings.CutSuffix(words, "*"); star && begins(begin) {
		t.Words, t.Prefix = begin, true
	}
	if p.not {
		q.None = append(q.None, t)
		return
	}
	q.All = append(q.All, t)
}

// begins reports whether a text ends with enough of a word to search for it as a prefix.
func begins(text string) bool {
	words := foldedWords(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return len(words) > 0 && isWord(last) && utf8.RuneCountInString(words[len(words)-1]) >= minPrefix
}
