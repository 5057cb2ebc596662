package store

import (
	"context"
	"database/sql"
	"fmt"
)

// integrity returns what SQLite finds wrong in the pages and indexes of a file.
func integrity(ctx context.Context, q querier) ([]string, error) {
	texts, err := checkTexts(ctx, q, "PRAGMA integrity_check")
	return texts, damaged(err)
}

// brokenReferences returns the references to rows that are not there.
func brokenReferences(ctx context.Context, q querier) ([]string, error) {
	texts, err := collect(func(row scanner) (s string, err error) {
		var table, parent string
		var id sql.NullInt64
		var n int
		err = row.Scan(&table, &id, &parent, &n)
		return fmt.Sprintf("%s %d names a %s that is not there", table, id.Int64, parent), err
	})(q.QueryContext(ctx, "PRAGMA foreign_key_check"))
	return texts, damaged(err)
}

// checkIndex returns what is wrong with the search index, which is checked by writing
// to it.
func checkIndex(ctx context.Context, q querier) error {
	_, err := q.ExecContext(ctx, `INSERT INTO search (search) VALUES ('integrity-check')`)
	return err
}
