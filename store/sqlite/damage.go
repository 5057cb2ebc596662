package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"

	"github.com/mattn/go-sqlite3"
)

// DamagedError says that the database file is not as it was written.
type DamagedError struct {
	Err     error
	Journal bool // it is the journal
}

func (e *DamagedError) Error() string {
	what, name := "database", datafolder.File
	if e.Journal {
		what, name = "journal", datafolder.JournalFile
	}
	return "the " + what + " is damaged (" + e.Err.Error() + "); restore a backup, make the tickets anew from what can be read of the journal with: maildesk rebuild FOLDER, or save what is left with: sqlite3 " + name + " .recover"
}
func (e *DamagedError) Unwrap() error { return e.Err }

// Damaged makes a DamagedError of the errors of SQLite that mean it.
func Damaged(err error) error {
	if e, ok := errors.AsType[sqlite3.Error](err); ok && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return &DamagedError{Err: err}
	}
	return err
}

// InJournal says of a damage that it is one of the journal.
func InJournal(err error) error {
	if e, ok := errors.AsType[*DamagedError](err); ok {
		e.Journal = true
	}
	return err
}

// QuickCheck reads the whole database once and refuses a damaged one.
func QuickCheck(ctx context.Context, q sqlrow.Querier) error {
	return look(ctx, q, "PRAGMA quick_check(5)")
}

// QuickCheckTables is quickCheck with an end of reading after each table. Pages
// that belong to none are not looked at.
func QuickCheckTables(ctx context.Context, q sqlrow.Querier) error {
	tables, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, "SELECT name FROM main.sqlite_schema WHERE type = 'table'"))
	if err != nil {
		return Damaged(fmt.Errorf("quick_check: %w", err))
	}
	for _, table := range tables {
		if err := look(ctx, q, "PRAGMA quick_check("+table+")"); err != nil {
			return err
		}
	}
	return nil
}

func look(ctx context.Context, q sqlrow.Querier, query string) error {
	texts, err := checkTexts(ctx, q, query)
	if err != nil {
		return Damaged(fmt.Errorf("quick_check: %w", err))
	}
	if len(texts) > 0 {
		return &DamagedError{Err: errors.New(strings.Join(texts, "; "))}
	}
	return nil
}

// checkTexts returns the findings of quick_check or integrity_check.
func checkTexts(ctx context.Context, q sqlrow.Querier, query string) ([]string, error) {
	texts, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, query))
	if len(texts) == 1 && texts[0] == "ok" {
		texts = nil
	}
	return texts, err
}

// OpenDamaged opens a database that may not be as it was written, and writes
// nothing: neither into it nor, when it is closed, the log into the database.
func OpenDamaged(folder, name string) *sql.DB {
	query := url.Values{"mode": {"ro"}, "_busy_timeout": {"5000"}, "_mutex": {"no"}}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.Join(folder, name)}).EscapedPath(), RawQuery: query.Encode()}
	pool := sql.OpenDB(&connector{dsn: dsn.String(), driver: sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec("PRAGMA cell_size_check = on; PRAGMA temp_store = MEMORY", nil)
		return err
	}}})
	pool.SetMaxOpenConns(1)
	return pool
}
