package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/store/postgres"
	"maildesk/store/tables"
	"maildesk/store/tables/outgoing"
	"maildesk/ticket"
)

// Claim is described at [ticket.Store].
func (db *DB) Claim(ctx context.Context, owner string, now, until time.Time, limit int) ([]ticket.OutboxMail, error) {
	var claimed []ticket.OutboxMail
	if db.server != nil {
		return db.claimOnServer(ctx, owner, now, until, limit)
	}
	// In turn, so that no change of a mail falls between the look and the lease.
	err := db.tickets.InTurn(ctx, func() error {
		return db.View(ctx, func(r ticket.Reader) (err error) {
			claimed, err = r.(*tables.Reader).Claim(owner, now, until, limit)
			if !db.tickets.OpenGroup() { // else the commit of the group does
				db.state.Show()
			}
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim outgoing mails: %w", err)
	}
	if err := db.addBytes(ctx, claimed); err != nil {
		db.state.EndLeases(outgoing.IDsOf(claimed))
		return nil, err
	}
	return claimed, nil
}

// releaseStrays makes the mails ready again that are claimed by nodes of which none takes part, as
// in a copy of a database in which daemons worked.
func (db *DB) releaseStrays(ctx context.Context) error {
	var claimers []string
	err := db.viewReader(ctx, func(r *tables.Reader) (err error) {
		claimers, err = r.Claimers()
		return err
	})
	claimers = slices.DeleteFunc(claimers, func(c string) bool { return !postgres.IsOwner(c) })
	if err != nil || len(claimers) == 0 {
		return err
	}
	return db.change(ctx, ticket.InTurn, func(t *tables.Tx) error {
		var nodes []postgres.Node
		if db.server != nil {
			var err error
			if nodes, err = db.server.Nodes(ctx, t.Querier()); err != nil {
				return err
			}
		}
		for _, c := range claimers {
			if slices.ContainsFunc(nodes, func(n postgres.Node) bool { return n.OwnerOf() == c }) {
				continue
			}
			if err := t.ReleaseOf(c, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// addBytes reads the bytes of claimed mails.
func (db *DB) addBytes(ctx context.Context, claimed []ticket.OutboxMail) error {
	err := db.View(ctx, func(r ticket.Reader) error { return r.(*tables.Reader).AddBytes(claimed) })
	if err != nil {
		return fmt.Errorf("read outgoing mails: %w", err)
	}
	return nil
}
