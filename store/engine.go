package store

import (
	"context"
	"database/sql"

	"maildesk/store/laws"
	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
)

// engine is what differs between databases.
type engine interface {
	statement.Engine
	laws.Engine
	// BeginReading begins a transaction that only reads, and sees the tickets and the
	// journal as they are at this moment.
	BeginReading(context.Context, *sql.Conn) (*sql.Tx, error)
	// Others notes what other processes have changed, at the beginning of a group of
	// changes. It reports whether something is not known by keys: then the numbers that the
	// database has given are read anew.
	Others(context.Context, sqlrow.Querier, *memory.State) (unknown bool, err error)
	// Settings returns what is in force on a connection, in a line.
	Settings(context.Context, sqlrow.Querier) (string, error)
}
