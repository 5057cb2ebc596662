package quote

import (
	"slices"
	"strings"
)

// What a page hides beside its author's lines. What it hides in older mail is of those who
// wrote that.

// hides reports whether a page hides anything.
func hides(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Hidden != "" })
}

// hidden returns the lines that the page hides beside those of its author, without what it
// shows elsewhere: pages have one text for telephones and one for others.
func (s *splitter) hidden() string {
	if !hides(s.lines) {
		return ""
	}
	var shown, all []string
	own := func(i int) bool { return s.lines[i].Depth == 0 && (s.kind[i] == written || s.kind[i] == signed) }
	for i := range s.lines {
		if own(i) {
			shown = append(shown, strings.Fields(s.lines[i].Text)...)
		}
	}
	page := " " + strings.Join(shown, " ") + " "
	for i := range s.lines {
		if s.lines[i].Hidden == "" || !own(i) {
			continue
		}
		for line := range strings.SplitSeq(s.lines[i].Hidden, "\n") {
			if words := strings.Join(strings.Fields(line), " "); !strings.Contains(page, " "+words+" ") && !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	}
	return strings.Join(all, "\n")
}
