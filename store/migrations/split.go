package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"golang.org/x/sys/unix"

	"maildesk/durable"
	"maildesk/store/datafolder"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Before schema 19 the mails lay in the same file as the tickets. They are copied
// into a journal of their own while the transaction of the migration keeps everybody
// else from writing: into a file with another name, in bounded batches, so that a try
// that is cut off is gone on with; compared, row by row; and given its name. Only then
// the tables of old are dropped, and the commit of that is the moment from which on
// the journal counts: until then the old database has everything, whatever became of
// the copy.

// partialJournal is the name of a journal that is being copied.
const partialJournal = datafolder.JournalFile + ".partial"

// Bounds of a batch.
const (
	batchRows  = 1000
	batchBytes = 16 << 20
)

// movedTables are the tables that are copied, with the columns by which they are copied in
// order.
var movedTables = []struct{ name, key, columns, from string }{
	{"mail", "id", keptNames, strings.Replace(keptNames, "attempts", "min(attempts, 1)", 1)},
	{"mail_raw", "mail", "mail, raw", "mail, raw"},
	{"fingerprint", "fingerprint", "fingerprint, mail, seen_at", "fingerprint, mail, seen_at"},
	{"fetched", "mail", "mail, mailbox, uid_validity, uid, arrived_at, relisted, whole", "mail, mailbox, uid_validity, uid, arrived_at, relisted, whole"},
	{"imported", "mail", "mail, at, open, mark", "mail, at, open, mark"},
	{"lost", "mail", "mail, reason", "mail, reason"},
}

const keptNames = `id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
	received_at, size, sha256, fingerprint, message_id, trusted, duplicate_of, attempts, checksum`

// AtSplitStep is called before each step of a split. Tests set it, to end the process
// there.
var AtSplitStep = func(step string) {}

// SplitAt returns what [migrate] calls before the script that drops the tables of
// old.
func SplitAt(ctx context.Context, folder string) func(sqlrow.Querier, int) error {
	return func(old sqlrow.Querier, to int) error {
		if to != datafolder.JournalApart {
			return nil
		}
		return splitOff(ctx, old, folder)
	}
}

// splitOff makes the journal of a folder out of the tables of old, which are at the
// schema before journalApart.
func splitOff(ctx context.Context, old sqlrow.Querier, folder string) error {
	path, partial := filepath.Join(folder, datafolder.JournalFile), filepath.Join(folder, partialJournal)
	if _, err := os.Stat(path); err == nil {
		// A try was cut off between the name and the commit, or somebody put it there.
		if err := compareFile(ctx, old, path); err != nil {
			return fmt.Errorf("%s is there already and is not the journal of this %s (%w): move it away and start again", datafolder.JournalFile, datafolder.File, err)
		}
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	begun := fileThere(partial)
	err := copyWhole(ctx, old, partial)
	if begun && errors.As(err, new(*differentError)) {
		// What a try began was overtaken by an older maildesk, or is damaged.
		if err = removeDatabase(partial); err == nil {
			err = copyWhole(ctx, old, partial)
		}
	}
	if err != nil {
		return fmt.Errorf("copy the mails into %s: %w", datafolder.JournalFile, err)
	}
	AtSplitStep("named")
	return durable.Rename(partial, path)
}

// copyWhole copies what is not yet in the journal at path, and compares all of it.
func copyWhole(ctx context.Context, old sqlrow.Querier, path string) error {
	if err := copyOut(ctx, old, path); err != nil {
		return err
	}
	return compareFile(ctx, old, path)
}

func fileThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func removeDatabase(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copyOut copies what is not yet in the journal at path, and leaves it whole in one
// file.
func copyOut(ctx context.Context, old sqlrow.Querier, path string) error {
	if err := datafolder.Touch(path); err != nil {
		return err
	}
	pool := sqlite.Open(path, sqlite.Writing)
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Rows are copied as they are, whatever they refer to.
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = off"); err != nil {
		return err
	}
	if err := Run(ctx, conn, path, Journal(), true, nil); err != nil {
		return notSame(err)
	}
	for _, t := range movedTables {
		c := batches{ctx: ctx, conn: conn}
		if err := c.copy(old, t.name, t.key, t.columns, t.from); err != nil {
			return notSame(fmt.Errorf("%s: %w", t.name, err))
		}
	}
	AtSplitStep("numbers")
	var last int64
	if err := old.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'mail'`).Scan(&last); err != nil {
		return err
	}
	for _, statement := range []string{`DELETE FROM sqlite_sequence WHERE name = 'mail'`, fmt.Sprintf(`INSERT INTO sqlite_sequence (name, seq) VALUES ('mail', %d)`, last)} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	AtSplitStep("moved into its file")
	var busy, log, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody else has it open")
	}
	return nil
}

// batches writes rows in transactions of bounded size.
type batches struct {
	ctx   context.Context
	conn  *sql.Conn
	tx    *sql.Tx
	rows  int
	bytes int
}

// copy copies the rows of a table behind the last one that is there.
func (b *batches) copy(old sqlrow.Querier, table, key, columns, from string) error {
	defer func() {
		if b.tx != nil {
			b.tx.Rollback()
		}
	}()
	var last any
	if err := b.conn.QueryRowContext(b.ctx, `SELECT max(`+key+`) FROM `+table).Scan(&last); err != nil {
		return err
	}
	where, args := "", []any{}
	if last != nil {
		where, args = ` WHERE `+key+` > $1`, []any{last}
	}
	rows, err := old.QueryContext(b.ctx, `SELECT `+from+` FROM `+table+where+` ORDER BY `+key, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := row(1 + strings.Count(columns, ","))
	insert := `INSERT INTO ` + table + ` (` + columns + `) VALUES (?` + strings.Repeat(", ?", len(values)-1) + `)`
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := b.write(table, insert, values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return b.commit(table)
}

// row returns as many values, and where to scan them to.
func row(columns int) (values, into []any) {
	values, into = make([]any, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	return values, into
}

func (b *batches) write(table, insert string, values []any) (err error) {
	if b.tx == nil {
		if b.tx, err = b.conn.BeginTx(b.ctx, nil); err != nil {
			return err
		}
	}
	if _, err := b.tx.ExecContext(b.ctx, insert, values...); err != nil {
		return err
	}
	b.rows++
	for _, v := range values {
		if blob, ok := v.([]byte); ok {
			b.bytes += len(blob)
		}
	}
	if b.rows >= batchRows || b.bytes >= batchBytes {
		return b.commit(table)
	}
	return nil
}

func (b *batches) commit(table string) error {
	if b.tx == nil {
		return nil
	}
	AtSplitStep("batch of " + table)
	err := b.tx.Commit()
	b.tx, b.rows, b.bytes = nil, 0, 0
	return err
}

// differentError says that a copy is not what it was made of.
type differentError struct{ err error }

func (e *differentError) Error() string { return e.err.Error() }
func (e *differentError) Unwrap() error { return e.err }

// notSame says of an error that another copy may be the way out, unless the disk is
// short.
func notSame(err error) error {
	if (sqlite.Engine{}).Shortage(err) != nil {
		return err
	}
	return &differentError{err}
}

// compareFile compares the journal at path with the tables of old, every column of
// every row.
func compareFile(ctx context.Context, old sqlrow.Querier, path string) error {
	AtSplitStep("compared")
	pool := sqlite.Open(path, sqlite.Reading)
	defer pool.Close()
	for _, t := range movedTables {
		order := ` FROM ` + t.name + ` ORDER BY ` + t.key
		if err := sameRows(ctx, old, `SELECT `+t.from+order, pool, `SELECT `+t.columns+order, 1+strings.Count(t.columns, ",")); err != nil {
			return notSame(fmt.Errorf("%s: %w", t.name, err))
		}
	}
	return nil
}

// sameRows compares the rows of two queries.
func sameRows(ctx context.Context, a sqlrow.Querier, queryA string, b sqlrow.Querier, queryB string, columns int) error {
	rowsA, err := a.QueryContext(ctx, queryA)
	if err != nil {
		return err
	}
	defer rowsA.Close()
	rowsB, err := b.QueryContext(ctx, queryB)
	if err != nil {
		return err
	}
	defer rowsB.Close()
	valuesA, intoA := row(columns)
	valuesB, intoB := row(columns)
	for n := 1; ; n++ {
		moreA, moreB := rowsA.Next(), rowsB.Next()
		if err := errors.Join(rowsA.Err(), rowsB.Err()); err != nil {
			return err
		}
		if !moreA && !moreB {
			return nil
		}
		if moreA != moreB {
			return fmt.Errorf("row %d is in one of them only", n)
		}
		if err := errors.Join(rowsA.Scan(intoA...), rowsB.Scan(intoB...)); err != nil {
			return err
		}
		for i := range valuesA {
			if !sameValue(valuesA[i], valuesB[i]) {
				return fmt.Errorf("row %d (%v) differs in column %d", n, valuesA[0], i+1)
			}
		}
	}
}

func sameValue(a, b any) bool {
	blobA, ok := a.([]byte)
	blobB, both := b.([]byte)
	if ok && both {
		return bytes.Equal(blobA, blobB)
	}
	return reflect.DeepEqual(a, b)
}

// RoomToSplit reports whether the disk has room for what a migration to journalApart
// writes: a copy of the database as it was, and the journal.
func RoomToSplit(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var st unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &st); err != nil {
		return fmt.Errorf("free space: %w", err)
	}
	need, free := 2*info.Size(), int64(st.Bavail)*st.Bsize
	if free < need {
		return fmt.Errorf("%w: to move the mails into a file of their own takes %d MiB for a while, %d MiB are free", ticket.ErrStorageFull, need>>20, free>>20)
	}
	return nil
}
