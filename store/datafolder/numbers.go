package datafolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"maildesk/durable"
)

// Tickets, participants and outgoing mails have numbers that go out: in
// subjects, signed reply addresses and reverse-paths. None may be given twice,
// and the database alone cannot see to that: it may be an old copy that was put
// back, or a new one in the place of one that was lost. So the highest numbers
// that may be out stand in a file beside the keys. While the desk works they are
// ahead of the database by a block, so that few tickets cost a write of the file;
// a daemon that ends in order leaves the exact ones. A database that is further
// behind goes on after them.

// Numbers is the highest number of each kind, by the name of its table.
type Numbers map[string]int64

// The kinds of numbers.
const (
	TicketNumbers      = "ticket"
	ParticipantNumbers = "participant"
	OutgoingNumbers    = "outbox"
)

// blocks is how many numbers of a kind the file is ahead at most.
var blocks = map[string]int64{TicketNumbers: 256, ParticipantNumbers: 4096, OutgoingNumbers: 4096}

const (
	numbersFile = "numbers"
	exactly     = "exact" // the line that says that the file is not ahead
	numbersHead = "# The highest numbers that may be known outside. maildesk keeps this file so that none is given twice.\n"
)

// NumbersFile is the file with the highest numbers in a data folder. It is used by whoever has the turn.
type NumbersFile struct {
	Folder string
	UpTo   Numbers // as read or written last
	exact  bool
	Found  bool  // the file was there
	Failed error // the disk does not keep the file
}

// WriteNumbers makes the databases that are opened in a folder from now on go on
// after the given numbers.
func WriteNumbers(folder string, upTo Numbers) error {
	n := NumbersFile{Folder: folder, UpTo: upTo, exact: true}
	return n.write()
}

// ReadNumbers returns the highest numbers that may be out from a data folder. Its
// error wraps [fs.ErrNotExist] where nothing says so.
func ReadNumbers(folder string) (Numbers, error) {
	n := NumbersFile{Folder: folder}
	err := n.Read()
	if err == nil && !n.Found {
		err = fmt.Errorf("%s: %w", filepath.Join(folder, numbersFile), fs.ErrNotExist)
	}
	return n.UpTo, err
}

// Read reads the file; one that is not there has no numbers.
func (n *NumbersFile) Read() error {
	path := filepath.Join(n.Folder, numbersFile)
	n.UpTo, n.exact, n.Found = Numbers{}, false, false
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("numbers that are out: %w", err)
	}
	n.Found = true
	line := 0
	for text := range strings.Lines(string(text)) {
		line++
		words := strings.Fields(text)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case len(words) == 1 && words[0] == exactly:
			n.exact = true
		default:
			var number int64
			err := errors.New("want a kind and a number, such as: ticket 1042")
			if len(words) == 2 && GoesOut(words[0]) {
				number, err = strconv.ParseInt(words[1], 10, 64)
			}
			if err != nil || number < 0 {
				return fmt.Errorf("%s, line %d: %q: %w", path, line, strings.TrimSpace(text), err)
			}
			n.UpTo[words[0]] = number
		}
	}
	return nil
}

// write replaces the file, durably.
func (n *NumbersFile) write() error {
	text := numbersHead
	for _, kind := range []string{TicketNumbers, ParticipantNumbers, OutgoingNumbers} {
		text += fmt.Sprintf("%s %d\n", kind, n.UpTo[kind])
	}
	if n.exact {
		text += exactly + "\n"
	}
	if err := durable.Replace(filepath.Join(n.Folder, numbersFile), []byte(text)); err != nil {
		return fmt.Errorf("keep the numbers that are out: %w", err)
	}
	n.Found = true
	return nil
}

// Leave writes the numbers that a database has given, exactly.
func (n *NumbersFile) Leave(has Numbers) error {
	n.UpTo, n.exact = has, true
	return n.write()
}

// GoesOut reports whether the numbers of a table are known outside.
func GoesOut(table string) bool { return blocks[table] > 0 }

// Cover sees to it that the file knows a number before it is committed.
func (n *NumbersFile) Cover(kind string, number int64) error {
	if number <= n.UpTo[kind] {
		return nil
	}
	// Another process may have been further.
	if err := n.Read(); err != nil {
		return Marked(err, Shortage(err))
	}
	if number <= n.UpTo[kind] {
		return nil
	}
	n.UpTo[kind] = max(n.UpTo[kind], number+blocks[kind])
	n.exact = false
	err := n.write()
	if short := Shortage(err); short != nil {
		n.UpTo = nil // what the file holds is read again
		return Marked(err, short)
	}
	n.Failed = err
	return err
}

// Behind reports whether a database with these numbers cannot be the one that
// the file was written for last.
func (n *NumbersFile) Behind(has Numbers) bool {
	for kind, upTo := range n.UpTo {
		ahead := blocks[kind]
		if n.exact {
			ahead = 0
		}
		if upTo-has[kind] > ahead {
			return true
		}
	}
	return false
}
