package store

import (
	"errors"

	"github.com/mattn/go-sqlite3"

	"maildesk/ticket"
)

func (sqlite) shortage(err error) error {
	e, ok := errors.AsType[sqlite3.Error](err)
	switch {
	case !ok:
		return shortOf(err)
	case e.Code == sqlite3.ErrFull:
		return ticket.ErrStorageFull
	case e.Code == sqlite3.ErrNomem:
		return ticket.ErrResources
	}
	return shortOf(errors.Join(e.SystemErrno, err))
}
