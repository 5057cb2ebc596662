package quote

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markInitials finds neighbouring lines that initials mark as quoted ("AB> ").
func markInitials(lines []Line) {
	for i := 1; i < len(lines); i++ {
		mark := initials(lines[i].Text)
		if mark != "" && lines[i].Depth == 0 && strings.HasPrefix(lines[i-1].Text, mark) {
			lines[i].Depth = 1
			lines[i-1].Depth = 1
		}
	}
}

// markWrapped finds the ends of quoted lines that a program broke anew: up to three
// lines without a mark, right between two with one, that begin where the line above
// became too long. Answers begin like a sentence, or below the end of one. One short line
// may also be the end of a quote below the author's words.
func markWrapped(lines []Line) {
	topped, quoted := false, false // the author wrote something above the first quote
	for i := 0; i < len(lines); i++ {
		l := &lines[i]
		quoted = quoted || l.Depth > 0
		if !quoted && l.Depth == 0 && l.Text != "" && (i+1 == len(lines) || lines[i+1].Text == "") && !mayEndIntro(plainWords(l.Text)) {
			topped = true
		}
		if i == 0 || lines[i-1].Depth == 0 || !brokenOff(l, &lines[i-1]) {
			continue
		}
		end := i + 1
		for end < len(lines) && end < i+3 && brokenFrom(&lines[end], &lines[i-1]) {
			end++
		}
		between := end < len(lines) && lines[end].Depth > 0
		last := end == i+1 && topped && len(l.Text) <= maxEnd && isFull(&lines[i-1], l) && onlyEmpty(lines[end:])
		if between || last {
			for ; i < end; i++ {
				lines[i].Depth = lines[i-1].Depth
			}
		}
	}
}

// isFull reports whether a line was as long as programs make lines before the first word below it.
func isFull(l, below *Line) bool {
	return len(l.Source)+1+len(firstWord(below)) > fullLine
}

// fullLine is the length of a line with its marks that programs break longer ones at.
const fullLine = 72

func onlyEmpty(lines []Line) bool {
	return !slices.ContainsFunc(lines, func(l Line) bool { return l.Text != "" })
}

// maxEnd is how long the end of the last line of a quote is at most.
const maxEnd = 40

// brokenOff reports whether a line may be the end of the quoted line above it.
func brokenOff(l, above *Line) bool {
	if !brokenFrom(l, above) || sentenceEnd.MatchString(above.Text) {
		return false
	}
	return len(above.Text) >= minWrapped && len(above.Text)+len(firstWord(l)) >= maxWrapped
}

func firstWord(l *Line) string {
	first, _, _ := strings.Cut(l.Text, " ")
	return first
}

// brokenFrom reports whether a line without a mark may be a piece of a quoted one.
func brokenFrom(l, quoted *Line) bool {
	r, _ := utf8.DecodeRuneInString(l.Text)
	return l.Depth == 0 && unicode.IsLower(r) && len(l.Text) <= len(quoted.Text)
}

// maxWrapped is the length that a line of mail had at least before it was broken.
const maxWrapped = 66

// initials returns the mark of a line such as "AB> text".
func initials(l string) string {
	i := strings.IndexByte(l, '>')
	if i < 1 || i > 3 || strings.Trim(l[:i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return l[:i+1]
}
