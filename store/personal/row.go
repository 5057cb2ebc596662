package personal

import (
	"maps"
	"slices"

	"maildesk/store/sqlrow"
)

// Row is a row of a table with what it holds of people.
type Row struct {
	Table *Table
	Key   []any
	Facts map[string]any    // what says where it belongs: see FactColumns
	Texts map[string]string // by column; those that are empty are left out
	Bytes []byte            // of the column that holds a mail
}

// FactColumns are columns that say to what a row belongs, where a table has them.
var FactColumns = []string{"ticket", "mail", "outbox", "cause", "kind", "role", "state", "merged", "at", "created_at", "article"}

// Number returns the number of a row that is named by one.
func (r Row) Number() int64 {
	n, _ := r.Key[0].(int64)
	return n
}

// Scan reads a row of the columns that name it, facts, texts and a mail.
func (t *Table) Scan(rows sqlrow.Scanner, facts, texts, mail []string) (Row, error) {
	row := Row{Table: t, Key: make([]any, len(t.Key)), Facts: map[string]any{}, Texts: map[string]string{}}
	told, said := make([]any, len(facts)), make([]string, len(texts))
	var into []any
	for i := range row.Key {
		into = append(into, &row.Key[i])
	}
	for i := range told {
		into = append(into, &told[i])
	}
	for i := range said {
		into = append(into, &said[i])
	}
	if len(mail) > 0 {
		into = append(into, &row.Bytes)
	}
	err := rows.Scan(into...)
	for i, c := range facts {
		row.Facts[c] = told[i]
	}
	for i, c := range texts {
		if said[i] != "" {
			row.Texts[c] = said[i]
		}
	}
	return row, err
}

// Of returns the columns that hold something, in the order of the alphabet.
func (t *Table) Of(h Holds) (columns []string) {
	for _, c := range slices.Sorted(maps.Keys(t.Columns)) {
		if t.Columns[c] == h {
			columns = append(columns, c)
		}
	}
	return columns
}
