package datafolder

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// LockedError says that another daemon works on the data folder.
type LockedError struct {
	Folder string
	Holder string // "process 4711: maildesk serve", as it wrote itself down; empty: unknown
}

func (e *LockedError) Error() string {
	return "another maildesk works on this folder (" + cmp.Or(e.Holder, "process unknown") + ")"
}

// Lock takes the lock of a data folder for the life of the file that it
// gives; the kernel releases it however the process ends.
func Lock(folder string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		holder := make([]byte, 200)
		n, _ := f.Read(holder) // whoever it is, it holds the lock
		return nil, errors.Join(&LockedError{folder, strings.TrimSpace(string(holder[:n]))}, f.Close())
	}
	if err == nil {
		err = writeHolder(f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock: %w", err), f.Close())
	}
	return f, nil
}

// writeHolder writes down who we are, for the error of the one who comes next. Addresses are left
// out: somebody may be erased by this very command.
func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	words := slices.DeleteFunc(slices.Clone(os.Args), func(word string) bool { return strings.Contains(word, "@") })
	_, err := fmt.Fprintf(f, "process %d: %s\n", os.Getpid(), strings.Join(words, " "))
	return err
}
