package store

import (
	"cmp"
	"context"
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Keep is described at [ticket.Journal].
func (db *DB) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (kept ticket.Mail, known bool, err error) {
	if db.server == nil {
		if err := db.reserve.Take(int64(len(raw))); err != nil {
			return m, false, fmt.Errorf("keep mail: %w", err)
		}
	}
	err = db.appendTo(ctx, u, func(t *tables.Tx) error {
		kept, known, err = t.Keep(m, raw)
		return err
	})
	if err != nil {
		return m, false, err
	}
	if known {
		err = db.View(ctx, func(r ticket.Reader) error {
			kept, err = r.Mail(kept.ID)
			return err
		})
	}
	return kept, known, err
}

// KeepLost is described at [ticket.Journal].
func (db *DB) KeepLost(ctx context.Context, l ticket.LostMail) error {
	return db.appendTo(ctx, ticket.InTurn, func(t *tables.Tx) error { return t.KeepLost(l) })
}

// KeepErased is described at [ticket.Journal].
func (db *DB) KeepErased(ctx context.Context, e ticket.ErasedMail) error {
	return db.appendTo(ctx, ticket.InTurn, func(t *tables.Tx) error { return t.KeepErased(e) })
}

// appendTo runs fn in a transaction of the journal.
func (db *DB) appendTo(ctx context.Context, u ticket.Urgency, fn func(*tables.Tx) error) error {
	if err := cmp.Or(db.mayChange(), db.Aside()); err != nil {
		return err
	}
	err := db.journal.Update(ctx, u, func(bool) error {
		if err := db.notMoved(); err != nil {
			return err
		}
		q := db.over(db.journal)
		return sqlrow.End(context.Background(), q, fn(tables.NewAppend(q, db.engine)))
	})
	return db.because(err, doubtful)
}

// KeepAuthentication is described at [ticket.Journal].
func (db *DB) KeepAuthentication(ctx context.Context, id ticket.MailID, a ticket.Authentication) error {
	return db.appendTo(ctx, ticket.Soon, func(t *tables.Tx) error { return t.KeepAuthentication(id, a) })
}
