// Package durable changes files so that the change is whole, and still there after
// a power cut: contents are synced before a name leads to them, and the folder
// after the name has changed. Files are readable by their owner only.
//
// google/renameio does most of this, but does not sync the folder.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Replace puts a file with these contents in the place of the one at path, if
// there is one. At any moment the old or the new contents are there. When run by
// root the file gets the owner of its folder, so that a command which root runs
// does not shut the daemon out.
func Replace(path string, contents []byte) error {
	return viaTemporary(path, writeAll(contents), os.Rename)
}

// Create puts a file with these contents at path. It returns an error that wraps
// fs.ErrExist and leaves the file alone if there is one.
func Create(path string, contents []byte) error {
	return CreateFrom(path, writeAll(contents))
}

// CreateFrom is Create with what write writes. Its error is returned as it is, and then there is no file.
func CreateFrom(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return viaTemporary(path, write, os.Link)
}

func writeAll(contents []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(contents)
		return err
	}
}

// viaTemporary writes a new file in the folder of path and moves it to there.
func viaTemporary(path string, write func(io.Writer) error, move func(from, to string) error) error {
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after a rename
	if err = errors.Join(write(f), ownAsFolder(f, folder), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := move(f.Name(), path); err != nil {
		return err
	}
	return Sync(folder)
}

// Copy copies the file from to the path to, in the place of the one there, if
// there is one. What a copy that was cut off has written, the next one overwrites.
func Copy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return Write(to, filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+".partial"), in)
}

// Write writes a file to the path temporary, which may be in another folder of
// the file system, and moves it to the path to.
func Write(to, temporary string, contents io.Reader) error {
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, contents)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return Rename(temporary, to)
}

// Rename moves a file or folder and syncs the folder into which it went.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return Sync(filepath.Dir(to))
}

// Remove removes a file and syncs its folder.
func Remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// Sync makes durable what was written to a file, or the names in a folder.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// ownAsFolder sets the owner of a new file to that of its folder, when run by root.
func ownAsFolder(f *os.File, folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("the owner of %s is not known", folder)
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}
