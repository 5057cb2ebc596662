package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"maildesk/store/sqlrow"

	"github.com/mattn/go-sqlite3"
)

// InTransaction asks SQLite whether a connection has a transaction open.
func InTransaction(conn *sql.Conn) (open bool, err error) {
	err = conn.Raw(func(c any) error {
		open = !c.(*sqlite3.SQLiteConn).AutoCommit()
		return nil
	})
	return open, err
}

// Checkpoint moves what it can of the write-ahead log into the database. It waits for
// nobody and nobody waits for it. It returns whether all was moved.
func Checkpoint(ctx context.Context, q sqlrow.Querier) (whole bool, err error) {
	var busy, log, moved int
	err = q.QueryRowContext(ctx, "PRAGMA main.wal_checkpoint(PASSIVE)").Scan(&busy, &log, &moved)
	return err == nil && busy == 0 && log == moved, err
}

// MoveLogFrom sets from how many pages on each commit of a connection tries to move the
// write-ahead log; 0: none does.
func MoveLogFrom(ctx context.Context, q sqlrow.Querier, pages int) error {
	_, err := q.ExecContext(ctx, fmt.Sprint("PRAGMA wal_autocheckpoint=", pages))
	return err
}

// Backup writes a copy of the database at from, complete in itself, to a new file that
// only we can read.
func Backup(ctx context.Context, from, to string) error {
	// SQLite writes into a file that is there if it is empty.
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// The reading connections may not even write another file.
	pool := Open(from, Writing)
	_, err = pool.ExecContext(ctx, "VACUUM INTO $1", to)
	if err = errors.Join(Damaged(err), pool.Close(), f.Close()); err != nil {
		return fmt.Errorf("backup: %w", errors.Join(err, os.Remove(to)))
	}
	return nil
}

// Settings returns what is in force on a connection: "journal_mode=wal synchronous=2 …".
func Settings(ctx context.Context, q sqlrow.Querier) (string, error) {
	var words []string
	for _, w := range wanted {
		var value string
		if err := q.QueryRowContext(ctx, "PRAGMA "+w.pragma).Scan(&value); err != nil {
			return "", fmt.Errorf("read PRAGMA %s: %w", w.pragma, err)
		}
		words = append(words, w.pragma+"="+value)
	}
	return strings.Join(words, " "), nil
}
