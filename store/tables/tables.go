// Package tables has the statements on the tables of both databases, grouped by
// subject: tickets, correspondence, the journal of received mails, what became
// of them, and so on. It decides nothing, and opens and commits nothing.
//
// A [Reader] implements [ticket.Reader] on a snapshot, a [Tx]
// [ticket.Tx]; both are described there. [Summed] lists the columns in a row's checksum.
//
// Three subjects are rooms of their own: [maildesk/store/tables/outgoing] has the mails
// that go out, [maildesk/store/tables/articles] the knowledge base, and
// [maildesk/store/tables/alike] the index of similar texts. Their methods are
// part of a Reader and a Tx. [maildesk/store/statement] runs all statements.
package tables

import (
	"context"
	"database/sql"

	"maildesk/store/datafolder"
	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables/alike"
	"maildesk/store/tables/articles"
	"maildesk/store/tables/outgoing"
	"maildesk/ticket"
)

// The parts of a Reader and a Tx that are in rooms of their own.
type (
	outgoingReader = outgoing.Reader
	articlesReader = articles.Reader
	alikeReader    = alike.Reader
	outgoingTx     = outgoing.Tx
	articlesTx     = articles.Tx
	alikeTx        = alike.Tx
)

// Reader is a [ticket.Reader]; its methods are in the files of the tables they read.
type Reader struct {
	*statement.Reader
	outgoingReader
	articlesReader
	alikeReader
	moment ticket.Moment
}

// Tx is a [ticket.Tx]: a Reader that writes.
type Tx struct {
	Reader
	*statement.Writer
	outgoingTx
	articlesTx
	alikeTx
	Audits bool // it has appended to the audit
}

var (
	_ ticket.Reader = (*Reader)(nil)
	_ ticket.Tx     = (*Tx)(nil)
)

// NewReader returns a Reader of a snapshot of both databases, over q. moment is the last
// change that it is sure to see.
func NewReader(ctx context.Context, q sqlrow.Querier, e statement.Engine, s *memory.State, moment ticket.Moment) *Reader {
	r := readerOf(&statement.Reader{Ctx: ctx, Q: q, J: q, Engine: e, State: s}, moment)
	return &r
}

func readerOf(s *statement.Reader, moment ticket.Moment) Reader {
	return Reader{Reader: s, outgoingReader: outgoing.Reader{Reader: s}, articlesReader: articles.Reader{Reader: s}, alikeReader: alike.Reader{Reader: s}, moment: moment}
}

// NewTx returns a Tx that changes the database over q, and reads the journal over j. Its
// user must have the turn.
func NewTx(q, j sqlrow.Querier, e statement.Engine, s *memory.State, n *datafolder.NumbersFile) *Tx {
	return txOn(&statement.Reader{Ctx: context.Background(), Q: q, J: j, Engine: e, State: s, Writes: true}, n, s.Latest())
}

// NewAppend returns a Tx that appends to the journal over q.
func NewAppend(q sqlrow.Querier, e statement.Engine) *Tx {
	return txOn(&statement.Reader{Ctx: context.Background(), Q: q, J: q, Engine: e}, nil, 0)
}

func txOn(s *statement.Reader, n *datafolder.NumbersFile, moment ticket.Moment) *Tx {
	w := statement.NewWriter(s, n)
	return &Tx{Reader: readerOf(s, moment), Writer: w, outgoingTx: outgoing.On(s, w), articlesTx: articles.On(s, w), alikeTx: alike.On(s, w)}
}

// Close makes a Tx unusable, so that one kept too long cannot write in another's transaction.
func (t *Tx) Close() { t.Q = nil }

// Querier returns the connection on which r reads.
func (r *Reader) Querier() sqlrow.Querier { return r.Q }

// Querier returns the connection on which t writes. Its statements are not interrupted when the
// context is done: that would cost the transaction, which others share, and on a server the connection.
func (t *Tx) Querier() sqlrow.Querier { return wholeStatements{t.Q} }

// wholeStatements runs each statement to its end, whatever becomes of its context.
type wholeStatements struct{ q sqlrow.Querier }

func (w wholeStatements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return w.q.ExecContext(context.WithoutCancel(ctx), query, args...)
}

func (w wholeStatements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return w.q.QueryContext(context.WithoutCancel(ctx), query, args...)
}

func (w wholeStatements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return w.q.QueryRowContext(context.WithoutCancel(ctx), query, args...)
}

// Apply makes the changes of a plan.
func (t *Tx) Apply(p *ticket.Plan) error {
	for _, c := range p.Changes {
		if err := c.Make(t); err != nil {
			return err
		}
	}
	return nil
}

// Moment is described at [ticket.Reader].
func (r *Reader) Moment() ticket.Moment { return r.moment }

// NextNumber is described at [ticket.Reader].
func (r *Reader) NextNumber(kind ticket.NumberKind) (int64, error) { return r.State.Take(string(kind)) }
