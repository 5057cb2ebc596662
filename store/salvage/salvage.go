// Package salvage reads what is left of a damaged database and its journal, and writes
// nothing into them. Readable rows are copied into a new folder, around the pages that
// cannot be read (copy.go); lost rows of mails are reconstructed from their bytes and
// from what other tables say about them (mail.go). It returns a store to read from,
// and a list of what is lost.
//
// Begin with [Open].
package salvage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"maildesk/durable"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Salvaged is what can be read of a damaged database: a store that is only read.
// Its rows stand in a database of their own with whole indexes; the raw bytes of
// mails are read where they are.
type Salvaged struct {
	*store.DB
	old   *sql.DB // the database
	mails *sql.DB // where the raw bytes are: the journal, or an old database of one file
	Lost  []Unreadable
}

// Unreadable is rows of a table that cannot be read, or what they held.
type Unreadable struct {
	Table string `json:"table"`
	From  int64  `json:"from"` // number of the first row; 0: not known
	To    int64  `json:"to"`   // number of the last row
	Why   string `json:"why"`
}

func (u Unreadable) String() string {
	switch {
	case u.From == 0:
		return fmt.Sprintf("%s: some rows (%s)", u.Table, u.Why)
	case u.From == u.To:
		return fmt.Sprintf("%s %d (%s)", u.Table, u.From, u.Why)
	}
	return fmt.Sprintf("%s %d to %d (%s)", u.Table, u.From, u.To, u.Why)
}

// Damage reads all of a database and its journal without opening them for work, and
// returns a *[DamagedError] when they are not as they were written.
func Damage(ctx context.Context, folder string) error {
	pool := sqlite.OpenDamaged(folder, datafolder.File)
	defer pool.Close()
	if err := sqlite.QuickCheck(ctx, pool); err != nil {
		return err
	}
	if version, err := migrations.SchemaVersion(ctx, pool); err != nil || version < datafolder.JournalApart {
		return sqlite.Damaged(err)
	}
	mails := sqlite.OpenDamaged(folder, datafolder.JournalFile)
	defer mails.Close()
	return sqlite.InJournal(sqlite.QuickCheck(ctx, mails))
}

// Open reads what can be read of the database and the journal in folder, which
// are not changed.
// The copy of its rows is made in the new folder into, and may be removed when it
// is closed. look says of raw bytes what a door says of a mail: its fingerprint
// and Message-ID. A database whose list of tables cannot be read is an error.
func Open(ctx context.Context, folder, into string, look func(raw []byte) ticket.Mail) (s *Salvaged, err error) {
	s = &Salvaged{}
	defer func() {
		if err != nil {
			err = fmt.Errorf("read what is left of %s: %w", filepath.Join(folder, datafolder.File), errors.Join(err, s.Close()))
		}
	}()
	if err := os.Mkdir(into, 0o700); err != nil {
		return s, err
	}
	if err := datafolder.Make(into); err != nil {
		return s, err
	}
	var version int
	if s.old, version, err = openReadable(ctx, folder, datafolder.File, into, len(migrations.Tickets())); err != nil {
		return s, err
	}
	var given map[string]int64
	if given, err = s.copyRows(ctx, s.old, into, datafolder.File, version, migrations.Tickets(), migrations.SplitAt(ctx, into)); err != nil {
		return s, err
	}
	s.mails = s.old
	if version >= datafolder.JournalApart {
		if s.mails, version, err = openReadable(ctx, folder, datafolder.JournalFile, into, len(migrations.Journal())); err != nil {
			return s, fmt.Errorf("%s: %w", datafolder.JournalFile, err)
		}
		if given, err = s.copyRows(ctx, s.mails, into, datafolder.JournalFile, version, migrations.Journal(), nil); err != nil {
			return s, err
		}
	}
	if err := s.findMails(ctx, into, given["mail"], look); err != nil {
		return s, fmt.Errorf("look for mails whose rows are lost: %w", err)
	}
	s.DB, err = store.Open(ctx, into, store.Options{})
	return s, err
}

// openReadable opens a damaged file as far as that can be done, and returns its
// schema.
func openReadable(ctx context.Context, folder, name, into string, known int) (pool *sql.DB, version int, err error) {
	readable, err := filledUp(folder, name, filepath.Join(into, "filled"))
	if err != nil {
		return nil, 0, err
	}
	pool = sqlite.OpenDamaged(readable, name)
	version, err = migrations.SchemaVersion(ctx, pool)
	if err == nil && version == 0 {
		err = errors.New("it has no tables")
	}
	if err == nil && version > known {
		err = &migrations.SchemaError{Found: version, Known: known}
	}
	return pool, version, err
}

// openCopy opens a file into which rows of a damaged one are copied, whatever they
// refer to.
func openCopy(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	if err := datafolder.Touch(path); err != nil {
		return nil, nil, err
	}
	pool := sqlite.Open(path, sqlite.Writing)
	conn, err := pool.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "PRAGMA foreign_keys = off")
	}
	if err == nil {
		err = migrations.AddFunctions(conn)
	}
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return pool, conn, nil
}

// copyRows makes a file of the damaged one's version, fills it, and brings it up to
// date. It returns which numbers the damaged one has given, where that can be read.
func (s *Salvaged) copyRows(ctx context.Context, old *sql.DB, into, name string, version int, scripts []string, before func(sqlrow.Querier, int) error) (map[string]int64, error) {
	pool, conn, err := openCopy(ctx, filepath.Join(into, name))
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := migrations.RunScripts(ctx, tx, scripts[:version], 0, nil); err != nil {
		return nil, err
	}
	c := &copying{ctx: ctx, old: old, now: tx}
	if err := c.tables(); err != nil {
		return nil, err
	}
	if err := migrations.RunScripts(ctx, tx, scripts, version, before); err != nil {
		return nil, err
	}
	s.Lost = append(s.Lost, c.lost...)
	return c.given, tx.Commit()
}

// View runs fn on what could be read.
func (s *Salvaged) View(ctx context.Context, fn func(ticket.Reader) error) error {
	return s.DB.View(ctx, func(r ticket.Reader) error {
		return fn(salvagedReader{r, ctx, s.mails})
	})
}

type salvagedReader struct {
	ticket.Reader
	ctx   context.Context
	mails *sql.DB
}

func (r salvagedReader) Raw(id ticket.MailID) (raw []byte, err error) {
	err = r.mails.QueryRowContext(r.ctx, `SELECT raw FROM mail_raw WHERE mail = $1`, id).Scan(&raw)
	return raw, sqlrow.Found(err, "raw mail", id)
}

// Close releases what was read.
func (s *Salvaged) Close() error {
	var err error
	if s.old != nil {
		err = s.old.Close()
	}
	if s.mails != nil {
		err = errors.Join(err, s.mails.Close())
	}
	if s.DB != nil {
		err = errors.Join(err, s.DB.Close())
	}
	return err
}

// filledUp returns a folder with a database that SQLite opens: it refuses a file
// with fewer pages than the first one says. Of such a file a copy is made in a new
// folder, with empty pages in the place of those that are missing.
func filledUp(folder, name, into string) (string, error) {
	path := filepath.Join(folder, name)
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	head := make([]byte, 32) // SQLite's file format, section 1.3
	if _, err := io.ReadFull(f, head); err != nil {
		return "", err
	}
	pageSize := int64(binary.BigEndian.Uint16(head[16:]))
	if pageSize == 1 {
		pageSize = 1 << 16
	}
	wanted := pageSize * int64(binary.BigEndian.Uint32(head[28:]))
	if !bytes.HasPrefix(head, []byte("SQLite format 3\x00")) || info.Size() >= wanted {
		return folder, nil
	}
	if err := os.MkdirAll(into, 0o700); err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal"} {
		err := copyTo(filepath.Join(into, name+suffix), path+suffix)
		if err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
	}
	return into, os.Truncate(filepath.Join(into, name), wanted)
}

func copyTo(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	return durable.CreateFrom(to, func(w io.Writer) error {
		_, err := io.Copy(w, src)
		return err
	})
}
