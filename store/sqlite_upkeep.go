package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// checkFile looks at what SQLite itself can say: pages, indexes, references. It
// takes the connection that writes, as the search index is checked by writing to it.
func checkFile(ctx context.Context, w *writer) (problems []Problem, err error) {
	texts, err := checkTexts(ctx, w.conn, "PRAGMA integrity_check")
	if err != nil {
		return nil, damaged(err)
	}
	for _, text := range texts {
		problems = append(problems, Problem{"the file is as it was written", text})
	}
	broken, err := collect(func(row scanner) (s string, err error) {
		var table, parent string
		var id sql.NullInt64
		var n int
		err = row.Scan(&table, &id, &parent, &n)
		return fmt.Sprintf("%s %d names a %s that is not there", table, id.Int64, parent), err
	})(w.conn.QueryContext(ctx, "PRAGMA foreign_key_check"))
	if err != nil {
		return nil, damaged(err)
	}
	for _, text := range broken {
		problems = append(problems, Problem{"references are good", text})
	}
	return problems, nil
}

// checkTickets is checkFile of the database.
func (db *DB) checkTickets(ctx context.Context) (problems []Problem, err error) {
	problems, err = checkFile(ctx, db.tickets)
	if err != nil {
		return nil, err
	}
	if _, err := db.tickets.conn.ExecContext(ctx, `INSERT INTO search (search) VALUES ('integrity-check')`); err != nil {
		problems = append(problems, Problem{"the search index is whole", err.Error()})
	}
	return problems, nil
}

// checkJournal is checkFile of the journal.
func (db *DB) checkJournal(ctx context.Context) (problems []Problem, err error) {
	problems, err = checkFile(ctx, db.journal)
	if err != nil {
		return nil, inJournal(err)
	}
	// Numbers are never given twice and a change that is undone gives its
	// number back, so a hole is a mail that was here.
	holes, err := collect(scanText)(db.journal.conn.QueryContext(ctx, `SELECT 'mail ' || (m.id + 1) FROM (SELECT 0 AS id UNION SELECT id FROM mail UNION SELECT mail FROM lost) m
		LEFT JOIN mail next ON next.id = m.id + 1 WHERE next.id IS NULL AND m.id + 1 NOT IN (SELECT mail FROM lost) AND m.id < coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'mail'), 0)`))
	if err != nil {
		return nil, damaged(err)
	}
	for _, text := range holes {
		problems = append(problems, Problem{"no mail has vanished", text})
	}
	return problems, nil
}

// Settings returns one line for each connection with what is in force on it:
// "writer: journal_mode=wal synchronous=2 …".
func (db *DB) Settings(ctx context.Context) (lines []string, err error) {
	err = db.journal.alone(ctx, func() error {
		line, err := settings(ctx, "writer of the journal", db.journal.conn)
		lines = append(lines, line)
		return err
	})
	if err != nil {
		return lines, err
	}
	err = db.tickets.alone(ctx, func() error {
		line, err := settings(ctx, "writer", db.tickets.conn)
		lines = append(lines, line)
		for i := 1; i <= readConns && err == nil; i++ {
			var conn *sql.Conn
			if conn, err = db.readers.Conn(ctx); err != nil {
				break
			}
			defer conn.Close() // held until all are read, so that each is another one
			line, err = settings(ctx, fmt.Sprint("reader ", i), conn)
			lines = append(lines, line)
		}
		return err
	})
	return lines, err
}

func settings(ctx context.Context, name string, q querier) (string, error) {
	line := name + ":"
	for _, w := range wanted {
		var value string
		if err := q.QueryRowContext(ctx, "PRAGMA "+w.pragma).Scan(&value); err != nil {
			return "", fmt.Errorf("read PRAGMA %s: %w", w.pragma, err)
		}
		line = strings.Join([]string{line, w.pragma + "=" + value}, " ")
	}
	return line, nil
}

// Backup writes copies of both files into a folder, as new files that only we can
// read, complete in themselves. It may run beside a working daemon: the database
// comes first, so that the journal has every mail of which it speaks.
func (db *DB) Backup(ctx context.Context, folder string) error {
	for _, name := range []string{File, JournalFile} {
		if err := db.backup(ctx, name, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) backup(ctx context.Context, name, path string) error {
	// SQLite writes into a file that is there if it is empty.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// The reading connections may not even write another file.
	pool := openSQLite(filepath.Join(db.folder, name), writing)
	_, err = pool.ExecContext(ctx, "VACUUM INTO $1", path)
	if err = errors.Join(damaged(err), pool.Close(), f.Close()); err != nil {
		return fmt.Errorf("backup: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}

// checkpoint moves what it can of the write-ahead log into the database. It
// waits for nobody and nobody waits for it. It tells whether all was moved.
func (db *DB) checkpoint(ctx context.Context, w *writer) (whole bool, err error) {
	var busy, log, moved int
	err = db.readersOf(w).QueryRowContext(ctx, "PRAGMA main.wal_checkpoint(PASSIVE)").Scan(&busy, &log, &moved)
	if err == nil || ctx.Err() != nil || db.engine.isBusy(err) || db.engine.shortage(err) != nil {
		return err == nil && busy == 0 && log == moved, nil // the next time is as good
	}
	return false, db.breakDown(fmt.Errorf("checkpoint: %w", err))
}

// inTransaction asks SQLite whether the writing connection has one open.
func (w *writer) inTransaction() (open bool, err error) {
	err = w.conn.Raw(func(c any) error {
		open = !c.(*sqlite3.SQLiteConn).AutoCommit()
		return nil
	})
	return open, err
}
