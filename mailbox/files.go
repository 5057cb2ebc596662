package mailbox

import (
	"cmp"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// file is one file to read.
type file struct {
	path      string
	size      int64
	delivered time.Time // of a Maildir file, else zero
}

// files returns every file at paths; a file has its path even with an error.
func files(paths []string) iter.Seq2[file, error] {
	return func(yield func(file, error) bool) {
		for _, path := range paths {
			if path == stdin {
				if !yield(file{path: path}, nil) {
					return
				}
				continue
			}
			info, err := os.Stat(path)
			switch {
			case err != nil:
				if !yield(file{path: path}, err) {
					return
				}
			case info.IsDir():
				if !folder(path, yield) {
					return
				}
			default:
				// Named explicitly: a pipe is fine as well.
				if !yield(file{path: path, size: info.Size()}, nil) {
					return
				}
			}
		}
	}
}

// folder yields the files of a folder and of those in it. It returns false when the
// caller has stopped.
func folder(path string, yield func(file, error) bool) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !yield(file{path: path}, err) {
		return false
	}
	maildir := has(entries, "cur") && has(entries, "new")
	if maildir && !delivered(path, yield) {
		return false
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case maildir && e.IsDir() && (name == "cur" || name == "new" || name == "tmp"):
		case e.IsDir():
			if !folder(filepath.Join(path, name), yield) {
				return false
			}
		default:
			if !entry(path, e, time.Time{}, yield) {
				return false
			}
		}
	}
	return true
}

func has(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() && e.Name() == name })
}

// delivered returns the mails of a Maildir in the order of delivery: a file's name
// begins with the time in seconds (https://cr.yp.to/proto/maildir.html).
func delivered(path string, yield func(file, error) bool) bool {
	type mail struct {
		folder string
		entry  fs.DirEntry
		at     time.Time
	}
	var mails []mail
	for _, sub := range []string{"cur", "new"} {
		folder := filepath.Join(path, sub)
		entries, err := os.ReadDir(folder)
		if err != nil && !yield(file{path: folder}, err) {
			return false
		}
		for _, e := range entries {
			mails = append(mails, mail{folder, e, deliveryTime(e.Name())})
		}
	}
	slices.SortStableFunc(mails, func(a, b mail) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.entry.Name(), b.entry.Name()))
	})
	for _, m := range mails {
		if m.entry.IsDir() {
			if !folder(filepath.Join(m.folder, m.entry.Name()), yield) {
				return false
			}
		} else if !entry(m.folder, m.entry, m.at, yield) {
			return false
		}
	}
	return true
}

func deliveryTime(name string) time.Time {
	seconds, _, _ := strings.Cut(name, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n < 1e8 || n > 1e11 { // before 1973: not a time
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// entry returns one file found in a folder.
func entry(folder string, e fs.DirEntry, at time.Time, yield func(file, error) bool) bool {
	if isNote(e.Name()) {
		return true
	}
	path := filepath.Join(folder, e.Name())
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return yield(file{path: path}, err)
	case info.IsDir(): // a symbolic link to a folder
		return true
	case !info.Mode().IsRegular():
		return yield(file{path: path}, &fs.PathError{Op: "read mail", Path: path, Err: fs.ErrInvalid})
	}
	return yield(file{path: path, size: info.Size(), delivered: at}, nil)
}

// isNote reports whether a file belongs to a mail program and is not a mail.
func isNote(name string) bool {
	for _, pattern := range []string{".*", "*.msf", "dovecot*", "courier*", "maildirfolder", "maildirsize", "subscriptions"} {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	return false
}
