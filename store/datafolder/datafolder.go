// Package datafolder manages a desk's data folder around
// its databases: the names of the files, the lock that keeps a second daemon out, the
// highest numbers that may be known outside, whether a desk has worked here whose
// database is gone, whether the files are still those that were opened, and how much
// room the disk has. It opens no database.
//
// Begin with [Look] and [Make].
package datafolder

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"maildesk/durable"
)

// The files of the data folder: tickets with all that belongs to them, and the
// mails as they came.
const (
	File        = "maildesk.db"
	JournalFile = "journal.db"
)

// JournalApart is the schema from which on the journal is a file of its own.
const JournalApart = 19

// OutcomesFile has what became of outgoing mails where it could not be recorded yet.
const OutcomesFile = "outcomes"

// ErasingFile stands in the data folder while somebody is being erased.
const ErasingFile = "erasing"

// KeysFile is the name of the file in the data folder in which the desk keeps
// its signing keys. It is made after the database: where it stands without one,
// a database was lost.
const KeysFile = "keys"

// EncryptedKeysFile is the name of the keys in a backup that has them encrypted: a tar
// archive of their files in an age file (age-encryption.org/v1) with a passphrase. By hand:
// age --decrypt keys.tar.age | tar -x
const EncryptedKeysFile = KeysFile + ".tar.age"

// Make makes the data folder and, inside, a database file that only we
// can read; SQLite creates its log with the mode of the database.
func Make(folder string) error {
	if err := MakeFolder(folder); err != nil {
		return err
	}
	return Touch(filepath.Join(folder, File))
}

// MakeFolder makes the data folder alone.
func MakeFolder(folder string) error {
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		// SQLite makes the names inside the folder durable, not the folder's.
		return durable.Sync(filepath.Dir(folder))
	}
	return nil
}

// Touch makes an empty file where there is none.
func Touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// JournalThere reports whether the journal of a database was lost, as far as that
// shows without opening it.
func JournalThere(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &LostError{File: JournalFile, What: "is missing"}
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file, but a folder or a device", JournalFile)
	case info.Size() == 0:
		return &LostError{File: JournalFile, What: "is empty"}
	}
	return nil
}

// Look reports, without opening it, whether the folder has a database that a desk
// can work with or has none and may get one: then found is false. A database that
// was lost is a *[LostError].
func Look(folder string) (found bool, err error) {
	info, err := os.Stat(filepath.Join(folder, File))
	switch {
	case err == nil && !info.Mode().IsRegular():
		return false, fmt.Errorf("%s is not a file, but a folder or a device", File)
	case err == nil && info.Size() > 0:
		if schemaOnDisk(filepath.Join(folder, File)) < JournalApart {
			return true, nil // it has all in one file, or Open will say more
		}
		err := JournalThere(filepath.Join(folder, JournalFile))
		return err == nil, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	what := "is empty"
	if err != nil {
		what = "is missing"
	}
	if had, err := HadDesk(folder); had || err != nil {
		return false, cmp.Or(err, error(&LostError{File: File, What: what}))
	}
	return false, nil
}

// HadDesk reports whether a desk has worked in the folder.
func HadDesk(folder string) (bool, error) {
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

// NotBlank refuses a database without tables where a desk has worked: whoever
// looks into a database that is not there may have made it.
func NotBlank(folder string) error {
	had, err := HadDesk(folder)
	if had {
		err = &LostError{File: File, What: "has no tables"}
	}
	return err
}

// LostError says that a file of a desk is not where it was.
type LostError struct {
	File, What string // "is missing", "is empty"
	Server     string // the database of a server, in which the tables of that file are not; empty: it is a file
}

// Error says what is gone, and the ways out.
func (e *LostError) Error() string {
	const wayOut = ", or a backup of both: maildesk restore BACKUP; where there is none, begin without tickets, with numbers after those that are out: maildesk restore --anew"
	if e.Server != "" {
		return "the journal in the database " + e.Server + " " + e.What + ": a part of the database was put back from another day. Put all of it back, from one dump by pg_restore, or into an empty database from a backup: maildesk restore BACKUP"
	}
	if e.File == JournalFile {
		return "the journal " + JournalFile + " " + e.What + ", though the tickets of a desk stand beside it, in " + File + ": the mails themselves are not here. Put the journal back" + wayOut
	}
	return "the database " + File + " " + e.What + ", though the keys of a desk stand beside it: this is no new desk. Put the database back" + wayOut
}
