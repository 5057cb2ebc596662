package sqlite

import (
	"context"

	"maildesk/store/sqlrow"
)

// Given returns the highest number that each table has given, by its name, as
// AUTOINCREMENT keeps it: also those of rows that are gone.
func (Engine) Given(ctx context.Context, q sqlrow.Querier) (map[string]int64, error) {
	given := map[string]int64{}
	rows, err := q.QueryContext(ctx, `SELECT name, seq FROM sqlite_sequence`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var number int64
		if err := rows.Scan(&table, &number); err != nil {
			return nil, err
		}
		given[table] = number
	}
	return given, rows.Err()
}

// Raise lets a table give only numbers after one.
func (Engine) Raise(ctx context.Context, q sqlrow.Querier, table string, number int64) error {
	// There is no row before the first number was given.
	_, err := q.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) SELECT $1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)`, table)
	if err == nil {
		_, err = q.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = $2`, number, table)
	}
	return err
}
