package store

import (
	"context"
	"database/sql"

	"maildesk/store/laws"
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
	// Version returns a number that changes when another process has changed something.
	// It is asked at the beginning of a group of changes.
	Version(context.Context, sqlrow.Querier) (int64, error)
	// Settings returns what is in force on a connection, in a line.
	Settings(context.Context, sqlrow.Querier) (string, error)
}
