package console

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Places returns how many places of a terminal a text takes: a Chinese sign takes two, an
// accent none.
func Places(s string) int {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return len(s) // most texts are, and a list has many
	}
	return runewidth.StringWidth(s)
}

// Cut shortens a text to n places of a terminal, with "…" at the end when it does.
func Cut(s string, n int) string {
	if Places(s) <= n {
		return s
	}
	return runewidth.Truncate(s, n, "…")
}

// CutFor cuts a text to what a line of a terminal has left behind so many places, but to no
// less than 20. Where there is no terminal, the text stays whole.
func CutFor(w io.Writer, s string, behind int) string {
	width, isTerminal := Width(w)
	if !isTerminal {
		return s
	}
	return Cut(s, max(leastWrapped, width-behind))
}

// leastWrapped is how many places a text gets at least, however narrow the terminal is.
const leastWrapped = 20

// Wrap prints a text behind first, and its further lines behind rest. On a terminal what does
// not fit a line goes on with the next one.
func Wrap(w io.Writer, style Style, first, rest, text string) {
	room := math.MaxInt
	if width, isTerminal := Width(w); isTerminal {
		room = max(leastWrapped, width-max(Places(first), Places(rest)))
	}
	before := first
	for whole := range strings.SplitSeq(text, "\n") {
		for _, line := range wrapped(whole, room) {
			fmt.Fprintln(w, style.In(w, strings.TrimRight(before+line, " ")))
			before = rest
		}
	}
}

// wrapped breaks a text into lines of so many places, at a blank where there is one. A link
// is left whole, so that it can be followed.
func wrapped(text string, width int) (lines []string) {
	for Places(text) > width {
		fits := len(runewidth.Truncate(text, width, ""))
		if fits == 0 {
			_, fits = utf8.DecodeRuneInString(text)
		}
		at := fits
		if blank := strings.LastIndexByte(text[:min(fits+1, len(text))], ' '); blank > 0 && strings.TrimSpace(text[:blank]) != "" {
			at = blank
		} else if word := strings.IndexByte(text[fits:], ' '); strings.Contains(text[:fits], "://") {
			if word < 0 {
				break
			}
			at = fits + word
		}
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	if text != "" || len(lines) == 0 {
		lines = append(lines, text)
	}
	return lines
}
