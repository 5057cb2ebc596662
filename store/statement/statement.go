// Package statement runs statements on a snapshot of both databases or in a transaction,
// for all rooms of [maildesk/store/tables]. It knows no table.
package statement

import (
	"context"
	"database/sql"

	"maildesk/store/datafolder"
	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Reader runs queries.
//
// SQLite numbers parameters by their first appearance, not by the number in
// their name: in every statement $1 stands before $2, and so on.
type Reader struct {
	Ctx    context.Context
	Q      sqlrow.Querier // of maildesk.db
	J      sqlrow.Querier // of the journal; in a snapshot the same as Q
	Engine Engine
	State  *memory.State // nil in the journal
	Writes bool          // it is part of a transaction: what it sees may be undone
}

// IsSpam chooses tickets, named t, that an agent has closed as spam.
const IsSpam = `EXISTS (SELECT 1 FROM json_each(CASE t.tags WHEN '' THEN '[]' ELSE t.tags END) tag WHERE tag.value = 'spam')`

// Query runs a query that returns rows.
func (r *Reader) Query(query string, args ...any) (*sql.Rows, error) {
	return r.Q.QueryContext(r.Ctx, query, sqlrow.Clean(args)...)
}

// Row runs a query that returns one row.
func (r *Reader) Row(query string, args ...any) *sql.Row {
	return r.Q.QueryRowContext(r.Ctx, query, sqlrow.Clean(args)...)
}

// Journal returns what reads the journal.
func (r *Reader) Journal() *Reader { return &Reader{Ctx: r.Ctx, Q: r.J, Engine: r.Engine} }

// Writer makes changes with the statements of a transaction, on the connection of a Reader.
type Writer struct {
	on      *Reader
	numbers *datafolder.NumbersFile // nil in the journal
	Done    []ticket.OutboxID       // outgoing mails that nobody sends any more
	Texts   []Text                  // that are new or changed
}

// Text is what the search shall find, under the id of [Engine].
type Text struct {
	ID    int64
	Words string
}

// NewWriter returns a Writer on the connection of a Reader. numbers may be nil where no
// number of a new row goes out.
func NewWriter(on *Reader, numbers *datafolder.NumbersFile) *Writer {
	return &Writer{on: on, numbers: numbers}
}

// Exec returns the number of rows that were changed.
func (w *Writer) Exec(query string, args ...any) (int64, error) {
	res, err := w.on.Q.ExecContext(w.on.Ctx, query, sqlrow.Clean(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Put is Exec of which nobody needs to know how many rows it changes: its error may come with a
// later statement.
func (w *Writer) Put(query string, args ...any) error {
	return sqlrow.Put(w.on.Ctx, w.on.Q, query, sqlrow.Clean(args)...)
}

// Insert returns the id of the new row, 0 when it was there already (ON CONFLICT
// DO NOTHING).
func (w *Writer) Insert(query string, args ...any) (int64, error) {
	return w.on.Engine.Insert(w.on.Ctx, w.on.Q, query, sqlrow.Clean(args))
}

// Number returns the number of a new row whose number goes out: the one it has, or
// the next.
func (w *Writer) Number(kind string, has int64) (int64, error) {
	if has == 0 {
		var err error
		if has, err = w.on.State.Take(kind); err != nil {
			return 0, err
		}
	}
	w.on.State.Raise(kind, has)
	return has, w.numbers.Cover(kind, has)
}

// Touch notes that something is changed. When the change is undone nothing but a
// plan or two are decided again in vain.
func (w *Writer) Touch(of ticket.Subject, id int64, text string) {
	w.on.State.Note(ticket.Key{Of: of, ID: id, Text: text})
}
