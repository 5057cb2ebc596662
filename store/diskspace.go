package store

import (
	"cmp"
	"time"

	"maildesk/store/groupcommit"
)

// Room is described at [ticket.Journal]. A broken store has none.
func (db *DB) Room(size int64) error {
	if err := db.Broken(); err != nil {
		return err
	}
	for _, w := range []*groupcommit.Writer{db.tickets, db.journal} {
		if err := w.Place.Check(); err != nil {
			return db.BreakDown(err)
		}
	}
	if db.server != nil {
		return cmp.Or(db.Ill(), db.Aside()) // the server says so when it has none
	}
	return db.reserve.Allow(size)
}

// Free returns the bytes of the file system of the data folder that we may write, at most
// one second old, and how many of them Keep leaves free.
func (db *DB) Free() (free, reserve int64, err error) {
	free, _, err = db.reserve.Space(time.Second)
	return free, db.reserve.Least, err
}
