package store

import (
	"context"
	"database/sql"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// reader answers questions; its methods stand beside the tables they read.
//
// SQLite numbers parameters by their first appearance, not by the number in
// their name: in every statement $1 stands before $2, and so on.
type reader struct {
	ctx    context.Context
	q      sqlrow.Querier // of maildesk.db
	j      sqlrow.Querier // of the journal; in a snapshot the same as q
	engine engine
	front  *front
	writes bool // it is part of a tx: what it sees may be undone

	moment   ticket.Moment
	counters *counters
	leases   *leases
}

// tx is a reader that writes.
type tx struct {
	reader
	numbers *datafolder.NumbersFile // nil in the journal
	changes *changes
	done    []ticket.OutboxID // outgoing mails that nobody sends any more
	texts   []text
}

// text is what the search shall find, under the id of [engine.index].
type text struct {
	id    int64
	words string
}

var (
	_ ticket.Reader = (*reader)(nil)
	_ ticket.Tx     = (*tx)(nil)
)

func (r *reader) query(query string, args ...any) (*sql.Rows, error) {
	return r.q.QueryContext(r.ctx, query, sqlrow.Clean(args)...)
}

func (r *reader) row(query string, args ...any) *sql.Row {
	return r.q.QueryRowContext(r.ctx, query, sqlrow.Clean(args)...)
}

// exec returns the number of rows that were changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.q.ExecContext(t.ctx, query, sqlrow.Clean(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// number returns the number of a new row whose number goes out: the one it has, or
// the next.
func (t *tx) number(kind string, has int64) (int64, error) {
	if has == 0 {
		has = t.counters.take(kind)
	}
	t.counters.raise(kind, has)
	return has, t.numbers.Cover(kind, has)
}

// insert returns the id of the new row, 0 when it was there already (ON CONFLICT
// DO NOTHING).
func (t *tx) insert(query string, args ...any) (int64, error) {
	return t.engine.Insert(t.ctx, t.q, query, sqlrow.Clean(args))
}
