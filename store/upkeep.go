package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
)

// Settings returns one line for each connection with what is in force on it:
// "writer: journal_mode=wal synchronous=2 …".
func (db *DB) Settings(ctx context.Context) (lines []string, err error) {
	err = db.journal.alone(ctx, func() error {
		inForce, err := settings(ctx, db.journal.conn)
		lines = append(lines, "writer of the journal: "+inForce)
		return err
	})
	if err != nil {
		return lines, err
	}
	err = db.tickets.alone(ctx, func() error {
		inForce, err := settings(ctx, db.tickets.conn)
		lines = append(lines, "writer: "+inForce)
		for i := 1; i <= readConns && err == nil; i++ {
			var conn *sql.Conn
			if conn, err = db.readers.Conn(ctx); err != nil {
				break
			}
			defer conn.Close() // held until all are read, so that each is another one
			inForce, err = settings(ctx, conn)
			lines = append(lines, fmt.Sprintf("reader %d: %s", i, inForce))
		}
		return err
	})
	return lines, err
}

// Backup writes copies of both files into a folder, as new files that only we can
// read, complete in themselves. It may run beside a working daemon: the database
// comes first, so that the journal has every mail of which it speaks.
func (db *DB) Backup(ctx context.Context, folder string) error {
	for _, name := range []string{File, JournalFile} {
		if err := backup(ctx, filepath.Join(db.folder, name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// checkpoint moves what it can of a writer's log, and reports whether that was all.
func (db *DB) checkpoint(ctx context.Context, w *writer) (whole bool, err error) {
	whole, err = checkpoint(ctx, db.readersOf(w))
	if err == nil || ctx.Err() != nil || db.engine.isBusy(err) || db.engine.shortage(err) != nil {
		return whole, nil // the next time is as good
	}
	return false, db.breakDown(fmt.Errorf("checkpoint: %w", err))
}
