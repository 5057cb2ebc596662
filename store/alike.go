package store

import (
	"context"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// alikeStep is how many tickets and articles one change indexes.
const alikeStep = 50

// IndexAlike indexes some of the tickets that were solved and of the articles that were made
// since, for [ticket.Reader]'s Similar, and reports whether there were any. [DB.Run] calls it
// beside the changes that go on.
func (db *DB) IndexAlike(ctx context.Context) (some bool, err error) {
	err = db.viewReader(ctx, func(r *tables.Reader) (err error) {
		some, err = r.AlikeBehind()
		return err
	})
	if err == nil && some {
		err = db.update(ctx, ticket.Soon, func(t *tables.Tx) error { return t.IndexAlike(alikeStep) })
	}
	return some, err
}

// followAlike is IndexAlike unless it has failed before: an index that is damaged costs the
// suggestions, and nothing else; see [DB.SearchFault].
func (db *DB) followAlike(ctx context.Context) {
	if db.SearchFault() != nil {
		return
	}
	if _, err := db.IndexAlike(ctx); err != nil && ctx.Err() == nil && !db.engine.IsBusy(err) && db.engine.Shortage(err) == nil {
		db.searchFault.Store(&err)
	}
}
