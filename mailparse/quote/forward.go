package quote

import (
	"strings"
	"unicode/utf8"
)

// MaxForwarded bounds the mails within a mail that are listed.
const MaxForwarded = 20

// Forwarded is a mail of somebody else that the author passed on within the
// text. Its fields are in the words and the form in which the program of the
// author shows them.
type Forwarded struct {
	From, Sent, Subject string
	Intro               string // the introduction in the place of fields ("On … Ana wrote:")
	Text                string
}

// readForwarded makes a forwarded mail of the fields above it and its lines.
func readForwarded(fields map[fieldKind]string, lines []Line) Forwarded {
	return Forwarded{From: fields[fromField], Sent: fields[sentField], Subject: fields[subjectField], Text: Render(trimLines(unquoted(lines)))}
}

// conversation lists the mails of a conversation that Gmail passes on below its
// subject, each under a drawn line and its fields. It returns nil for anything
// else.
func conversation(lines []Line) []Forwarded {
	var all []Forwarded
	subject := ""
	start, begin := 0, 0 // of the fields, and of the text below them
	var fields map[fieldKind]string
	flush := func(end int) {
		if fields != nil && start < begin {
			one := readForwarded(fields, lines[begin:end])
			one.Subject = subject
			all = append(all, one)
		}
	}
	for i := 0; i < len(lines) && len(all) < MaxForwarded; i++ {
		if kind, value := headerField(lines[i].Text); kind == subjectField && subject == "" && fields == nil {
			subject = value
			continue
		}
		if found, end := headerBlock(lines, i, true); end > 0 {
			cut := i
			for cut > begin && (lines[cut-1].Text == "" || isRule(lines[cut-1].Text)) {
				cut--
			}
			flush(cut)
			fields, start, begin = found, i, end
			i = end - 1
		}
	}
	if fields != nil && len(all) < MaxForwarded {
		flush(len(lines))
	}
	return all
}

// readPassedOn lists the mail below a mark of HTML at line i, if it was passed
// on.
func (s *splitter) readPassedOn(i int) {
	if s.purpose != PassOn {
		return
	}
	for at := i; at < len(s.lines) && at < i+6; at++ {
		if s.lines[at].Text == "" {
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
		if s.lines[i].Depth > 0 {
			s.kind[i] = passedOn
		}
	}
}

// findInQuotes lists the mails below a mark, or the one below a bare header.
func (s *splitter) findInQuotes() {
	for i := 0; i < len(s.lines) && len(s.forwarded) < MaxForwarded; i++ {
		if s.lines[i].Depth == 0 || s.lines[i].Text == "" || s.kind[i] != history && s.kind[i] != written {
			continue
		}
		mark := s.historyMark(i)
		if mark == noMark && (s.purpose != PassOn || len(s.forwarded) > 0) || mark == originalMark && s.purpose == Answer {
			continue
		}
		at := i
		if mark != noMark {
			for at++; at < len(s.lines) && at < i+4 && s.lines[at].Text == ""; at++ {
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

// unquoted returns lines that begin with a quote as their author wrote them, up
// to the end of the quote.
func unquoted(lines []Line) []Line {
	for len(lines) > 0 && lines[0].Text == "" {
		lines = lines[1:]
	}
	if len(lines) == 0 || lines[0].Depth == 0 {
		return lines
	}
	var out []Line
	for _, l := range lines {
		if l.Depth == 0 && l.Text != "" {
			break
		}
		out = append(out, Line{Text: l.Text, Depth: max(l.Depth-1, 0)})
	}
	return out
}

// introduces makes a forwarded mail of an introduction in lines [start, end] and
// what follows: some programs pass mail on below "On … Ana wrote:".
func (s *splitter) introduces(start, end int) Forwarded {
	var intro []string
	for _, l := range s.lines[start : end+1] {
		intro = append(intro, l.Text)
	}
	return Forwarded{Intro: strings.Join(intro, " "), Text: Render(trimLines(unquoted(s.lines[end+1:])))}
}

// unglue takes apart what Yahoo writes above older mail, whose lines are lost in
// plain text: "----- Forwarded Message ----- From: Ana <a@b>To: …Sent: …Subject: …"
// and "On 3 May, Ana <a@b> wrote:   text". It returns nil for any other line.
func unglue(source string) []Line {
	text := strings.TrimSpace(source)
	if i := strings.Index(text, ":  "); i > 0 && i < maxIntroLength && weigh(plainWords(text[:i+1])) == strongIntro {
		return []Line{{Text: text[:i+1]}, {Text: strings.TrimSpace(text[i+1:])}}
	}
	if strings.HasPrefix(text, "-----") && len(text) >= 40 && len(text) <= maxGlued {
		phrase, rest, found := strings.Cut(strings.TrimLeft(text, "- "), "-----")
		words := plainWords(phrase)
		if !found || !phrases.forward[words] && !phrases.original[words] {
			return nil
		}
		fields, seen := unglueFields(strings.TrimLeft(rest, "- "))
		if seen == 0 {
			return nil
		}
		return append([]Line{{Text: "----- " + strings.TrimSpace(phrase) + " -----"}}, fields...)
	}
	// Fields alone: "From: Ana <a@b>Sent: MondayTo: DeskSubject: x".
	if kind, _ := headerField(text); kind&(fromField|sentField) == 0 || len(text) > maxGlued {
		return nil
	}
	fields, seen := unglueFields(text)
	if len(fields) < 3 || seen&fromField == 0 || seen&subjectField == 0 {
		return nil
	}
	return fields
}

// maxGlued bounds a line that is taken apart, in bytes.
const maxGlued = 5000

// unglueFields takes the fields of a header apart that stand on one line, up to
// the subject, and returns which of them there are.
func unglueFields(rest string) (lines []Line, seen fieldKind) {
	start := 0
	for i := 0; i < len(rest) && seen&subjectField == 0; i++ {
		if rest[i] != ':' {
			continue
		}
		at, kind := fieldBefore(rest, i, seen)
		if kind == 0 {
			continue
		}
		if at > start {
			lines = append(lines, Line{Text: strings.TrimSpace(rest[start:at])})
		}
		seen, start = seen|kind, at
	}
	return append(lines, Line{Text: strings.TrimSpace(rest[start:])}), seen
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
