package datafolder

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// writeHolder writes down who we are, for the error of the one who comes next: the program and its command,
// without what follows that. Somebody may be erased by this very command, whom an address, a name or a word
// of the arguments tells.
func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	name := filepath.Base(os.Args[0])
	if command := commandOf(os.Args[1:]); command != "" {
		name += " " + command
	}
	_, err := fmt.Fprintf(f, "process %d: %s\n", os.Getpid(), name)
	return err
}

// isCommand tells a command from an option.
var isCommand = regexp.MustCompile(`^[a-z]{2,20}$`)

// commandOf returns the command of a command line, behind the option that all of them have, -c FILE; empty: there is
// none, or something else is before it.
func commandOf(args []string) string {
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-c" || arg == "--config":
			i++ // the file
		case strings.HasPrefix(arg, "-c") || strings.HasPrefix(arg, "--config="):
		case isCommand.MatchString(arg):
			return arg
		default:
			return ""
		}
	}
	return ""
}
