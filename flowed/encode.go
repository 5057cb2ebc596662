package flowed

import (
	"strings"
	"unicode/utf8"
)

// width is where a paragraph is broken, in characters: RFC 3676 section 4.2 asks for
// at most 78 with the blank that marks the break, and replies put marks in front.
const width = 72

// Encode returns a text (LF, one line a paragraph) as lines of format=flowed without
// DelSp. Lines that are indented or quoted are not broken: what their beginning says
// of them would be lost to readers of the raw lines. Blanks at the end of a line are
// left out, but for the line "-- " that begins a signature: they would mean that it
// goes on.
func Encode(text string) string {
	var out strings.Builder
	out.Grow(len(text) + len(text)/16)
	for line := range strings.SplitAfterSeq(text, "\n") {
		line, ended := strings.CutSuffix(line, "\n")
		if !isSignature(line) {
			line = strings.TrimRight(line, " ")
		}
		if stuffed(line) {
			out.WriteByte(' ')
		}
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, ">") {
			out.WriteString(line)
		} else {
			fold(&out, line)
		}
		if ended {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// stuffed reports whether a line needs a blank in front, which readers take away (RFC
// 3676 section 4.4): they would take away one of its own, and "From " at the
// beginning of a line is changed by some programs.
func stuffed(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "From ")
}

// fold writes a paragraph, broken behind blanks.
func fold(out *strings.Builder, line string) {
	for {
		at := breakAt(line)
		if at == 0 {
			out.WriteString(line)
			return
		}
		out.WriteString(line[:at])
		out.WriteByte('\n')
		line = line[at:]
	}
}

// breakAt returns where a line is broken: behind the last blank within the width that
// will do, else behind the first one beyond it; 0 where it is not broken.
func breakAt(line string) int {
	if len(line) <= width {
		return 0
	}
	best, column := 0, 0
	for i, r := range line {
		if column++; r != ' ' {
			if column > width && best > 0 {
				return best
			}
			continue
		}
		if mayBreak(line[:i+1], line[i+1:]) {
			best = i + 1
		}
	}
	if column <= width {
		return 0
	}
	return best
}

// mayBreak reports whether a line may end with before, which ends in a blank, and the
// next begin with after. That must not look like anything but text: a command, a quote,
// a signature, the beginning of a mail in a mailbox, a line that is stuffed. And what
// does not fit a line, such as a link, stays with the word before it.
func mayBreak(before, after string) bool {
	word, _, _ := strings.Cut(after, " ")
	return word != "" && !strings.HasPrefix(word, "#") && !strings.HasPrefix(word, ">") && word != "From" && word != "--" &&
		!isSignature(before) && utf8.RuneCountInString(word) <= width
}

// isSignature reports whether a line begins a signature (RFC 3676 section 4.3), within
// a quote, too.
func isSignature(line string) bool {
	words := strings.TrimLeft(line, ">")
	return words == "-- " || words == " -- " && words != line
}
