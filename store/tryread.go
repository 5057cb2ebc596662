package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// TryRead reports why a database that [Look] has found could not be opened, as far
// as that shows without reading all of it: damage is a *[DamagedError], another
// version a *[SchemaError].
func TryRead(ctx context.Context, folder string) error {
	found, err := tryRead(ctx, folder, File, len(migrations()), func() error { return notBlank(folder) })
	if err != nil || found < journalApart {
		return damaged(err)
	}
	if err := journalThere(filepath.Join(folder, JournalFile)); err != nil {
		return err
	}
	_, err = tryRead(ctx, folder, JournalFile, len(journalMigrations()), func() error { return &LostError{JournalFile, "has no tables"} })
	return inJournal(damaged(err))
}

// tryRead reads the schema of a file, and compares it with the one that is known.
func tryRead(ctx context.Context, folder, name string, known int, blank func() error) (found int, err error) {
	pool := openSQLite(filepath.Join(folder, name), reading)
	defer pool.Close()
	found, err = schemaVersion(ctx, pool)
	if e, ok := errors.AsType[sqlite3.Error](err); ok && e.Code == sqlite3.ErrCantOpen {
		return 0, fmt.Errorf("open %s: %w", name, fs.ErrPermission)
	}
	if err == nil && found == 0 {
		err = blank()
	}
	if err == nil && found != known {
		err = &SchemaError{found, known}
	}
	return found, err
}
