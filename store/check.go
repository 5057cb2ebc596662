package store

import (
	"context"
	"fmt"

	"maildesk/ticket"
)

// Check reads everything and returns every breach of the laws: the file's own
// integrity, the references, conservation (accepted mails against the sum of
// the dispositions), the hash of every mail, and the laws above. It may run
// beside a working daemon, in another process: this DB takes no changes while
// its file is read.
func (db *DB) Check(ctx context.Context) ([]Problem, error) {
	var problems []Problem
	err := db.tickets.alone(ctx, func() (err error) {
		problems, err = checkTickets(ctx, db.tickets.conn)
		return err
	})
	if err == nil {
		err = db.journal.alone(ctx, func() error {
			more, err := checkJournal(ctx, db.journal.conn)
			problems = append(problems, more...)
			return err
		})
	}
	if err == nil {
		err = db.View(ctx, func(dr ticket.Reader) error {
			tally, err := dr.Tally()
			if err != nil {
				return err
			}
			more, err := checkLaws(ctx, dr.(*reader).q, tally)
			problems = append(problems, more...)
			return err
		})
	}
	if err == nil {
		var more []Problem
		more, err = checkHashes(ctx, func(ctx context.Context, fn func(querier) error) error {
			return db.View(ctx, func(dr ticket.Reader) error { return fn(dr.(*reader).q) })
		})
		problems = append(problems, more...)
	}
	if err == nil {
		var more []Problem
		more, err = db.checkOutgoing(ctx)
		problems = append(problems, more...)
	}
	if err == nil {
		var more []Problem
		more, err = db.checkSums(ctx)
		problems = append(problems, more...)
	}
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	return problems, nil
}
