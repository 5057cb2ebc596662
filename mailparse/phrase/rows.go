package phrase

import (
	"strings"
	"unicode/utf8"
)

// Rows splits an embedded table into rows of n columns: one row a line, columns
// between "|", blanks around them cut off. Empty lines and those that begin with
// "#" are left out. A row with another number of columns is a fault of the
// build, which the tests of each table find.
func Rows(table string, n int) [][]string {
	var rows [][]string
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.SplitN(line, "|", n)
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// ASCII reports whether s has only ASCII characters.
func ASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
