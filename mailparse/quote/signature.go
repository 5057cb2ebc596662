package quote

import (
	"strings"
)

const (
	maxSections     = 8  // signature, device line, disclaimer, footer
	maxSignature    = 15 // lines below "--"
	maxFooter       = 14 // lines below a drawn line
	minLegalSection = 60 // bytes of a disclaimer

	longLegalSection = 160 // one phrase of a disclaimer is enough in so many
)

// findSignatures sets apart what stands below the author's words: signature,
// device lines, the footers of lists and disclaimers. Each run of the author's
// lines (between quotes, above history) may end in some.
func (s *splitter) findSignatures() {
	for from := 0; from < len(s.lines); {
		if s.kind[from] != written || s.lines[from].Depth > 0 {
			from++
			continue
		}
		to := from
		for to < len(s.lines) && s.kind[to] == written && s.lines[to].Depth == 0 {
			to++
		}
		s.signRun(from, to)
		from = to
	}
}

// signRun sets the signature of one run of lines apart.
func (s *splitter) signRun(from, to int) {
	end := to
	for range maxSections {
		before := end
		end = s.delimited(from, end)
		end = s.trimEnd(from, end)
		end = s.legalSection(from, end)
		end = s.underHeading(from, end, to)
		if end == before {
			break
		}
	}
	if s.count(end, to) > 0 {
		s.set(end, to, signed)
		s.keepBelow(end, to)
	}
}

// delimited returns the line where the signature of RFC 3676 section 4.3 begins,
// or a footer below a drawn line, or to.
func (s *splitter) delimited(from, to int) int {
	for i := to - 1; i >= from && to-i <= 40; i-- {
		text := s.lines[i].Text
		switch strings.TrimRight(text, " \u00a0") {
		case "--", "—", "––", "- --":
		default:
			if isRule(text) && len(text) >= 5 && s.footer(i+1, to) {
				return i
			}
			continue
		}
		if s.count(i+1, to) > maxSignature && text != "-- " {
			continue
		}
		return i
	}
	return to
}

// footer reports whether lines below a drawn line were added by a list, a virus
// scanner or the like: few, and with a link or at the very end of the mail.
func (s *splitter) footer(from, to int) bool {
	n := s.count(from, to)
	if n == 0 {
		return true
	}
	if n > maxFooter {
		return false
	}
	for i := from; i < to; i++ {
		l := strings.ToLower(s.lines[i].Text)
		for _, word := range []string{"http://", "https://", "www.", "mailing list", "unsubscribe", "list@", "-list", "virus"} {
			if strings.Contains(l, word) {
				return true
			}
		}
	}
	// An underlined end: Outlook and Usenet write signatures so.
	return n <= 4 && strings.HasPrefix(strings.TrimSpace(s.lines[from-1].Text), "____")
}

func (s *splitter) count(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if s.lines[i].Text != "" {
			n++
		}
	}
	return n
}

// trimEnd steps back over empty and drawn lines, device lines and what HTML
// marks as a signature.
func (s *splitter) trimEnd(from, end int) int {
	for devices := 0; end > from; end-- {
		l := &s.lines[end-1]
		if l.Text == "" || l.Signature || isRule(l.Text) {
			continue
		}
		if s.devices++; s.devices > maxDeviceLooks || devices == maxDeviceLines || !deviceLine(l.Text) {
			break
		}
		devices++
	}
	return end
}

// legalSection returns the line where a disclaimer at the end begins, or end. It
// never takes everything.
func (s *splitter) legalSection(from, end int) int {
	start := end
	for start > from && s.lines[start-1].Text != "" {
		start--
	}
	if start == from || !s.anyWritten(from, start) {
		return end
	}
	length := 0
	for i := start; i < end; i++ {
		length += len(s.lines[i].Text)
	}
	if length < minLegalSection {
		return end
	}
	var words strings.Builder
	for i := start; i < end && words.Len() < 8000; i++ {
		words.WriteString(s.words(i) + " ")
	}
	if isLegal(words.String(), length) {
		return start
	}
	return end
}

// IsDisclaimer reports whether a paragraph is a disclaimer.
func IsDisclaimer(paragraph string) bool {
	return len(paragraph) >= minLegalSection && isLegal(plainWords(strings.ReplaceAll(paragraph, "\n", " ")), len(paragraph))
}

// isLegal reports whether a paragraph of a length in bytes, as words, is a disclaimer.
func isLegal(words string, length int) bool {
	weight := legalWeight(words)
	return weight >= 3 || weight == 2 && length >= longLegalSection
}

// legalWeight counts the words of disclaimers in a paragraph. People use some
// of them too ("I am not the intended recipient of this invoice"), speak of
// themselves, and ask.
func legalWeight(words string) int {
	for _, mark := range []string{"?", "？", "؟"} {
		if strings.Contains(words, mark) {
			return 0
		}
	}
	if oneself.MatchString(words) {
		return 0
	}
	weight := 0
	for range phrases.legal.Find(words) {
		weight += 2
	}
	for range phrases.hint.Find(words) {
		weight++
	}
	return weight
}

// maxDisclaimer bounds the lines below the heading of a disclaimer.
const maxDisclaimer = 40

// underHeading returns the line of a heading below which there is nothing but a
// disclaimer of several paragraphs, up to line to, or end. It never takes
// everything.
func (s *splitter) underHeading(from, end, to int) int {
	for i := end - 1; i >= from && end-i <= maxDisclaimer; i-- {
		if !phrases.heading[strings.Trim(s.words(i), "*_:-=. ")] || !s.anyWritten(from, i) {
			continue
		}
		var words strings.Builder
		for below := i + 1; below < to; below++ {
			words.WriteString(s.words(below) + " ")
		}
		if legalWeight(words.String()) >= 3 {
			return i
		}
	}
	return end
}
