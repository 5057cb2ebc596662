package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"maildesk/store/sqlrow"
)

// LockedError says that daemons work on the database, or that whoever works there must be alone.
type LockedError struct {
	Holder string // "maildesk, process 4711 on mail1"; empty: unknown
	Turn   bool   // it only has its turn, which it was not waited for any longer
}

func (e *LockedError) Error() string {
	if e.Turn {
		return cmp.Or(e.Holder, "a process that does not show itself") + " is changing something in this database and has not ended: wait for it, then call this again"
	}
	return "another daemon, or a move, works on this database (" + cmp.Or(e.Holder, "it does not show which") + "): stop it first"
}

// Lock makes a connection that of the only process that works on the database, for as long
// as it lasts: no daemon does, and none starts. It waits a moment for one that has just ended.
func Lock(ctx context.Context, conn *sql.Conn) error {
	return lock(ctx, conn, `SELECT pg_advisory_lock($1, $2)`)
}

// Share makes a connection that of one of the daemons, for as long as it lasts.
func Share(ctx context.Context, conn *sql.Conn) error {
	return lock(ctx, conn, `SELECT pg_advisory_lock_shared($1, $2)`)
}

func lock(ctx context.Context, conn *sql.Conn, query string) error {
	_, err := conn.ExecContext(ctx, query, int32(lockClass), int32(lockDaemon))
	if codeOf(err) == lockNotAvailable {
		err = heldBy(ctx, conn, &LockedError{}, lockDaemon)
	}
	return err
}

// heldBy returns an error with who holds one of some advisory locks.
func heldBy(ctx context.Context, q sqlrow.Querier, locked *LockedError, locks ...int64) error {
	err := q.QueryRowContext(ctx, `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = ANY ($2) AND l.objsubid = 2 AND l.pid <> pg_backend_pid()
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`, int64(lockClass), locks).Scan(&locked.Holder)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return errors.Join(locked, err)
	}
	return locked
}
