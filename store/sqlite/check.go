package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"maildesk/store/sqlrow"
)

// Integrity returns what SQLite finds wrong in the pages and indexes of a file.
func (Engine) Integrity(ctx context.Context, q sqlrow.Querier) ([]string, error) {
	texts, err := checkTexts(ctx, q, "PRAGMA integrity_check")
	return texts, Damaged(err)
}

// BrokenReferences returns the references to rows that are not there.
func (Engine) BrokenReferences(ctx context.Context, q sqlrow.Querier) ([]string, error) {
	texts, err := sqlrow.Collect(func(row sqlrow.Scanner) (s string, err error) {
		var table, parent string
		var id sql.NullInt64
		var n int
		err = row.Scan(&table, &id, &parent, &n)
		return fmt.Sprintf("%s %d names a %s that is not there", table, id.Int64, parent), err
	})(q.QueryContext(ctx, "PRAGMA foreign_key_check"))
	return texts, Damaged(err)
}

// CheckIndex returns what is wrong with the search indexes, which are checked by writing
// to them.
func (Engine) CheckIndex(ctx context.Context, q sqlrow.Querier) error {
	for _, index := range indexes {
		if _, err := q.ExecContext(ctx, `INSERT INTO `+index+` (`+index+`) VALUES ('integrity-check')`); err != nil {
			return err
		}
	}
	return nil
}
