package article

import (
	"strings"

	"maildesk/ticket"
)

// Solved is a ticket that an article is made of.
type Solved struct {
	Title    string // as an agent or the ticket's subject has it
	Problem  string // in the requester's words
	Solution string // in those of whoever solved it
	Known    Known
}

// Draft returns the text of an article, and what was removed from it; see [Anonymise].
func Draft(s Solved) (ticket.Text, []Removed) {
	w := in(s.Known.Language)
	var removed []Removed
	part := func(text string) string {
		text, out := Anonymise(text, s.Known)
		for _, r := range out {
			if !contains(removed, r) {
				removed = append(removed, r)
			}
		}
		return text
	}
	text := ticket.Text{Language: s.Known.Language, Title: strings.Join(strings.Fields(part(s.Title)), " ")}
	problem, solution := part(s.Problem), part(s.Solution)
	var b strings.Builder
	if problem != "" {
		b.WriteString("## " + w.problem + "\n\n" + escape(problem) + "\n\n")
	}
	b.WriteString("## " + w.solution + "\n\n" + escape(solution))
	text.Body = clean(b.String())
	return text, removed
}

func contains(all []Removed, r Removed) bool {
	for _, known := range all {
		if known == r {
			return true
		}
	}
	return false
}

// escape lets lines of plain text stay what they are in Markdown: a number sign on top is
// no heading, and each line has its own place.
func escape(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "#") {
			line = `\` + line
		}
		if i+1 < len(lines) && line != "" && lines[i+1] != "" {
			line += `\` // a break of the line (CommonMark, section 6.7)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// unindented takes away the blanks that all lines of a text begin with.
func unindented(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	least := -1
	for _, line := range lines {
		if n := len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) != "" && (least < 0 || n < least) {
			least = n
		}
	}
	for i, line := range lines {
		lines[i] = line[min(max(least, 0), len(line)):]
	}
	return strings.Join(lines, "\n")
}

// IsWhole reports whether a text has its title behind a number sign on top, as a
// reviewer who corrects an article writes it.
func IsWhole(written string) bool {
	return Corrected(ticket.Text{}, written).Title != ""
}

// Written returns an article as its reviewer gets and answers it: the title behind a
// number sign, then the text.
func Written(t ticket.Text) string { return "# " + t.Title + "\n\n" + t.Body }

// Corrected returns the text that a reviewer wrote in the place of another: with its first
// line as the title where that begins with a number sign, else with the same title.
//
// A text that was copied from the mail that showed it may be indented as it was there.
func Corrected(was ticket.Text, written string) ticket.Text {
	written = clean(unindented(written))
	top, rest, _ := strings.Cut(written, "\n")
	if title, is := strings.CutPrefix(top, "# "); is && strings.TrimSpace(title) != "" {
		was.Title, written = strings.TrimSpace(title), clean(rest)
	}
	was.Body = written
	return was
}
