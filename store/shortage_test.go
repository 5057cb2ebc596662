package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"maildesk/store/datafolder"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

func TestShortage(t *testing.T) {
	file := func(errno error) error {
		return fmt.Errorf("numbers: %w", &fs.PathError{Op: "open", Path: "numbers", Err: errno})
	}
	for _, tt := range []struct {
		err, want error
	}{
		{sqlite3.Error{Code: sqlite3.ErrFull}, ticket.ErrStorageFull},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOSPC}, ticket.ErrStorageFull},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EDQUOT}, ticket.ErrStorageFull},
		{sqlite3.Error{Code: sqlite3.ErrNomem}, ticket.ErrResources},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.ENOMEM}, ticket.ErrResources},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen, SystemErrno: syscall.EMFILE}, ticket.ErrResources},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen, SystemErrno: syscall.ENFILE}, ticket.ErrResources},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen, SystemErrno: syscall.ENOENT}, nil},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: syscall.EIO}, nil},
		{sqlite3.Error{Code: sqlite3.ErrCorrupt}, nil},
		{&pgconn.PgError{Code: "53100"}, ticket.ErrStorageFull},
		{&pgconn.PgError{Code: "53000"}, ticket.ErrResources},
		{&pgconn.PgError{Code: "53200"}, ticket.ErrResources},
		{&pgconn.PgError{Code: "53300"}, ticket.ErrResources},
		{&pgconn.PgError{Code: "55P03"}, nil},                                                              // somebody else has the turn
		{errors.Join(sqlite3.Error{Code: sqlite3.ErrCantOpen}, file(syscall.EMFILE)), ticket.ErrResources}, // an attached file
		{file(syscall.ENOSPC), ticket.ErrStorageFull},
		{file(syscall.EDQUOT), ticket.ErrStorageFull},
		{file(syscall.EMFILE), ticket.ErrResources},
		{file(syscall.ENFILE), ticket.ErrResources},
		{file(syscall.ENOMEM), ticket.ErrResources},
		{file(syscall.EIO), nil},
		{errors.New("else"), nil},
		{nil, nil},
	} {
		got := sqlite.Engine{}.Shortage(fmt.Errorf("write: %w", tt.err))
		if _, ours := errors.AsType[sqlite3.Error](tt.err); !ours {
			got = datafolder.Shortage(tt.err)
		}
		if _, server := errors.AsType[*pgconn.PgError](tt.err); server {
			got = (&postgres.Engine{}).Shortage(fmt.Errorf("write: %w", tt.err))
		}
		if got != tt.want {
			t.Errorf("%v is a shortage of %v, want %v", tt.err, got, tt.want)
		}
		if err := datafolder.Marked(tt.err, got); tt.want != nil && !errors.Is(err, tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("marked: %v does not hold %v and %v", err, tt.err, tt.want)
		}
	}
}
