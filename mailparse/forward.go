package mailparse

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/charset"
)

// maxForwarded bounds the mails within a mail that are listed.
const maxForwarded = 20

// readForwarded makes a forwarded mail of the fields above it and its lines.
func readForwarded(fields map[fieldKind]string, lines []line) Forwarded {
	lines = unquoted(lines)
	f := Forwarded{Subject: charset.CleanLine(fields[subjectField]), Date: shownDate(fields[sentField]), Text: renderLines(trimLines(lines))}
	f.From = shownAddress(fields[fromField])
	return f
}

// shownAddress reads a mailbox as mail programs show it: "Ana <a@b>", "Ana
// [mailto:a@b]", or a name alone.
func shownAddress(s string) Address {
	s = strings.NewReplacer("[mailto:", "<", "]", ">", "<mailto:", "<", "*", "").Replace(s)
	if i := strings.Index(s, "<"); i >= 0 {
		if inner := strings.LastIndex(s, "<"); inner != i {
			s = s[:inner] // "Ana <a@b<mailto:a@b>>"
			if strings.Count(s, ">") == 0 {
				s += ">"
			}
		}
	}
	if list := addressList(s); len(list) > 0 && list[0].Address != "" {
		return list[0]
	}
	name, _, _ := strings.Cut(s, "<")
	return Address{Name: charset.CleanLine(strings.Trim(name, `" `))}
}

// shownDate reads a date as mail programs show it, if it is one of the common
// English or numeric forms; else it is zero.
func shownDate(s string) time.Time {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u202f", " "))
	if len(s) > 100 {
		return time.Time{}
	}
	if t, err := mail.ParseDate(s); err == nil {
		return t
	}
	s = strings.Join(strings.Fields(strings.NewReplacer(" at ", " ", ",", "").Replace(s)), " ")
	for _, layout := range []string{
		"Monday January 2 2006 3:04 PM", "Monday January 2 2006 3:04:05 PM", "Mon Jan 2 2006 3:04 PM", "Monday 2 January 2006 15:04",
		"Monday 2 January 2006 15:04:05", "2 January 2006 15:04:05 MST", "2 January 2006 15:04", "January 2 2006 3:04:05 PM MST",
		"January 2 2006 3:04:05 PM", "Mon Jan 2 2006 15:04", "2006-01-02 15:04", "2006-01-02 15:04:05", "02.01.2006 15:04", "02 January 2006 15:04:05 MST",
		"Mon 2 Jan 2006 15:04:05 -0700", "Mon 2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return readDate(s)
}

// forwardedMail describes a mail that is attached as message/rfc822, with room for
// its text.
func forwardedMail(p *part, left *room) Forwarded {
	inner := p.children[0]
	h := inner.header
	b := gather(inner, left)
	f := Forwarded{
		Subject:    h.Get("Subject"),
		Date:       readDate(h.raw("Date")),
		MessageID:  first(messageIDs(h.raw("Message-ID"))),
		Text:       b.text(),
		Attachment: true,
	}
	if f.Text == "" && len(b.forwarded) > 0 {
		f.Text = b.forwarded[0].Text // passed on again and again
	}
	if list := addressList(h.raw("From")); len(list) > 0 {
		f.From = list[0]
	}
	return f
}

// readPassedOn lists the mail below a mark of HTML at line i, if it was passed
// on.
func (s *splitter) readPassedOn(i int) {
	if s.purpose != passOn {
		return
	}
	for at := i; at < len(s.lines) && at < i+6; at++ {
		if s.lines[at].text == "" {
			continue
		}
		if fields, end := headerBlock(s.lines, at, true); end > 0 {
			s.forwarded = append(s.forwarded, readForwarded(fields, s.lines[end:]))
			return
		}
	}
}

// findForwarded lists what was passed on as a quote, as Apple Mail writes it. If
// the author added nothing, that is what there is to read.
func (s *splitter) findForwarded() {
	if len(s.forwarded) == 0 {
		s.findInQuotes()
	}
	if len(s.forwarded) == 0 || s.anyWritten(0, len(s.lines)) {
		return
	}
	for i := range s.lines {
		if s.lines[i].depth > 0 {
			s.kind[i] = passedOn
		}
	}
}

// findInQuotes lists the mails below a mark, or the one below a bare header.
func (s *splitter) findInQuotes() {
	for i := 0; i < len(s.lines) && len(s.forwarded) < maxForwarded; i++ {
		if s.lines[i].depth == 0 || s.lines[i].text == "" || s.kind[i] != history && s.kind[i] != written {
			continue
		}
		mark := s.historyMark(i)
		if mark == noMark && (s.purpose != passOn || len(s.forwarded) > 0) || mark == originalMark && s.purpose == answer {
			continue
		}
		at := i
		if mark != noMark {
			for at++; at < len(s.lines) && at < i+4 && s.lines[at].text == ""; at++ {
			}
		}
		if at == len(s.lines) {
			return
		}
		if fields, end := headerBlock(s.lines, at, mark != noMark); end > 0 {
			s.forwarded = append(s.forwarded, readForwarded(fields, s.lines[end:]))
			i = end - 1
		}
	}
}

// unquoted gives lines that begin with a quote as their author wrote them, up
// to the end of the quote.
func unquoted(lines []line) []line {
	for len(lines) > 0 && lines[0].text == "" {
		lines = lines[1:]
	}
	if len(lines) == 0 || lines[0].depth == 0 {
		return lines
	}
	var out []line
	for _, l := range lines {
		if l.depth == 0 && l.text != "" {
			break
		}
		out = append(out, line{text: l.text, depth: max(l.depth-1, 0)})
	}
	return out
}

// introduces makes a forwarded mail of an introduction in lines [start, end] and
// what follows: some programs pass mail on below "On … Ana wrote:".
func (s *splitter) introduces(start, end int) Forwarded {
	var intro []string
	for _, l := range s.lines[start : end+1] {
		intro = append(intro, l.text)
	}
	return Forwarded{From: introAuthor(strings.Join(intro, " ")), Text: renderLines(trimLines(unquoted(s.lines[end+1:])))}
}

var introMailbox = regexp.MustCompile(`[\w.%+=-]+@[\w-]+(?:\.[\w-]+)+`)

// introAuthor finds the mailbox in an introduction: the address and the words
// before it that may be a name, which are those behind the last figure, mark or
// word in lower case.
func introAuthor(intro string) Address {
	at := introMailbox.FindStringIndex(intro)
	if at == nil {
		return Address{}
	}
	before := strings.TrimRight(intro[:at[0]], " <([")
	if i := strings.LastIndexAny(before, "0123456789,:"); i >= 0 {
		before = before[i+1:]
	}
	words := strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'«»„“”‘’`, r) {
			return -1
		}
		return r
	}, before))
	from := len(words)
	for from > 0 {
		if r, _ := utf8.DecodeRuneInString(words[from-1]); unicode.IsLower(r) {
			break
		}
		from--
	}
	return Address{Name: charset.CleanLine(strings.Join(words[from:], " ")), Address: lowerDomain(intro[at[0]:at[1]])}
}

// unglue takes apart what Yahoo writes above older mail, whose lines are lost in
// plain text: "----- Forwarded Message ----- From: Ana <a@b>To: …Sent: …Subject: …"
// and "On 3 May, Ana <a@b> wrote:   text". It gives nil for any other line.
func unglue(source string) []line {
	text := strings.TrimSpace(source)
	if i := strings.Index(text, ":  "); i > 0 && i < maxIntroLength && weigh(plainWords(text[:i+1])) == strongIntro {
		return []line{{text: text[:i+1]}, {text: strings.TrimSpace(text[i+1:])}}
	}
	if !strings.HasPrefix(text, "-----") || len(text) < 40 || len(text) > 5000 {
		return nil
	}
	phrase, rest, found := strings.Cut(strings.TrimLeft(text, "- "), "-----")
	words := plainWords(phrase)
	if !found || !phrases.forward[words] && !phrases.original[words] {
		return nil
	}
	rest = strings.TrimLeft(rest, "- ")
	lines := []line{{text: "----- " + strings.TrimSpace(phrase) + " -----"}}
	seen, start := fieldKind(0), 0
	for i := 0; i < len(rest) && seen&subjectField == 0; i++ {
		if rest[i] != ':' {
			continue
		}
		at, kind := fieldBefore(rest, i, seen)
		if kind == 0 {
			continue
		}
		if at > start {
			lines = append(lines, line{text: strings.TrimSpace(rest[start:at])})
		}
		seen, start = seen|kind, at
	}
	if seen == 0 {
		return nil
	}
	return append(lines, line{text: strings.TrimSpace(rest[start:])})
}

// fieldBefore finds the longest name of a field that ends at the colon s[end]
// and is not one of those seen.
func fieldBefore(s string, end int, seen fieldKind) (start int, kind fieldKind) {
	for start = max(0, end-maxFieldName); start < end; start++ {
		if !utf8.RuneStart(s[start]) {
			continue
		}
		if kind = phrases.field[plainWords(s[start:end])] &^ seen; kind != 0 && kind != otherField {
			return start, kind & -kind
		}
	}
	return 0, 0
}
