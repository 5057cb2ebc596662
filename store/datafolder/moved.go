package datafolder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"maildesk/durable"
)

// The tables that stand in a database only while it is filled by a move, and since it was
// emptied by one. In a folder MovedFile stands for the latter.
const (
	MovingTable = "moving"
	MovedTable  = "moved"
	MovedFile   = "moved"
)

// Moved is the mark of data that are being moved to another database, or were: no desk works
// on them, so that nothing is written of which the other one does not know.
type Moved struct {
	ID   string    `json:"id"` // of this move
	To   string    `json:"to"` // where the data are now, without a password
	At   time.Time `json:"at"`
	Done bool      `json:"done"` // all of it is there
}

// ElsewhereError refuses data with that mark.
type ElsewhereError struct{ Moved }

func (e *ElsewhereError) Error() string {
	if e.Done {
		return fmt.Sprintf("these data were moved to %s on %s: name that in [desk] data. Should this desk go on here all the same, without what was done there since: maildesk move --undo", e.To, e.At.Format(time.DateOnly))
	}
	return fmt.Sprintf("these data are being moved to %s: end that with maildesk move --to %s, or call it off with maildesk move --undo", e.To, e.To)
}

// ErrUnfinished refuses a database that a move has begun to fill.
var ErrUnfinished = errors.New("the data are not all here yet: end maildesk move, or maildesk restore, as it was begun")

// ReadMoved reads the mark of a data folder; nil: it has none.
func ReadMoved(folder string) (*Moved, error) {
	text, err := os.ReadFile(filepath.Join(folder, MovedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	m := new(Moved)
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err != nil {
		return nil, fmt.Errorf("mark of moved data: %w", err)
	}
	return m, nil
}

// MarkMoved puts the mark into a data folder, in the place of an older one; nil takes it away.
func MarkMoved(folder string, m *Moved) error {
	path := filepath.Join(folder, MovedFile)
	if m == nil {
		if err := durable.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return durable.Replace(path, append(text, '\n'))
}

// NotMoved returns a [ElsewhereError] where a data folder has the mark.
func NotMoved(folder string) error {
	m, err := ReadMoved(folder)
	if m != nil {
		err = &ElsewhereError{*m}
	}
	return err
}
