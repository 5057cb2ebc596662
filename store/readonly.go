package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
)

// What is only read leaves no trace: [Options].ReadOnly. There are readers, and no connection
// that writes; no lock is taken that keeps a daemon from anything, no number is given, and
// nothing in the folder is made or changed.

// ErrReadOnly is wrapped by the error of every change where the data were opened to be read.
var ErrReadOnly = errors.New("the data were opened to be read only")

// openReadOnly opens the data of a folder, or of a server, to read them.
func openReadOnly(ctx context.Context, folder string, o Options) (*DB, error) {
	if o.Database == "" {
		sqlite.BigBlocksApart()
		db := newDB(folder, sqlite.Engine{}, o.Log)
		db.readOnly = true
		if err := db.openFiles(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("data folder %s: %w", folder, err), db.Close())
		}
		return db, nil
	}
	engine, err := postgres.Open(o.Database, o.Password)
	if err != nil {
		return nil, err
	}
	if o.Log != nil {
		engine.WarnOf(func(text string) { o.Log.Warn(text) })
	}
	db := newDB(folder, engine, o.Log)
	db.server, db.readOnly = engine, true
	err = db.patiently(ctx, illAtMost, func() error { return db.openTables(ctx) })
	if broken := db.Broken(); broken != nil {
		err = cmp.Or(db.Ill(), broken)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", engine.Place(), postgres.Explain(err)), db.Close())
	}
	db.watchSilence(ctx)
	return db, nil
}

// openFiles opens the files of a data folder to read them.
func (db *DB) openFiles(ctx context.Context) error {
	if err := datafolder.NotMoved(db.folder); err != nil {
		return err
	}
	found, err := datafolder.Look(db.folder)
	if err == nil && !found {
		err = fmt.Errorf("%s: %w", datafolder.File, fs.ErrNotExist)
	}
	if err != nil {
		return err
	}
	var quiet []string
	if db.readers, quiet, err = sqlite.OpenReadOnly(db.folder); err != nil {
		return err
	}
	for _, path := range quiet {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		db.quiet = append(db.quiet, quietFile{path, info.Size(), info.ModTime()})
	}
	db.readers.SetMaxOpenConns(sqlite.ReadConns)
	db.readers.SetMaxIdleConns(sqlite.ReadConns)
	version, err := migrations.SchemaVersion(ctx, db.readers)
	if known := len(migrations.Tickets()); err == nil && version != known {
		err = &migrations.SchemaError{Found: version, Known: known}
	}
	return sqlite.Damaged(err)
}

// openTables opens the tables on a server to read them.
func (db *DB) openTables(ctx context.Context) error {
	db.readers = db.server.Readers()
	db.readers.SetMaxOpenConns(postgres.ReadConns)
	db.readers.SetMaxIdleConns(postgres.ReadConns)
	version, err := postgres.SchemaVersion(ctx, db.readers)
	if known := len(migrations.Postgres()); err == nil && version != known {
		err = &migrations.SchemaError{Found: version, Known: known}
	}
	if err == nil {
		err = postgres.NotMoved(ctx, db.readers)
	}
	return err
}

// mayChange returns an error where the data were opened to be read.
func (db *DB) mayChange() error {
	if db.readOnly {
		return ErrReadOnly
	}
	return nil
}

// quietFile is a file that nobody had open when it was opened to be read.
type quietFile struct {
	path string
	size int64
	at   time.Time // of its last change
}

// stillQuiet returns an error where somebody has begun to work on the files that are read
// without a lock: what was read may be half of one thing and half of another.
func (db *DB) stillQuiet() error {
	for _, f := range db.quiet {
		info, err := os.Stat(f.path)
		if err != nil {
			return err
		}
		if _, err := os.Stat(f.path + "-wal"); !errors.Is(err, fs.ErrNotExist) || info.Size() != f.size || !info.ModTime().Equal(f.at) {
			return fmt.Errorf("somebody else began to work on %s while it was read: try again", f.path)
		}
	}
	return nil
}
