// Package tables has the statements on the tables of both databases, each beside the
// others of its subject: tickets, correspondence, outgoing mails, the journal of received
// mails, what became of them, and so on. It decides nothing, and opens and commits nothing.
//
// A [Reader] answers the questions of [ticket.Reader] on a snapshot, a [Tx] makes the
// changes of [ticket.Tx]; both are described there. [Summed] are the columns in a row's checksum.
package tables

import (
	"context"
	"database/sql"

	"maildesk/store/datafolder"
	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Reader is a [ticket.Reader]; its methods stand beside the tables they read.
//
// SQLite numbers parameters by their first appearance, not by the number in
// their name: in every statement $1 stands before $2, and so on.
type Reader struct {
	ctx    context.Context
	q      sqlrow.Querier // of maildesk.db
	j      sqlrow.Querier // of the journal; in a snapshot the same as q
	engine Engine
	state  *memory.State // nil in the journal
	writes bool          // it is part of a tx: what it sees may be undone
	moment ticket.Moment
}

// Tx is a [ticket.Tx]: a Reader that writes.
type Tx struct {
	Reader
	numbers *datafolder.NumbersFile // nil in the journal
	Done    []ticket.OutboxID       // outgoing mails that nobody sends any more
	Texts   []Text                  // that are new or changed
}

// Text is what the search shall find, under the id of [Engine].
type Text struct {
	ID    int64
	Words string
}

var (
	_ ticket.Reader = (*Reader)(nil)
	_ ticket.Tx     = (*Tx)(nil)
)

func (r *Reader) query(query string, args ...any) (*sql.Rows, error) {
	return r.q.QueryContext(r.ctx, query, sqlrow.Clean(args)...)
}

func (r *Reader) row(query string, args ...any) *sql.Row {
	return r.q.QueryRowContext(r.ctx, query, sqlrow.Clean(args)...)
}

// exec returns the number of rows that were changed.
func (t *Tx) exec(query string, args ...any) (int64, error) {
	res, err := t.q.ExecContext(t.ctx, query, sqlrow.Clean(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// number returns the number of a new row whose number goes out: the one it has, or
// the next.
func (t *Tx) number(kind string, has int64) (int64, error) {
	if has == 0 {
		has = t.state.Take(kind)
	}
	t.state.Raise(kind, has)
	return has, t.numbers.Cover(kind, has)
}

// insert returns the id of the new row, 0 when it was there already (ON CONFLICT
// DO NOTHING).
func (t *Tx) insert(query string, args ...any) (int64, error) {
	return t.engine.Insert(t.ctx, t.q, query, sqlrow.Clean(args))
}

// NewReader returns what reads a snapshot of both databases, over q. moment is the last
// change that it sees for sure.
func NewReader(ctx context.Context, q sqlrow.Querier, e Engine, s *memory.State, moment ticket.Moment) *Reader {
	return &Reader{ctx: ctx, q: q, j: q, engine: e, state: s, moment: moment}
}

// NewTx returns what changes the database over q, and reads the journal over j. It is
// used by who has the turn.
func NewTx(q, j sqlrow.Querier, e Engine, s *memory.State, n *datafolder.NumbersFile) *Tx {
	return &Tx{Reader: Reader{ctx: context.Background(), q: q, j: j, engine: e, state: s, writes: true, moment: s.Latest()}, numbers: n}
}

// NewAppend returns what appends to the journal over q.
func NewAppend(q sqlrow.Querier, e Engine) *Tx {
	return &Tx{Reader: Reader{ctx: context.Background(), q: q, j: q, engine: e}}
}

// Close keeps a Tx that somebody has kept from writing for others.
func (t *Tx) Close() { t.q = nil }

// Querier returns the connection on which r reads.
func (r *Reader) Querier() sqlrow.Querier { return r.q }

// Apply makes the changes of a plan.
func (t *Tx) Apply(p *ticket.Plan) error {
	for _, c := range p.Changes {
		if err := c.Make(t); err != nil {
			return err
		}
	}
	return nil
}

// touch notes that something is changed. When the change is undone nothing but a
// plan or two are decided again in vain.
func (t *Tx) touch(of ticket.Subject, id int64, text string) {
	t.state.Note(ticket.Key{Of: of, ID: id, Text: text})
}

// Moment is described at [ticket.Reader].
func (r *Reader) Moment() ticket.Moment { return r.moment }

// NextNumber is described at [ticket.Reader].
func (r *Reader) NextNumber(kind ticket.NumberKind) int64 { return r.state.Take(string(kind)) }
