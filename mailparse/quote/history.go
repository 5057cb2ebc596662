package quote

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Marks above older mail that is not quoted: Outlook's header block, "-----
// Original Message -----", "reply above this line".

// maxFieldName is how many bytes the name of a field may have.
const maxFieldName = 60

// maxBlockLines bounds a header block: long lists of recipients.
const maxBlockLines = 60

// headerBlock reads lines from i on as a block of fields ("From: …", "Sent:
// …") of an older mail. end is the line after it, or 0 if there is none.
// marked says that the line before was a rule or a mark.
func headerBlock(lines []Line, i int, marked bool) (found map[fieldKind]string, end int) {
	if kind, _ := headerField(lines[i].Text); kind == 0 || kind == otherField {
		return nil, 0
	}
	found = map[fieldKind]string{}
	var last fieldKind
	depth, gap := lines[i].Depth, 0
	for j := i; j < len(lines) && j-i < maxBlockLines && lines[j].Depth == depth; j++ {
		text := strings.TrimSpace(lines[j].Text)
		kind, value := headerField(text)
		switch {
		case text == "":
			if gap++; gap > 1 {
				return block(found, end, marked)
			}
		case kind != 0:
			kind = settle(kind, found)
			if _, twice := found[kind]; twice && kind != ccField && kind != otherField {
				return block(found, end, marked)
			}
			found[kind] = value
			last, gap, end = kind, 0, j+1
		case j > i && gap == 0 && strangeField(lines, j):
			last = 0
		case gap > 0 || !continues(lines, j, last):
			return block(found, end, marked)
		default:
			found[last] += " " + text
			end = j + 1
		}
	}
	return block(found, end, marked)
}

// strangeField reports whether line j looks like a field whose name is not known, and one whose
// name is follows: a program writes it in another language, or in other words.
func strangeField(lines []Line, j int) bool {
	name, value, found := strings.Cut(strings.Replace(strings.TrimSpace(lines[j].Text), "：", ":", 1), ":")
	if !found || name == "" || len(name) > maxFieldName || strings.TrimSpace(value) == "" || strings.ContainsAny(name, "@<>.,;!?") || strings.Count(name, " ") > maxFieldBlanks {
		return false
	}
	if j+1 >= len(lines) || lines[j+1].Depth != lines[j].Depth {
		return false
	}
	next, _ := headerField(lines[j+1].Text)
	return next != 0
}

// maxFieldBlanks is how many blanks the name of such a field has at the most.
const maxFieldBlanks = 3

// settle picks one meaning of a field name that has several: "A:" is "to" in
// Italian and Spanish, "Da:" is "from".
func settle(kind fieldKind, found map[fieldKind]string) fieldKind {
	for _, one := range []fieldKind{fromField, sentField, toField, subjectField, ccField, otherField} {
		if _, have := found[one]; kind&one != 0 && !have {
			return one
		}
	}
	return kind & -kind
}

// minWrapped is how long a line is at least that a program has broken.
const minWrapped = 50

// continues reports whether line i may be the rest of a field above it.
func continues(lines []Line, i int, field fieldKind) bool {
	text := lines[i].Text
	switch field {
	case toField, ccField, fromField:
		return strings.ContainsAny(text, "@;<")
	case subjectField:
		if len(text) >= 200 || isRule(text) {
			return false
		}
		if len(lines[i-1].Text) >= minWrapped {
			return true
		}
		next := fieldKind(0)
		if i+1 < len(lines) {
			next, _ = headerField(lines[i+1].Text)
		}
		return next != 0
	}
	return false
}

// block decides whether the fields are a header: people write "From: Berlin"
// too.
func block(found map[fieldKind]string, end int, marked bool) (map[fieldKind]string, int) {
	_, from := found[fromField]
	_, sent := found[sentField]
	_, to := found[toField]
	_, subject := found[subjectField]
	n := 0
	for _, have := range []bool{from, sent, to, subject} {
		if have {
			n++
		}
	}
	address := strings.Contains(found[fromField], "@") || strings.Contains(found[toField], "@")
	switch {
	case !from && !(sent && to && subject && (address || marked)):
	case n >= 3 && (subject || address || marked):
		return found, end
	case n >= 2 && marked:
		return found, end
	}
	return nil, 0
}

// headerField reads "From: value", with the marks of bold text around the name.
func headerField(text string) (kind fieldKind, value string) {
	if cell, rest, found := strings.Cut(strings.TrimPrefix(text, "|"), "|"); found && text[0] == '|' { // 163: "| From | Ana<a@b> |"
		if kind = phrases.field[plainWords(cell)]; kind != 0 {
			return kind, strings.Trim(rest, "| \t\u00a0")
		}
	}
	head := text[:min(len(text), maxFieldName)]
	i := strings.IndexByte(head, ':')
	if wide := strings.Index(head, "："); wide >= 0 && (i < 0 || wide < i) {
		i = wide
	}
	if i <= 0 {
		return 0, ""
	}
	name := plainWords(strings.Trim(text[:i], "*_> |\t\u00a0"))
	if kind = phrases.field[name]; kind == 0 {
		kind = phrases.field[wideBlanks.Replace(name)]
	}
	if kind == 0 {
		return 0, ""
	}
	value = strings.TrimLeft(text[i:], ":：*| \t\u00a0")
	return kind, strings.TrimSpace(value)
}

// wideBlanks leaves out what programs write between the letters of short Chinese names, so that
// all are of one width: "主　题".
var wideBlanks = strings.NewReplacer("\u3000", "", "\u2003", "")

type markKind int

const (
	noMark markKind = iota
	originalMark
	forwardMark
)

// historyMark reads a line such as "-----Original Message-----". A bare phrase
// needs a header or a rule beside it.
func (s *splitter) historyMark(i int) markKind {
	text := s.words(i)
	if len(text) > 250 || len(text) < 3 || len(text) > 80 && 'a' <= text[0] && text[0] <= 'z' {
		return noMark
	}
	bare := strings.Trim(strings.ReplaceAll(text, "&nbsp;", " "), "-_=*#~+><|: .—–\t")
	if bare == "" || len(bare) > 120 {
		return noMark
	}
	if doubleBlank(bare) {
		bare = strings.Join(strings.Fields(bare), " ")
	}
	ruled := strings.HasPrefix(strings.TrimLeft(text, "*> "), "--") || strings.HasPrefix(text, "__") || strings.HasPrefix(text, "==")
	kind := noMark
	switch {
	case phrases.original[bare]:
		kind = originalMark
	case phrases.forward[bare]:
		kind = forwardMark
	case ruled && strings.HasSuffix(text, "--"):
		// Notes: "----- Forwarded by Ana/ACME on 10/03/2026 10:00 -----"
		for at := range bare {
			if bare[at] == ' ' && phrases.forward[bare[:at]] {
				kind = forwardMark
			}
		}
	}
	if kind == noMark && ruled && strings.HasSuffix(text, "--") && s.fieldsFollow(i) {
		kind = originalMark // in words that are not known
	}
	if kind == noMark && s.introAboveFields(i) {
		return originalMark
	}
	if kind == noMark || ruled || strings.HasSuffix(text, ":") && kind == forwardMark {
		return kind
	}
	if i > 0 && isRule(s.lines[i-1].Text) {
		return kind
	}
	if s.fieldsFollow(i) {
		return kind
	}
	return noMark
}

// introAboveFields reports whether line i says when somebody wrote and has no colon at its end,
// and the fields of the mail stand right below it.
func (s *splitter) introAboveFields(i int) bool {
	text := s.words(i)
	if s.first < 0 || i+1 >= len(s.lines) || !startsOn(text) || !hasDay(text) || !timePattern.MatchString(text) || firstPerson.MatchString(text) {
		return false
	}
	if verb, _ := findPhrase(text, phrases.wrote); verb < 0 {
		return false
	}
	found, _ := headerBlock(s.lines, i+1, true)
	_, from := found[fromField]
	return from
}

// fieldsFollow reports whether the next line with text after i is a field.
func (s *splitter) fieldsFollow(i int) bool {
	for j := i + 1; j < len(s.lines) && j <= i+3; j++ {
		if s.lines[j].Text != "" {
			field, _ := headerField(s.lines[j].Text)
			return field != 0
		}
	}
	return false
}

// scissors are the lines around a mail that The Bat! passes on.
var scissors = regexp.MustCompile(`^===8<=+.*=+$`)

// doubleBlank reports whether two blanks stand side by side. strings.Contains
// stops at every single one.
func doubleBlank(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] == ' ' && s[i-1] == ' ' {
			return true
		}
	}
	return false
}

// aboveMark reports whether line i is another desk's "reply above this line":
// short, or set off by marks.
func (s *splitter) aboveMark(i int) bool {
	words := s.words(i)
	if len(words) < 12 || len(words) > 250 || len(words) > 60 && strings.IndexByte("#-=_*~+[<", words[0]) < 0 {
		return false
	}
	return phrases.above.Any(words)
}

// isRule reports whether a line is only drawn: dashes, underscores, stars.
func isRule(text string) bool {
	text = strings.TrimSpace(text)
	if text != "" && text[0] < utf8.RuneSelf && isWord(rune(text[0])) {
		return false // as nearly every line
	}
	return len(text) >= 2 && strings.Trim(text, "-_=*~+#—–─━ ᐧ\u200b") == ""
}

// headerInQuote reports whether line i marks older mail of which only the header
// is quoted: "> ---- Original Message ----", "> From: …", then the text.
func (s *splitter) headerInQuote(i int) bool {
	if !strings.HasPrefix(strings.TrimLeft(s.lines[i].Text, "* "), "--") || i+1 >= len(s.lines) || s.lines[i+1].Depth == 0 || s.historyMark(i) == noMark {
		return false
	}
	_, end := headerBlock(s.lines, i+1, true)
	return end > 0 && end < len(s.lines) && s.lines[end].Depth == 0
}

// notesLine is what Notes writes above the header of an older mail: who wrote it, when, and how it begins.
var notesLine = regexp.MustCompile(`.---\d{1,2}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d\d[:.]\d\d(?: [ap]m)?---`)

const maxLotusLines = 14

var lotusDate = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: [ap]m)?(?: [a-z]{2,5})?(?:$|[\s|])`)

// lotusBlock reports whether the header of an older mail begins at line i as Lotus
// Notes writes it: the name alone, the date alone, and then names of fields and
// values, on a line or on lines of their own.
func (s *splitter) lotusBlock(i int) bool {
	date := i + 1
	if date < len(s.lines) && s.lines[date].Text == "" {
		date++
	}
	if len(s.lines[i].Text) > 120 || date >= len(s.lines) || s.words(date) == "" || s.words(date)[0] < '0' || s.words(date)[0] > '9' || !lotusDate.MatchString(s.words(date)) {
		return false
	}
	var seen fieldKind
	for j := date; j < len(s.lines) && j <= i+maxLotusLines && s.lines[j].Depth == 0; j++ {
		words := s.words(j)
		if j == date {
			words = words[len(lotusDate.FindString(words)):]
		}
		words = strings.TrimLeft(words, "\t |")
		if end := strings.IndexAny(words, "\t|:"); end >= 0 {
			words = words[:end]
		}
		seen |= phrases.field[strings.TrimSpace(words)]
	}
	return seen&toField != 0 && seen&subjectField != 0
}
