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
	state  *state // nil in the journal
	writes bool   // it is part of a tx: what it sees may be undone
	moment ticket.Moment
}

// tx is a reader that writes.
type tx struct {
	reader
	numbers *datafolder.NumbersFile // nil in the journal
	done    []ticket.OutboxID       // outgoing mails that nobody sends any more
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
		has = t.state.counters.take(kind)
	}
	t.state.counters.raise(kind, has)
	return has, t.numbers.Cover(kind, has)
}

// insert returns the id of the new row, 0 when it was there already (ON CONFLICT
// DO NOTHING).
func (t *tx) insert(query string, args ...any) (int64, error) {
	return t.engine.Insert(t.ctx, t.q, query, sqlrow.Clean(args))
}

// newReader returns what reads a snapshot of both databases, over q. moment is the last
// change that it sees for sure.
func newReader(ctx context.Context, q sqlrow.Querier, e engine, s *state, moment ticket.Moment) *reader {
	return &reader{ctx: ctx, q: q, j: q, engine: e, state: s, moment: moment}
}

// newTx returns what changes the database over q, and reads the journal over j. It is
// used by who has the turn.
func newTx(q, j sqlrow.Querier, e engine, s *state, n *datafolder.NumbersFile) *tx {
	return &tx{reader: reader{ctx: context.Background(), q: q, j: j, engine: e, state: s, writes: true, moment: s.changes.made}, numbers: n}
}

// newAppend returns what appends to the journal over q.
func newAppend(q sqlrow.Querier, e engine) *tx {
	return &tx{reader: reader{ctx: context.Background(), q: q, j: q, engine: e}}
}

// close keeps a tx that somebody has kept from writing for others.
func (t *tx) close() { t.q = nil }

// querier returns the connection on which r reads.
func (r *reader) querier() sqlrow.Querier { return r.q }
