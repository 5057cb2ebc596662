package sqlrow

// Column is a column of a table, as an engine's catalogue has it.
type Column struct {
	Table, Name string
	File        string // the schema in which SQLite knows the table: main or journal
	Key         int    // its place in the primary key, from 1; 0: it is no part of it
	IsBytes     bool
}
