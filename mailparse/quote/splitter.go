package quote

import (
	"regexp"
	"slices"
	"strings"
)

// lineKind is what a line was found to be.
type lineKind uint8

const (
	written  lineKind = iota // by the author, as far as is known
	dropped                  // introduces a quote, or says where to answer
	history                  // older mail
	signed                   // signature, device line, disclaimer
	passedOn                 // the header above a forwarded mail
)

// splitter takes the text of a mail apart.
type splitter struct {
	lines     []Line
	kind      []lineKind
	plain     []string // words of the lines, as far as they were needed
	first     int      // the first line that the author wrote, as far as was looked; -1
	looked    int      // introductions that were looked for
	devices   int      // lines at the ends of runs that may be of a device
	purpose   Purpose  // of the mail
	passing   bool     // the author only passes on: what others passed on within is to be read, too
	forwarded []Forwarded
}

// groupwiseMark begins older mail in GroupWise: ">>> Ana <a@b> 3.11.2025 10:12 >>>".
var groupwiseMark = regexp.MustCompile(`^>>> ?[^>].*\d{1,2}[:.]\d\d.{0,6} ?>>>\s*$`)

// wroteMark begins older mail in later GroupWise: ">>> On 11/3/2026 at 10:12 AM, in
// message <id>, Ana <a@b> wrote:".
func wroteMark(line string) bool {
	rest, found := strings.CutPrefix(line, ">>> ")
	return found && (strings.Contains(rest, " message <") || strings.Contains(rest, " Nachricht <")) && strings.HasSuffix(strings.TrimSpace(rest), ":") && weigh(plainWords(rest)) == strongIntro
}

// plainLines reads plain text into lines; the ">" in front are the depth.
func plainLines(text string) []Line {
	lines := make([]Line, 0, strings.Count(text, "\n")+1)
	open := 0 // "<" without ">" in the lines above
	for source := range strings.Lines(text) {
		source = strings.TrimRight(source, "\n\r")
		if fields := unglue(source); fields != nil {
			lines = append(lines, fields...)
			continue
		}
		if strings.HasPrefix(source, ">>>") && (groupwiseMark.MatchString(source) || wroteMark(source)) {
			lines = append(lines, Line{Text: source, History: true})
			continue
		}
		depth, text := quoteDepth(source)
		if open > 0 && depth > 0 && len(text) < 60 && strings.HasSuffix(strings.TrimSpace(text), ":") {
			depth, text = 0, source // "<a@b" above, "> wrote:" here
		}
		if depth == 0 && strings.TrimSpace(text) == "" {
			text = ""
		} else if open += strings.Count(text, "<") - strings.Count(text, ">"); depth > 0 || open < 0 {
			open = 0
		}
		lines = append(lines, Line{Text: text, Source: source, Depth: depth})
	}
	markInitials(lines)
	markWrapped(lines)
	return lines
}

// quoteDepth counts the quote marks in front of a line and takes them off.
func quoteDepth(l string) (depth int, text string) {
	text = l
	for {
		trimmed := strings.TrimLeft(text, " ")
		if !strings.HasPrefix(trimmed, ">") || depth == 0 && len(text)-len(trimmed) > 3 {
			break
		}
		depth++
		text = trimmed[1:]
	}
	if depth > 0 {
		text = strings.TrimPrefix(text, " ")
	}
	return depth, text
}

// split finds out what each line is.
func split(lines []Line, why Purpose) *splitter {
	s := &splitter{lines: lines, kind: make([]lineKind, len(lines)), plain: make([]string, len(lines)), purpose: why}
	s.first = -1
	for i := range lines {
		if l := &lines[i]; l.Source == "" && strings.HasPrefix(l.Text, ">>>") {
			l.History = l.History || groupwiseMark.MatchString(l.Text) || wroteMark(l.Text)
		}
	}
	s.findArmor()
	s.findBanners()
	s.findHistory()
	s.findSignatures()
	s.findQuotes()
	s.findForwarded()
	return s
}

// words returns line i for comparison.
func (s *splitter) words(i int) string {
	if s.plain[i] == "" && s.lines[i].Text != "" {
		s.plain[i] = plainWords(s.lines[i].Text)
	}
	return s.plain[i]
}

// findHistory goes down the lines to the place where older mail begins that is
// not marked as a quote, and marks the lines that introduce quotes.
func (s *splitter) findHistory() {
	// What stands below a mark with nothing above it may be an answer.
	older := slices.IndexFunc(s.lines, func(l Line) bool { return l.History })
	for i := 0; i < len(s.lines); i++ {
		l := s.lines[i]
		if l.Depth > 0 && s.headerInQuote(i) && s.cut(i) {
			return
		}
		if l.Depth > 0 || s.kind[i] != written {
			continue
		}
		if l.History && s.first >= 0 && s.first < older && s.cut(i) {
			s.readPassedOn(i)
			return
		}
		if l.Text == "" {
			continue
		}
		if l.Intro {
			s.kind[i] = dropped
			if mark := s.historyMark(i); mark == noMark {
				continue
			}
		}
		if s.markAt(i) {
			return
		}
		start, strong, found := s.introAt(i)
		if !found {
			if s.first < 0 && s.isWritten(i) {
				s.first = i
			}
			continue
		}
		if strong && s.purpose == PassOn && len(s.forwarded) == 0 {
			s.forwarded = append(s.forwarded, s.introduces(start, i))
		}
		if strong {
			start = s.fieldsAbove(start)
		}
		if strong && !s.quoteFollows(i) && s.cut(start) {
			return
		}
		s.set(start, i+1, dropped)
		if s.first >= start {
			s.first = -1
		}
	}
}

// markAt looks for the marks of older mail at line i, and reports whether the
// rest of the lines is settled by it.
func (s *splitter) markAt(i int) bool {
	if scissors.MatchString(s.lines[i].Text) {
		s.kind[i] = dropped
		return false
	}
	if s.aboveMark(i) || s.lotusBlock(i) || strings.Contains(s.lines[i].Text, "---") && notesLine.MatchString(s.words(i)) {
		if s.cut(i) {
			return true
		}
		s.kind[i] = dropped
		return false
	}
	if strings.HasPrefix(s.words(i), "--") && phrases.end[strings.Trim(s.words(i), "- ")] {
		s.kind[i] = dropped
		return false
	}
	mark := s.historyMark(i)
	at := i
	if mark != noMark {
		for at++; at < len(s.lines) && at < i+4 && s.lines[at].Text == "" && s.lines[at].Depth == 0; at++ {
		}
	}
	if at >= len(s.lines) {
		return mark != noMark && s.cut(i)
	}
	ruled := mark != noMark || i > 0 && s.ruleAbove(i)
	fields, end := headerBlock(s.lines, at, ruled)
	if end > 0 && end < len(s.lines) && s.historyMark(end) != noMark {
		end++ // Zoho draws the line below the fields once more
	}
	if mark == noMark && end == 0 {
		return false
	}
	forward := mark == forwardMark || end > 0 && s.purpose != Answer
	if forward && end == 0 {
		s.forwarded = append(s.forwarded, conversation(s.lines[at:])...)
		if len(s.forwarded) == 0 && weigh(s.words(at)) == strongIntro { // as Yandex writes it
			s.forwarded, end = append(s.forwarded, s.introduces(at, at)), at+1
		}
	}
	if forward && (fields != nil || len(s.forwarded) == 0) && len(s.forwarded) < MaxForwarded {
		s.forwarded = append(s.forwarded, readForwarded(fields, s.lines[max(end, at):]))
	}
	if !(mark == forwardMark && s.passing) && s.cut(i) {
		return true
	}
	if mark != forwardMark && s.purpose == Answer {
		if s.mixed(max(end, i+1)) {
			s.set(i, max(end, i+1), dropped) // answered below or between the quotes
			return false
		}
		s.set(i, len(s.lines), history)
		return true
	}
	// Nothing above: the mail that was passed on is what there is to read.
	s.set(i, max(end, i+1), passedOn)
	s.passing = s.passing || s.first < 0
	return false
}

// mixed reports whether lines from i on are quoted in part.
func (s *splitter) mixed(i int) bool {
	quoted, plain := false, false
	for ; i < len(s.lines); i++ {
		if s.lines[i].Text != "" {
			quoted = quoted || s.lines[i].Depth > 0
			plain = plain || s.lines[i].Depth == 0
		}
	}
	return quoted && plain
}

func (s *splitter) ruleAbove(i int) bool {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if s.lines[j].Text != "" {
			return isRule(s.lines[j].Text) && s.lines[j].Depth == 0
		}
	}
	return false
}

// cut makes everything from line i on history, unless the author wrote nothing
// above it.
func (s *splitter) cut(i int) bool {
	if s.first < 0 || s.first >= i {
		return false
	}
	s.set(i, len(s.lines), history)
	return true
}

func (s *splitter) set(from, to int, kind lineKind) {
	for i := from; i < to; i++ {
		s.kind[i] = kind
	}
}

// anyWritten reports whether the author wrote something in lines [from, to).
func (s *splitter) anyWritten(from, to int) bool {
	for i := from; i < to; i++ {
		if s.isWritten(i) {
			return true
		}
	}
	return false
}

func (s *splitter) isWritten(i int) bool {
	l := &s.lines[i]
	return s.kind[i] == written && l.Depth == 0 && !l.Signature && l.Text != "" && !isRule(l.Text)
}

// findQuotes decides which quotes stay: those that the author answers in
// place. A quote below the last words, and one block above them that is
// introduced, are history.
func (s *splitter) findQuotes() {
	first, last := -1, -1
	for i := range s.lines {
		if s.isWritten(i) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if last < 0 {
		if !s.onlyQuote() {
			for i := range s.lines {
				if s.lines[i].Depth > 0 {
					s.kind[i] = history
				}
			}
		}
		return
	}
	for i := last + 1; i < len(s.lines); i++ {
		if s.lines[i].Depth > 0 && s.kind[i] == written {
			s.kind[i] = history
		}
	}
	if s.introduced(first) && !s.quotedBetween(first, last) {
		for i := range first {
			if s.lines[i].Depth > 0 {
				s.kind[i] = history
			}
		}
	}
}

// onlyQuote reports whether the mail is one quote that nothing introduces.
func (s *splitter) onlyQuote() bool {
	quoted := false
	for i := range s.lines {
		if s.kind[i] == dropped || s.kind[i] == history {
			return false
		}
		if s.lines[i].Depth > 0 {
			if weigh(s.words(i)) == strongIntro {
				return false
			}
			quoted = true
		}
	}
	return quoted
}

// introduced reports whether a quote above line first has an introduction.
func (s *splitter) introduced(first int) bool {
	for i := range first {
		if s.kind[i] == dropped || s.lines[i].Intro || s.lines[i].Depth > 0 && s.lines[i].Source == "" && weigh(s.words(i)) == strongIntro {
			return true // Yahoo and Proton set the introduction in, too
		}
	}
	return false
}

func (s *splitter) quotedBetween(first, last int) bool {
	for i := first; i < last; i++ {
		if s.lines[i].Depth > 0 && s.kind[i] == written {
			return true
		}
	}
	return false
}

// take renders the lines of some kinds, without the drawn lines and the empty
// ones at the ends.
func (s *splitter) take(kinds ...lineKind) string {
	n := 0
	for _, kind := range s.kind {
		if slices.Contains(kinds, kind) {
			n++
		}
	}
	out := make([]Line, 0, n)
	for i, l := range s.lines {
		if slices.Contains(kinds, s.kind[i]) {
			out = append(out, l)
		}
	}
	return Render(trimLines(out))
}

func trimLines(lines []Line) []Line {
	bare := func(l Line) bool {
		return l.Depth == 0 && (isRule(l.Text) || strings.Trim(l.Text, " \t\u00a0\u200b\u200c\u200d\u2060ᐧ") == "")
	}
	for len(lines) > 0 && bare(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && bare(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}
