package sqlite

import (
	"errors"

	"github.com/mattn/go-sqlite3"

	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// Shortage returns of what the machine is short where that is the cause of an error
// ([ticket.ErrStorageFull], [ticket.ErrResources]), else nil.
func (Engine) Shortage(err error) error {
	e, ok := errors.AsType[sqlite3.Error](err)
	switch {
	case !ok:
		return datafolder.Shortage(err)
	case e.Code == sqlite3.ErrFull:
		return ticket.ErrStorageFull
	case e.Code == sqlite3.ErrNomem:
		return ticket.ErrResources
	}
	return datafolder.Shortage(errors.Join(e.SystemErrno, err))
}

// Undone returns false: what is kept of a commit that failed is not known.
func (Engine) Undone(error) bool { return false }

// Waited reports nothing: locks are waited for where a transaction begins.
func (Engine) Waited(error) bool { return false }

// Refusal returns [ticket.ErrRefused] where a statement failed for what it says: a constraint, a
// value that is too large or of another type.
func (Engine) Refusal(err error) error {
	if e, ok := errors.AsType[sqlite3.Error](err); ok && (e.Code == sqlite3.ErrConstraint || e.Code == sqlite3.ErrTooBig || e.Code == sqlite3.ErrMismatch) {
		return ticket.ErrRefused
	}
	return nil
}
