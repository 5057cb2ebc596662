package console

import (
	"io"
	"slices"
	"strings"
)

// Column is a column of a table. What stands in it is a text of strangers.
type Column struct {
	Head string
	// Least is how many places of a narrow terminal it keeps; 0: it is not narrowed.
	Least int
	// Rank says which columns a terminal has no room for: the highest is left out first, 0 never.
	Rank int
}

// gap stands between two columns.
const gap = "  "

// Table prints rows in columns. On a terminal they fit its width: what is cut ends with "…",
// and columns are left out where cutting is not enough. Elsewhere all is printed.
type Table struct {
	to      io.Writer
	width   int // of the terminal; 0: there is none
	columns []Column
	widths  []int  // of the widest cells so far
	out     []bool // columns that are left out
	begun   bool
	styles  []Style
	rows    [][]string
}

// NewTable returns an empty table that is printed to w. Without heads it begins with its
// first row.
func NewTable(w io.Writer, columns ...Column) *Table {
	t := &Table{to: w, columns: columns, widths: make([]int, len(columns)), out: make([]bool, len(columns))}
	t.width, _ = Width(w)
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.Head
	}
	if strings.Join(heads, "") != "" {
		t.Row(Bold, heads...)
	}
	return t
}

// Row adds a row, with a cell for each column.
func (t *Table) Row(style Style, cells ...string) {
	for i, cell := range cells {
		cells[i] = Printable(cell)
		t.widths[i] = max(t.widths[i], Places(cells[i]))
	}
	t.rows, t.styles = append(t.rows, cells), append(t.styles, style)
}

// Flush prints the rows that were added since the last time. The columns that the first ones
// have are those of all.
func (t *Table) Flush() error {
	widths := t.fit()
	t.begun = true
	var page strings.Builder
	for i, cells := range t.rows {
		page.WriteString(t.styles[i].In(t.to, t.line(cells, widths)) + "\n")
	}
	t.rows, t.styles = nil, nil
	_, err := io.WriteString(t.to, page.String())
	return err
}

func (t *Table) line(cells []string, widths []int) string {
	var line strings.Builder
	blanks := 0
	for i, cell := range cells {
		if t.out[i] {
			continue
		}
		if t.width > 0 {
			cell = Cut(cell, widths[i])
		}
		line.WriteString(strings.Repeat(" ", blanks) + cell)
		blanks = max(0, widths[i]-Places(cell)) + len(gap)
	}
	return strings.TrimRight(line.String(), " ")
}

// fit returns how wide the columns are, after it has left out those for which the terminal
// has no room.
func (t *Table) fit() []int {
	for {
		widths := slices.Clone(t.widths)
		if t.width == 0 || t.narrow(widths, false) {
			return widths
		}
		if t.begun || !t.leaveOut() {
			t.narrow(widths, true)
			return widths
		}
	}
}

// narrow narrows the widest columns until all fit, and reports whether they do. Unless it
// must, it leaves each its least.
func (t *Table) narrow(widths []int, must bool) bool {
	for {
		sum, widest := -len(gap), -1
		for i, c := range t.columns {
			if t.out[i] {
				continue
			}
			sum += widths[i] + len(gap)
			least := c.Least
			if must {
				least = min(least, 1)
			}
			if c.Least > 0 && widths[i] > least && (widest < 0 || widths[i] >= widths[widest]) {
				widest = i
			}
		}
		if sum <= t.width {
			return true
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
}

// leaveOut leaves a column out, and reports whether there was one.
func (t *Table) leaveOut() bool {
	least := -1
	for i, c := range t.columns {
		if c.Rank > 0 && !t.out[i] && (least < 0 || c.Rank > t.columns[least].Rank) {
			least = i
		}
	}
	if least >= 0 {
		t.out[least] = true
	}
	return least >= 0
}
