package store

import (
	"context"
	"fmt"

	"maildesk/store/laws"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables"
	"maildesk/store/tables/outgoing"
	"maildesk/ticket"
)

// Check reads everything and returns every breach of the laws: the file's own
// integrity, the references, conservation (accepted mails against the sum of
// the dispositions), the hash of every mail, and the laws above. It may run
// beside a working daemon, in another process: this DB takes no changes while
// its file is read.
func (db *DB) Check(ctx context.Context) ([]laws.Problem, error) {
	var problems []laws.Problem
	err := db.tickets.Alone(ctx, func() (err error) {
		problems, err = laws.Tickets(ctx, db.tickets.Conn, db.engine)
		return err
	})
	if err == nil {
		err = db.journal.Alone(ctx, func() error {
			more, err := laws.Journal(ctx, db.journal.Conn, db.engine)
			problems = append(problems, more...)
			return sqlite.InJournal(sqlite.Damaged(err))
		})
	}
	if err == nil {
		err = db.View(ctx, func(dr ticket.Reader) error {
			tally, err := dr.Tally()
			if err != nil {
				return err
			}
			more, err := laws.Breaches(ctx, dr.(*tables.Reader).Querier(), tally)
			problems = append(problems, more...)
			return err
		})
	}
	if err == nil {
		var more []laws.Problem
		more, err = laws.Hashes(ctx, func(ctx context.Context, fn func(sqlrow.Querier) error) error {
			return db.View(ctx, func(dr ticket.Reader) error { return fn(dr.(*tables.Reader).Querier()) })
		})
		problems = append(problems, more...)
	}
	if err == nil {
		var more []laws.Problem
		more, err = outgoing.Check(ctx, db.viewRows)
		problems = append(problems, more...)
	}
	if err == nil {
		var more []laws.Problem
		more, err = tables.CheckSums(ctx, db.viewRows)
		problems = append(problems, more...)
	}
	if err == nil {
		var more []laws.Problem
		more, err = tables.CheckAudit(ctx, db.viewRows)
		problems = append(problems, more...)
	}
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	return problems, nil
}

// viewRows is View for the looks at all rows.
func (db *DB) viewRows(ctx context.Context, fn func(*statement.Reader) error) error {
	return db.viewReader(ctx, func(r *tables.Reader) error { return fn(r.Reader) })
}

// viewReader is View for what is not a question of [ticket.Reader].
func (db *DB) viewReader(ctx context.Context, fn func(*tables.Reader) error) error {
	return db.View(ctx, func(r ticket.Reader) error { return fn(r.(*tables.Reader)) })
}
