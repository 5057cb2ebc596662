package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"maildesk/store/sqlrow"
)

// UpgradeError says that the schema could not be brought up to date in time, as others were in the way.
type UpgradeError struct {
	Upgrading string   // "maildesk, process 4711 on mail1", which brings it up to date itself
	Readers   []string // who has tables in use: "pg_dump (server process 815, user postgres) has handled, mail"
}

func (e *UpgradeError) Error() string {
	if e.Readers == nil {
		return "another daemon is bringing the tables up to date (" + e.Upgrading + "): start this one again when that is up"
	}
	return "the tables cannot be brought up to date while they are in use: " + strings.Join(e.Readers, "; ") + "; wait for the end of that, then start the daemon again"
}

const (
	// tableWait is how long a try to lock a table lasts. All who come later wait behind it, even if they only read.
	tableWait = 200 * time.Millisecond
	// tablePause is what they have between two tries.
	tablePause = time.Second
)

// lockSchemaUntil makes a transaction the one that may change the schema, and waits for another one until the
// time given.
func lockSchemaUntil(ctx context.Context, tx *sql.Tx, until time.Time) error {
	var before string
	err := tx.QueryRowContext(ctx, `SELECT current_setting('lock_timeout')`).Scan(&before)
	if err == nil {
		err = waitForLocks(ctx, tx, max(time.Until(until), tableWait))
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, int32(lockClass), int32(lockSchema))
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `SELECT set_config('lock_timeout', $1, true)`, before)
	}
	return err
}

// waitForLocks sets how long a transaction waits for each lock.
func waitForLocks(ctx context.Context, tx *sql.Tx, wait time.Duration) error {
	_, err := tx.ExecContext(ctx, `SELECT set_config('lock_timeout', $1, true)`, strconv.FormatInt(wait.Milliseconds(), 10))
	return err
}

// upgradedBy returns an error with who changes the schema. It ends a transaction that has failed.
func upgradedBy(ctx context.Context, conn *sql.Conn, tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil {
		return err
	}
	holder := &LockedError{}
	if err := heldBy(ctx, conn, holder, lockSchema); err != error(holder) {
		return err
	}
	if holder.Holder == "" {
		holder.Holder = "it does not show which"
	}
	return &UpgradeError{Upgrading: holder.Holder}
}

// lockTables locks all tables that scripts name, all of them or none: a script that waited for one of them with others locked would
// hold up whoever reads those. It tries until the time given, once at least, and refuses where daemons work on the schema.
func lockTables(ctx context.Context, tx *sql.Tx, scripts []string, schema int, until time.Time) error {
	tables, err := namedTables(ctx, tx, scripts)
	if err != nil {
		return err
	}
	var deadlock int64 // in milliseconds
	if err := tx.QueryRowContext(ctx, `SELECT setting::bigint FROM pg_settings WHERE name = 'deadlock_timeout'`).Scan(&deadlock); err != nil {
		return err
	}
	for wait := tableWait; ; {
		if err := othersAtWork(ctx, tx, schema); err != nil {
			return err
		}
		locked, err := tryTables(ctx, tx, tables, wait)
		if err != nil {
			return err
		}
		if locked {
			return othersAtWork(ctx, tx, schema) // one may have begun meanwhile
		}
		readers, people, err := whoHas(ctx, tx, tables)
		if err != nil {
			return err
		}
		if wait = tableWait; len(readers) > 0 && !people {
			// The server ends a vacuum of its own for whoever waits for it for this long.
			wait += time.Duration(deadlock) * time.Millisecond
		}
		if !time.Now().Before(until) {
			if readers == nil {
				readers = []string{"others have them, each for a moment"}
			}
			return &UpgradeError{Readers: readers}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tablePause):
		}
	}
}

// tryTables locks tables, or none where that takes longer than wait.
func tryTables(ctx context.Context, tx *sql.Tx, tables []string, wait time.Duration) (locked bool, err error) {
	var before string
	if err := tx.QueryRowContext(ctx, `SELECT current_setting('lock_timeout')`).Scan(&before); err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `SAVEPOINT unlocked`); err != nil {
		return false, err
	}
	if err := waitForLocks(ctx, tx, wait); err != nil {
		return false, err
	}
	if _, err = tx.ExecContext(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN ACCESS EXCLUSIVE MODE`); err == nil {
		_, err = tx.ExecContext(ctx, `SELECT set_config('lock_timeout', $1, true)`, before)
		return true, err
	}
	if codeOf(err) != lockNotAvailable {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `ROLLBACK TO SAVEPOINT unlocked`) // with the locks that it has, and the setting
	return false, err
}

// namedTables returns the tables that are there and whose names are words of scripts, in one order for all, and that of
// the daemons, so that none of an older version begins meanwhile.
func namedTables(ctx context.Context, tx *sql.Tx, scripts []string) ([]string, error) {
	words := []string{"node", "schema_version"}
	for _, script := range scripts {
		words = append(words, strings.FieldsFunc(script, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	}
	return sqlrow.Collect(sqlrow.ScanText)(tx.QueryContext(ctx, `SELECT quote_ident(relname) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY ($1) ORDER BY 1`, words))
}

// whoHas returns those that have tables in use, and whether one of them is no work of the server's own.
func whoHas(ctx context.Context, tx *sql.Tx, tables []string) (readers []string, people bool, err error) {
	readers, err = sqlrow.Collect(func(row sqlrow.Scanner) (string, error) {
		var name, user, which string
		var process int64
		err := row.Scan(&name, &process, &user, &which)
		if user == "" {
			return fmt.Sprintf("the server itself, perhaps a vacuum (server process %d) has %s", process, which), err
		}
		people = true
		if name == "" {
			name = "a program without a name"
		}
		return fmt.Sprintf("%s (server process %d, user %s) has %s", name, process, user, which), err
	})(tx.QueryContext(ctx, `SELECT coalesce(a.application_name, ''), a.pid, coalesce(a.usename, ''), string_agg(DISTINCT c.relname, ', ' ORDER BY c.relname)
		FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_class c ON c.oid = l.relation
		WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND c.relnamespace = quote_ident(current_schema())::regnamespace AND quote_ident(c.relname) = ANY ($1) GROUP BY 1, 2, 3 ORDER BY 1, 2`, tables))
	return readers, people, err
}
