package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"maildesk/store/migrations"
	"maildesk/store/sqlrow"
)

// SchemaVersion returns the schema of a database; 0: it has none yet.
func SchemaVersion(ctx context.Context, q sqlrow.Querier) (version int, err error) {
	var there bool
	err = q.QueryRowContext(ctx, `SELECT to_regclass('schema_version') IS NOT NULL`).Scan(&there)
	if err == nil && there {
		err = q.QueryRowContext(ctx, `SELECT version FROM schema_version`).Scan(&version)
	}
	return version, err
}

// Migrate brings the schema to the newest, in one transaction: a crash leaves the old one.
// Only the daemon may change a schema that exists. Of several processes that begin at once
// one does it, and the others wait. Who has to wait for longer than is given, for that one or
// for those who read the tables, gets an *[UpgradeError].
func Migrate(ctx context.Context, conn *sql.Conn, daemon bool, patience time.Duration) error {
	until := time.Now().Add(patience)
	scripts := migrations.Postgres()
	found, err := SchemaVersion(ctx, conn)
	if err != nil || found == len(scripts) {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := lockSchemaUntil(ctx, tx, until); err != nil {
		if codeOf(err) == lockNotAvailable {
			err = upgradedBy(ctx, conn, tx)
		}
		return err
	}
	// Another process may have been quicker.
	if found, err = SchemaVersion(ctx, tx); err != nil || found == len(scripts) {
		return err
	}
	if found > len(scripts) || found > 0 && !daemon {
		return &migrations.SchemaError{Found: found, Known: len(scripts)}
	}
	if found > 0 {
		if err := lockTables(ctx, tx, scripts[found:], found, until); err != nil {
			return err
		}
	}
	for n := found; n < len(scripts); n++ {
		if _, err := tx.ExecContext(ctx, scripts[n]); err != nil {
			return fmt.Errorf("migration to schema %d: %w", n+1, err)
		}
	}
	for _, query := range []string{`CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)`, `DELETE FROM schema_version`,
		fmt.Sprintf(`INSERT INTO schema_version (version) VALUES (%d)`, len(scripts))} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("note schema %d: %w", len(scripts), err)
		}
	}
	return tx.Commit()
}

// othersAtWork returns an error where daemons work on a schema that is to be changed.
func othersAtWork(ctx context.Context, tx *sql.Tx, schema int) error {
	var others string
	var shared bool
	if err := tx.QueryRowContext(ctx, `SELECT to_regclass('node') IS NOT NULL`).Scan(&shared); err != nil {
		return err
	}
	query, args := `SELECT coalesce(string_agg(name, ', '), '') FROM node WHERE until > clock_timestamp()`, []any{}
	if !shared {
		query, args = `SELECT CASE WHEN pg_try_advisory_xact_lock($1, $2) THEN '' ELSE 'an older maildesk' END`, []any{int32(lockClass), int32(lockDaemon)}
	}
	if err := tx.QueryRowContext(ctx, query, args...).Scan(&others); err != nil {
		return err
	}
	if others != "" {
		return fmt.Errorf("the database is one of an older version (schema %d), and daemons work on it (%s): end all of them, then start one of the new version, which brings it up to date", schema, others)
	}
	return nil
}
