package store

import (
	"context"
	"fmt"

	"maildesk/store/personal"

	"maildesk/store/tables"
)

// Personal calls fn for every row of both databases with what it holds of people, table
// by table; see [personal.Tables]. It reads page by page, so that no snapshot is
// held for long: what changes meanwhile is seen or not. After each page it calls then, where
// that is not nil, which may change things.
func (db *DB) Personal(ctx context.Context, fn func(personal.Row) error, then func() error) error {
	for i := range personal.Tables {
		t := &personal.Tables[i]
		for last, first := []any(nil), true; first || last != nil; first = false {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := db.viewReader(ctx, func(r *tables.Reader) (err error) {
				last, err = r.PersonalRows(t, last, fn)
				return err
			})
			if err == nil && then != nil {
				err = then()
			}
			if err != nil {
				return fmt.Errorf("what is kept of people: %w", err)
			}
		}
	}
	return nil
}
