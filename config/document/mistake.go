package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong, or unusual, in a file.
type Mistake struct {
	File   string // as passed to config.Load; of an included file, with the folder of that
	Line   int    // from 1; 0: the file as a whole
	Column int    // in characters, from 1
	Reason string // what is wrong
	Remedy string // what to do
}

// String returns "file:line:column: reason; remedy".
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, m.Column)
	}
	b.WriteString(": " + m.Reason)
	if m.Remedy != "" {
		b.WriteString("; " + m.Remedy)
	}
	return b.String()
}

// Mistakes is the error of [maildesk/config.Load]: everything that is wrong, sorted by file and
// line.
type Mistakes []Mistake

// Error returns one line per mistake.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Sorted puts mistakes in the order of the files and drops repeated ones.
func Sorted(ms []Mistake, files []string) []Mistake {
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(
			cmp.Compare(slices.Index(files, a.File), slices.Index(files, b.File)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
	return slices.Compact(ms)
}
