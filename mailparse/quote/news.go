package quote

import (
	"regexp"
	"strings"
)

// News is what older mail holds that its reader does not know yet.
type News struct {
	// Answers are lines that somebody typed into a mail that is known, each run
	// below the line that it answers, which is behind "> ".
	Answers string
	// Unknown are the older mails that are not known, with their headings; of a
	// long quote, the lines that are known are left out.
	Unknown string
	Lines   int // of Unknown, those with text
}

// Compare looks in older mail, as [Parts] has it in Quoted, for what does not
// stand in the mails that are known. It compares words, so that neither line
// breaks nor marks of quotation count: programs break and mark lines anew.
func Compare(quoted string, known []string) News {
	have := newKnown(known)
	var n News
	var answers, unknown []string
	for _, one := range olderMails(plainLines(quoted + "\n")) {
		fresh, covered, words := have.look(one.lines)
		switch {
		case len(fresh) == 0:
		case 2*covered >= words:
			answers = append(answers, answersIn(one.lines, fresh))
		default:
			text := Render(trimLines(one.keep(fresh)))
			n.Lines += strings.Count(text, "\n") + 1 - strings.Count(text, "\n\n")
			unknown = append(unknown, text)
		}
	}
	n.Answers, n.Unknown = strings.Join(answers, "\n\n"), strings.Join(unknown, "\n\n")
	return n
}

// olderMail is one of the mails that a quote consists of.
type olderMail struct{ heading, lines []Line }

// olderMails takes a quote apart at the headings within it.
func olderMails(lines []Line) []olderMail {
	s := &splitter{lines: lines, kind: make([]lineKind, len(lines)), plain: make([]string, len(lines))}
	all := []olderMail{{}}
	for i := 0; i < len(lines); {
		end := s.headingAt(i)
		if end == i {
			last := &all[len(all)-1]
			last.lines = append(last.lines, lines[i])
			i++
			continue
		}
		all = append(all, olderMail{heading: lines[i:end]})
		i = end
	}
	return all
}

// maxHeadings bounds the lines that are weighed as headings of one quote.
const maxHeadings = 500

// headingAt returns the end of the heading of an older mail that begins at line
// i: an introduction on one to three lines, a mark, a block of fields; or i.
func (s *splitter) headingAt(i int) int {
	words := s.words(i)
	if words == "" || s.looked > maxHeadings {
		return i
	}
	if _, end := headerBlock(s.lines, i, true); end > 0 {
		return end
	}
	if s.historyMark(i) != noMark {
		return i + 1
	}
	if !startsOn(words) && !dateStart.MatchString(words) && !mayEndIntro(words) {
		return i
	}
	s.looked++
	joined := ""
	for end := i; end < min(len(s.lines), i+3) && s.words(end) != ""; end++ {
		if joined = strings.TrimSpace(joined + " " + s.words(end)); len(joined) > maxIntroLength {
			break
		}
		if mayEndIntro(s.words(end)) && weigh(joined) != noIntro {
			return end + 1
		}
	}
	return i
}

// known are the words of mails that are known.
type known struct {
	runs  map[[run]string]bool // every run of words in them
	lines map[string]bool      // the words of each line
}

// run is how many words in a row are known again. Fewer stand in any two texts.
const run = 4

func newKnown(texts []string) *known {
	k := &known{runs: map[[run]string]bool{}, lines: map[string]bool{}}
	for _, text := range texts {
		var all []string
		for _, l := range plainLines(text + "\n") {
			words := wordsOf(l.Text)
			k.lines[strings.Join(words, " ")] = true
			all = append(all, words...)
		}
		for i := 0; i+run <= len(all); i++ {
			k.runs[[run]string(all[i:i+run])] = true
		}
	}
	return k
}

// targets are links and addresses: programs write them out or leave them away.
var targets = regexp.MustCompile(`<?(?:https?://|mailto:)[^\s>]*>?|\[cid:[^\]]*\]|<?[^\s<>@]+@[^\s<>]+>?`)

// wordsOf returns the words of a line in lower case.
func wordsOf(line string) []string {
	if strings.ContainsAny(line, "@:") {
		line = targets.ReplaceAllString(line, " ")
	}
	var all []string
	for w, rest := nextWord(line); w != ""; w, rest = nextWord(rest) {
		all = append(all, strings.ToLower(w))
	}
	return all
}

// look returns which of some lines hold words that are not known, by their
// numbers, and whether they begin with words that are; and how many words of all
// are known.
func (k *known) look(lines []Line) (fresh map[int]bool, covered, words int) {
	var all []string
	var from []int // the line of each word
	var is []bool  // whether it is known
	for i, l := range lines {
		of := wordsOf(l.Text)
		whole := k.lines[strings.Join(of, " ")]
		for _, w := range of {
			all, from, is = append(all, w), append(from, i), append(is, whole)
		}
	}
	for i := 0; i+run <= len(all); i++ {
		if k.runs[[run]string(all[i:i+run])] {
			for j := i; j < i+run; j++ {
				is[j] = true
			}
		}
	}
	fresh = map[int]bool{}
	for i, ok := range is {
		if ok {
			covered++
		} else if _, have := fresh[from[i]]; !have {
			fresh[from[i]] = i > 0 && from[i-1] == from[i]
		}
	}
	return fresh, covered, len(all)
}

// keep returns the lines of a mail that are not known, below its heading.
func (m olderMail) keep(fresh map[int]bool) []Line {
	out := m.heading[:len(m.heading):len(m.heading)]
	if len(out) > 0 {
		out = append(out, Line{})
	}
	for i, l := range m.lines {
		_, isNew := fresh[i]
		switch {
		case isNew:
			out = append(out, Line{Text: l.Text})
		case wordless(l.Text) && len(out) > 0 && out[len(out)-1].Text != "":
			out = append(out, Line{})
		}
	}
	return out
}

func wordless(text string) bool { return len(wordsOf(text)) == 0 }

// answersIn renders what was typed into a mail that is known: each run of new
// lines, below the last known line before it.
func answersIn(lines []Line, fresh map[int]bool) string {
	var out []Line
	above := -1 // the last known line with words
	for i, l := range lines {
		behind, isNew := fresh[i]
		switch {
		case !isNew:
			if !wordless(l.Text) {
				above = i
			}
			continue
		case above >= 0 && !behind:
			if len(out) > 0 {
				out = append(out, Line{})
			}
			out = append(out, Line{Text: strings.TrimSpace(lines[above].Text), Depth: 1})
		}
		above = -1
		out = append(out, Line{Text: strings.TrimSpace(l.Text)})
	}
	return Render(trimLines(out))
}
