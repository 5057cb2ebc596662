package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// To erase is the one change of rows that are kept as they came; see the comment of the
// package. What is erased is decided elsewhere. It is done in many small changes, between
// which others have their turn.

// EraseTickets runs a change of tickets and what belongs to them, in the database.
func (db *DB) EraseTickets(ctx context.Context, fn func(*tables.Tx) error) error {
	return db.update(ctx, ticket.InTurn, fn)
}

// EraseMails runs a change of mails in the journal.
func (db *DB) EraseMails(ctx context.Context, fn func(*tables.Tx) error) error {
	return db.appendTo(ctx, ticket.InTurn, fn)
}

// HandledAfter is [tables.Reader.HandledAfter] on a snapshot.
func (db *DB) HandledAfter(ctx context.Context, p tables.Place, limit int) (all []tables.Handled, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) error {
		all, err = r.HandledAfter(p, limit)
		return err
	})
	return all, err
}

// EntriesOf is [tables.Reader.EntriesOf] on a snapshot.
func (db *DB) EntriesOf(ctx context.Context, mails []ticket.MailID) (all []ticket.Entry, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) error {
		all, err = r.EntriesOf(mails)
		return err
	})
	return all, err
}

// TryErasing takes the turn to erase among all that share the database of a server, and returns a
// function that ends it; nil: another process has it. It ends with the connections that write.
// Whoever erases in a folder is alone by a lock of its own.
func (db *DB) TryErasing(ctx context.Context) (end func() error, err error) {
	if db.server == nil {
		return func() error { return nil }, nil
	}
	ctx = context.WithoutCancel(ctx) // a statement that is broken off costs the connection
	var taken []func() error
	end = func() (err error) {
		for _, endOne := range taken {
			err = errors.Join(err, endOne())
		}
		return err
	}
	for _, of := range []struct {
		w    *groupcommit.Writer
		turn postgres.Turn
	}{{db.tickets, db.server.Tickets()}, {db.journal, db.server.Journal()}} { // in this order: whoever has the first gets the second
		w, turn, free := of.w, of.turn, false
		err := w.Alone(ctx, func() (err error) {
			free, err = turn.TryErasing(ctx, w.Conn)
			return err
		})
		if err != nil || !free {
			return nil, errors.Join(err, end())
		}
		taken = append(taken, func() error { return w.Alone(ctx, func() error { return turn.EndErasing(ctx, w.Conn) }) })
	}
	return end, nil
}

// OverwriteDeleted lets whatever this process deletes from now on be overwritten with zeros. On a
// server nothing does that; Compact writes the rows that are left anew.
func (db *DB) OverwriteDeleted(ctx context.Context) error {
	if db.server != nil {
		return nil
	}
	return db.eachWriter(ctx, func(ctx context.Context, w *groupcommit.Writer) error { return sqlite.OverwriteDeleted(ctx, w.Conn) })
}

func (db *DB) eachWriter(ctx context.Context, fn func(context.Context, *groupcommit.Writer) error) error {
	for _, w := range []*groupcommit.Writer{db.tickets, db.journal} {
		if err := w.Alone(ctx, func() error { return fn(ctx, w) }); err != nil {
			return err
		}
	}
	return nil
}

// MergeIndex takes the words of texts that are gone out of the search index, which keeps
// them until parts of it are merged. It works in steps, between which others have their turn.
// It returns how long the longest step took. On a server the index is a table like others.
func (db *DB) MergeIndex(ctx context.Context) (longest time.Duration, err error) {
	if db.server != nil {
		return 0, nil
	}
	for first, more := true, true; more; first = false {
		err := db.tickets.Alone(ctx, func() (err error) {
			begun := time.Now()
			more, err = sqlite.MergeIndex(ctx, db.tickets.Conn, first)
			longest = max(longest, time.Since(begun))
			return err
		})
		if err != nil {
			return longest, fmt.Errorf("merge the search index: %w", err)
		}
	}
	return longest, nil
}

// Size returns how many bytes the databases take, with the room that deleted rows left.
func (db *DB) Size(ctx context.Context) (size int64, err error) {
	if db.server != nil {
		return db.server.Size(ctx, db.side)
	}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		info, err := os.Stat(filepath.Join(db.folder, name))
		if err != nil {
			return 0, err
		}
		size += info.Size()
	}
	return size, nil
}

// OnServer reports whether the data are those of a database server, and not two files.
func (db *DB) OnServer() bool { return db.server != nil }

// Shared reports whether daemons work on the database of a server.
func (db *DB) Shared(ctx context.Context) (bool, error) {
	if db.server == nil {
		return false, nil
	}
	nodes, err := db.server.Nodes(ctx, db.side)
	return slices.ContainsFunc(nodes, func(n postgres.Node) bool { return !n.Silent && n.ID != db.server.Me() }), err
}

// Compact writes both files anew, or all tables of a server, without the room that deleted rows left,
// in which bytes of them may stand. Nobody else can write into a file, or a table, meanwhile.
func (db *DB) Compact(ctx context.Context) error {
	if db.server != nil {
		return errors.Join(db.forgetChanges(ctx), db.server.Vacuum(ctx, true))
	}
	return db.eachWriter(ctx, func(ctx context.Context, w *groupcommit.Writer) error {
		if _, err := w.Conn.ExecContext(ctx, "VACUUM"); err != nil {
			return fmt.Errorf("compact the database: %w", sqlite.Damaged(err))
		}
		return nil
	})
}

func (db *DB) forgetChanges(ctx context.Context) error {
	return db.change(ctx, ticket.InTurn, func(t *tables.Tx) error { return db.server.ForgetChanges(ctx, t.Querier()) })
}

// EmptyLogs moves all of the write-ahead logs into the databases, and cuts the logs off. It
// reports whether that went through: somebody who reads is in the way. A server's log is its own;
// there it forgets what processes told each other of changes, which has addresses.
func (db *DB) EmptyLogs(ctx context.Context) (empty bool, err error) {
	if db.server != nil {
		if err := db.forgetChanges(ctx); err != nil {
			return false, err
		}
		if err = db.server.Vacuum(ctx, false); db.server.IsBusy(err) {
			return false, nil
		}
		return err == nil, err
	}
	empty = true
	err = db.eachWriter(ctx, func(ctx context.Context, w *groupcommit.Writer) error {
		whole, err := sqlite.EmptyLog(ctx, w.Conn)
		empty = empty && whole
		return err
	})
	return empty, err
}

// AddAudit appends to the audit what is an event of no ticket; see [ticket.Audit].
func (db *DB) AddAudit(ctx context.Context, a ticket.Audit) error {
	return db.update(ctx, ticket.InTurn, func(t *tables.Tx) error { return t.AddAudit(a) })
}

// LastAudit returns the last row of the audit; a zero one where there is none.
func (db *DB) LastAudit(ctx context.Context) (a ticket.Audit, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) error {
		a, err = r.LastAudit()
		return err
	})
	return a, err
}

// AuditRow returns a row of the audit; a zero one where there is none of that number.
func (db *DB) AuditRow(ctx context.Context, id int64) (a ticket.Audit, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) error {
		a, err = r.AuditRow(id)
		return err
	})
	return a, err
}

// AuditOf returns the rows of some kinds.
func (db *DB) AuditOf(ctx context.Context, kinds ...string) (all []ticket.Audit, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) error {
		all, err = r.AuditOf(kinds...)
		return err
	})
	return all, err
}

// Audited returns what receives after this process has added to the audit, once for all rows since.
func (db *DB) Audited() <-chan struct{} { return db.audited }
