package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// KeysFile is the name of the file in the data folder in which the desk keeps
// its signing keys. It is made after the database: where it stands without one,
// a database was lost.
const KeysFile = "keys"

// LostError says that a file of a desk is not where it was.
type LostError struct{ File, What string } // "is missing", "is empty"

func (e *LostError) Error() string {
	const wayOut = ", or a backup of both: maildesk restore BACKUP; where there is none, begin without tickets, with numbers after those that are out: maildesk restore --anew"
	if e.File == JournalFile {
		return "the journal " + JournalFile + " " + e.What + ", though the tickets of a desk stand beside it, in " + File + ": the mails themselves are not here. Put the journal back" + wayOut
	}
	return "the database " + File + " " + e.What + ", though the keys of a desk stand beside it: this is no new desk. Put the database back" + wayOut
}

// Look tells, without opening it, whether the folder has a database that a desk
// can work with or has none and may get one: then found is false. A database that
// was lost is a *[LostError].
func Look(folder string) (found bool, err error) {
	info, err := os.Stat(filepath.Join(folder, File))
	switch {
	case err == nil && !info.Mode().IsRegular():
		return false, fmt.Errorf("%s is no file, but a folder or a device", File)
	case err == nil && info.Size() > 0:
		if schemaOnDisk(filepath.Join(folder, File)) < journalApart {
			return true, nil // it has all in one file, or Open will say more
		}
		err := journalThere(filepath.Join(folder, JournalFile))
		return err == nil, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	what := "is empty"
	if err != nil {
		what = "is missing"
	}
	if had, err := hadDesk(folder); had || err != nil {
		return false, cmp.Or(err, error(&LostError{File, what}))
	}
	return false, nil
}

// hadDesk reports whether a desk has worked in the folder.
func hadDesk(folder string) (bool, error) {
	for _, sign := range []string{KeysFile, numbersFile} {
		if _, err := os.Stat(filepath.Join(folder, sign)); err == nil {
			return true, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}

// schemaOnDisk returns the schema of a database as its first page says it, without
// opening it (SQLite's file format, section 1.3.15); 0: that does not show. What the
// write-ahead log holds may be newer.
func schemaOnDisk(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	version := make([]byte, 4)
	if _, err := f.ReadAt(version, 60); err != nil {
		return 0
	}
	return int(binary.BigEndian.Uint32(version))
}

// notBlank refuses a database without tables where a desk has worked: whoever
// looks into a database that is not there may have made it.
func notBlank(folder string) error {
	had, err := hadDesk(folder)
	if had {
		err = &LostError{File, "has no tables"}
	}
	return err
}

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

// MovedError says that the files of a database or journal are not those that were opened:
// somebody removed, renamed or replaced them, or the folder, while the desk ran.
type MovedError struct {
	File string
	Err  error // nil: another file stands in its place
}

func (e *MovedError) Error() string {
	text := e.File + " is not the file that was opened"
	if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text + ": it was removed, renamed or replaced while maildesk ran. Put it back, or restore a backup, before the next start"
}
func (e *MovedError) Unwrap() error { return e.Err }

// place is the files of an open database: what is written into files that no
// longer have their names is gone with the process.
type place []opened

type opened struct {
	path string
	info os.FileInfo
}

// placeOf remembers the files of a database on which a connection has read.
func placeOf(folder, name string) (place, error) {
	var p place
	for _, suffix := range []string{"", "-wal", "-shm"} {
		path := filepath.Join(folder, name+suffix)
		info, err := os.Stat(path)
		if err != nil {
			return nil, &MovedError{path, err}
		}
		p = append(p, opened{path, info})
	}
	return p, nil
}

// check returns a *MovedError where a file is another one than it was.
func (p place) check() error {
	for _, was := range p {
		info, err := os.Stat(was.path)
		if err != nil {
			return &MovedError{was.path, err}
		}
		if !os.SameFile(info, was.info) {
			return &MovedError{was.path, nil}
		}
	}
	return nil
}
