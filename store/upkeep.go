package store

import (
	"context"
	"fmt"
	"path/filepath"

	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/sqlite"
)

// Settings returns a line for the connections on which the same is in force:
// "writer: journal_mode=wal synchronous=2 …", "readers 1 to 8: …".
func (db *DB) Settings(ctx context.Context) (lines []string, err error) {
	err = db.journal.Alone(ctx, func() error {
		inForce, err := db.engine.Settings(ctx, db.journal.Conn)
		lines = append(lines, "writer of the journal: "+inForce)
		return err
	})
	if err != nil {
		return lines, err
	}
	err = db.tickets.Alone(ctx, func() error {
		inForce, err := db.engine.Settings(ctx, db.tickets.Conn)
		lines = append(lines, "writer: "+inForce)
		if err == nil {
			lines, err = db.settingsOfReaders(ctx, lines)
		}
		return err
	})
	return lines, err
}

// settingsOfReaders adds the lines of the connections that read.
func (db *DB) settingsOfReaders(ctx context.Context, lines []string) ([]string, error) {
	first, was := 1, ""
	for i := 1; i <= db.readers.Stats().MaxOpenConnections; i++ {
		conn, err := db.readers.Conn(ctx)
		if err != nil {
			return lines, err
		}
		defer conn.Close() // held until all are read, so that each is another one
		inForce, err := db.engine.Settings(ctx, conn)
		if err != nil {
			return lines, err
		}
		if i > first && inForce == was {
			lines[len(lines)-1] = fmt.Sprintf("readers %d to %d: %s", first, i, inForce)
			continue
		}
		lines = append(lines, fmt.Sprintf("reader %d: %s", i, inForce))
		first, was = i, inForce
	}
	return lines, nil
}

// Backup writes copies of both files into a folder, as new files that only we can
// read, complete in themselves. It may run beside a working daemon: the database
// comes first, so that the journal has every mail of which it speaks.
func (db *DB) Backup(ctx context.Context, folder string) error {
	if err := db.onFiles("maildesk backup", "copy the database with pg_dump, and the data folder with the keys beside it"); err != nil {
		return err
	}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		if err := sqlite.Backup(ctx, filepath.Join(db.folder, name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// checkpoint moves what it can of a writer's log, and reports whether that was all.
func (db *DB) checkpoint(ctx context.Context, w *groupcommit.Writer) (whole bool, err error) {
	whole, err = sqlite.Checkpoint(ctx, db.readersOf(w))
	if err == nil || ctx.Err() != nil || db.engine.IsBusy(err) || db.engine.Shortage(err) != nil {
		return whole, nil // the next time is as good
	}
	return false, db.BreakDown(fmt.Errorf("checkpoint: %w", err))
}
