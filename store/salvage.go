package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maildesk/ticket"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"
)

// Salvaged is what can be read of a damaged database: a store that is only read.
// Its rows stand in a database of their own with whole indexes; the raw bytes of
// mails are read where they are.
type Salvaged struct {
	*DB
	old  *sql.DB
	Lost []Unreadable
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

// openDamaged opens a database that may not be as it was written, and writes
// nothing: neither into it nor, when it is closed, the log into the database.
func openDamaged(folder string) *sql.DB {
	query := url.Values{"mode": {"ro"}, "_busy_timeout": {"5000"}, "_mutex": {"no"}}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.Join(folder, File)}).EscapedPath(), RawQuery: query.Encode()}
	pool := sql.OpenDB(&connector{dsn: dsn.String(), driver: sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec("PRAGMA cell_size_check = on; PRAGMA temp_store = MEMORY", nil)
		return err
	}}})
	pool.SetMaxOpenConns(1)
	return pool
}

// Damage reads all of a database without opening it for work, and returns a
// *[DamagedError] when it is not as it was written.
func Damage(ctx context.Context, folder string) error {
	pool := openDamaged(folder)
	defer pool.Close()
	return quickCheck(ctx, pool)
}

// Salvage reads what can be read of the database in folder, which is not changed.
// The copy of its rows is made in the new folder into, and may be removed when it
// is closed. look says of raw bytes what a door says of a mail: its fingerprint
// and Message-ID. A database whose list of tables cannot be read is an error.
func Salvage(ctx context.Context, folder, into string, look func(raw []byte) ticket.Mail) (s *Salvaged, err error) {
	s = &Salvaged{}
	defer func() {
		if err != nil {
			err = fmt.Errorf("read what is left of %s: %w", filepath.Join(folder, File), errors.Join(err, s.Close()))
		}
	}()
	if err := os.Mkdir(into, 0o700); err != nil {
		return s, err
	}
	readable, err := filledUp(folder, filepath.Join(into, "filled"))
	if err != nil {
		return s, err
	}
	s.old = openDamaged(readable)
	version, err := schemaVersion(ctx, s.old)
	if err == nil && version == 0 {
		err = errors.New("it has no tables")
	}
	if known := len(migrations()); err == nil && version > known {
		err = &SchemaError{version, known}
	}
	if err != nil {
		return s, err
	}
	if err := s.copyRows(ctx, filepath.Join(into, File), version, look); err != nil {
		return s, err
	}
	s.DB, err = Open(ctx, into, Options{})
	return s, err
}

// copyRows makes a database of the damaged one's version, fills it, and brings it
// up to date.
func (s *Salvaged) copyRows(ctx context.Context, path string, version int, look func([]byte) ticket.Mail) error {
	if err := makeFolder(filepath.Dir(path)); err != nil { // an empty file with it
		return err
	}
	pool := openSQLite(path, writing)
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = off"); err != nil {
		return err
	}
	if err := addFunctions(conn); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := runScripts(ctx, tx, migrations()[:version], 0); err != nil {
		return err
	}
	c := &copying{ctx: ctx, old: s.old, now: tx}
	if err := c.tables(); err != nil {
		return err
	}
	if err := runScripts(ctx, tx, migrations(), version); err != nil {
		return err
	}
	if err := c.findMails(look, time.Now()); err != nil {
		return fmt.Errorf("look for mails whose rows are lost: %w", err)
	}
	s.Lost = c.lost
	return tx.Commit()
}

// View runs fn on what could be read.
func (s *Salvaged) View(ctx context.Context, fn func(ticket.Reader) error) error {
	return s.DB.View(ctx, func(r ticket.Reader) error {
		return fn(salvagedReader{r, &reader{ctx: ctx, q: s.old, engine: s.DB.engine}})
	})
}

type salvagedReader struct {
	ticket.Reader
	old *reader
}

func (r salvagedReader) Raw(id ticket.MailID) ([]byte, error) { return r.old.Raw(id) }

// Close releases what was read.
func (s *Salvaged) Close() error {
	var err error
	if s.old != nil {
		err = s.old.Close()
	}
	if s.DB != nil {
		err = errors.Join(err, s.DB.Close())
	}
	return err
}

// filledUp returns a folder with a database that SQLite opens: it refuses a file
// with fewer pages than the first one says. Of such a file a copy is made in a new
// folder, with empty pages in the place of those that are missing.
func filledUp(folder, into string) (string, error) {
	path := filepath.Join(folder, File)
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
	if err := os.Mkdir(into, 0o700); err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal"} {
		err := copyTo(filepath.Join(into, File+suffix), path+suffix)
		if err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
	}
	return into, os.Truncate(filepath.Join(into, File), wanted)
}

func copyTo(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}
