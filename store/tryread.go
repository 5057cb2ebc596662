package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"

	"github.com/mattn/go-sqlite3"
)

// TryRead reports why a database that [Look] has found could not be opened, as far
// as that shows without reading all of it: damage is a *[DamagedError], another
// version a *[SchemaError].
func TryRead(ctx context.Context, folder string) error {
	found, err := tryRead(ctx, folder, datafolder.File, len(migrations.Tickets()), func() error { return datafolder.NotBlank(folder) })
	if err != nil || found < datafolder.JournalApart {
		return sqlite.Damaged(err)
	}
	if err := datafolder.JournalThere(filepath.Join(folder, datafolder.JournalFile)); err != nil {
		return err
	}
	_, err = tryRead(ctx, folder, datafolder.JournalFile, len(migrations.Journal()), func() error { return &datafolder.LostError{File: datafolder.JournalFile, What: "has no tables"} })
	return sqlite.InJournal(sqlite.Damaged(err))
}

// tryRead reads the schema of a file, and compares it with the one that is known.
func tryRead(ctx context.Context, folder, name string, known int, blank func() error) (found int, err error) {
	pool := sqlite.Open(filepath.Join(folder, name), sqlite.Reading)
	defer pool.Close()
	found, err = migrations.SchemaVersion(ctx, pool)
	if e, ok := errors.AsType[sqlite3.Error](err); ok && e.Code == sqlite3.ErrCantOpen {
		return 0, fmt.Errorf("open %s: %w", name, fs.ErrPermission)
	}
	if err == nil && found == 0 {
		err = blank()
	}
	if err == nil && found != known {
		err = &migrations.SchemaError{Found: found, Known: known}
	}
	return found, err
}
