package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"maildesk/durable"
	"maildesk/store/memory"
	"maildesk/store/sqlrow"

	"github.com/mattn/go-sqlite3"
)

// Begin begins a transaction that may write.
func (Engine) Begin(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// Commit commits a transaction.
func (Engine) Commit(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "COMMIT")
	return err
}

// BeginReading begins a transaction that sees both files as they are at this moment, on a
// connection of [OpenBoth].
func (Engine) BeginReading(ctx context.Context, conn *sql.Conn) (*sql.Tx, error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, BeginBoth, 0); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// Others notes whether another process has changed something. It reports whether that is
// so: what is not known by keys then is unknown.
func (e Engine) Others(ctx context.Context, q sqlrow.Querier, s *memory.State) (unknown bool, err error) {
	version, err := e.version(ctx, q)
	return err == nil && s.SeeVersion(version), err
}

// version returns a number that changes when another connection has changed something.
func (Engine) version(ctx context.Context, q sqlrow.Querier) (version int64, err error) {
	err = q.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// InTransaction asks SQLite whether a connection has a transaction open.
func (Engine) InTransaction(conn *sql.Conn) (open bool, err error) {
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

// OverwriteDeleted lets a connection overwrite what it deletes with zeros.
func OverwriteDeleted(ctx context.Context, q sqlrow.Querier) error {
	var on int
	err := q.QueryRowContext(ctx, "PRAGMA secure_delete = ON").Scan(&on)
	if err == nil && on != 1 {
		err = errors.New("SQLite does not overwrite what is deleted")
	}
	return err
}

// EmptyLog moves all of the write-ahead log into the database and cuts it off. It reports
// whether nobody was in the way.
func EmptyLog(ctx context.Context, q sqlrow.Querier) (whole bool, err error) {
	var busy, log, moved int
	err = q.QueryRowContext(ctx, "PRAGMA main.wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	return err == nil && busy == 0, err
}

// mergePages is how many pages of the search index are written in one step.
const mergePages = 200

// indexes are the tables of the search: of tickets, of articles, and of what is alike.
var indexes = []string{"search", "search_article", "search_alike"}

// MergeIndex does a step of merging all parts of each search index into one, and reports
// whether there is more to do. (FTS5, section 6.8: a negative number begins the merge of
// all parts, and less than two changes mean that there was nothing left to do.)
func MergeIndex(ctx context.Context, q sqlrow.Querier, first bool) (more bool, err error) {
	pages := mergePages
	if first {
		pages = -pages
	}
	var before, after int64
	err = q.QueryRowContext(ctx, "SELECT total_changes()").Scan(&before)
	for _, index := range indexes {
		if err != nil {
			return false, err
		}
		_, err = q.ExecContext(ctx, "INSERT INTO "+index+" ("+index+", rank) VALUES ('merge', $1)", pages)
		if err == nil {
			err = q.QueryRowContext(ctx, "SELECT total_changes()").Scan(&after)
		}
		more, before = more || after-before >= 2, after
	}
	return more, err
}

// Backup writes a copy of the database at from, complete in itself, to a new file that
// only we can read.
func Backup(ctx context.Context, from, to string) error {
	// The reading connections may not even write another file.
	pool := Open(from, Writing)
	if err := errors.Join(Damaged(CopyInto(ctx, pool, to)), pool.Close()); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// CopyInto writes a compact copy of a database to a new file, which is there for good when it returns. After an error
// there is none.
func CopyInto(ctx context.Context, q sqlrow.Querier, to string) error {
	// SQLite writes into a file that is there if it is empty.
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, "VACUUM INTO $1", to)
	if err = errors.Join(err, f.Close()); err == nil {
		if err = durable.Sync(to); err == nil {
			err = durable.Sync(filepath.Dir(to))
		}
	}
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// Settings returns what is in force on a connection: "journal_mode=wal synchronous=2 …".
func (Engine) Settings(ctx context.Context, q sqlrow.Querier) (string, error) {
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
