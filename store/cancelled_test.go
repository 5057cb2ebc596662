package store

import (
	"context"
	"testing"
	"time"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// A daemon that is told to stop while a statement of its turn runs lets that end: it would lose the
// connection that writes, and leave its part of the work to be waited for by others.
func TestStopAmidATurn(t *testing.T) {
	db := openDaemons(t, 1)[0]
	ctx, stop := context.WithCancel(t.Context())
	err := db.update(ctx, ticket.InTurn, func(tx *tables.Tx) error {
		if _, err := tx.Querier().ExecContext(ctx, `CREATE TEMPORARY TABLE seen (word TEXT)`); err != nil {
			return err
		}
		time.AfterFunc(50*time.Millisecond, stop)
		_, err := tx.Querier().ExecContext(ctx, `INSERT INTO seen SELECT 'whole' FROM pg_sleep(0.3)`)
		return err
	})
	if err != nil || ctx.Err() == nil {
		t.Fatalf("Update = %v, and the context is done: %v", err, ctx.Err())
	}
	var word string
	if err := db.tickets.Conn.QueryRowContext(t.Context(), `SELECT word FROM seen`).Scan(&word); err != nil || word != "whole" {
		t.Errorf("what was committed is %q, %v", word, err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
}

// A store whose connection was lost closes without an error of its own: that was told before.
func TestCloseAfterLostConnection(t *testing.T) {
	db := openDaemons(t, 1)[0]
	if _, err := db.side.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	if err := db.update(t.Context(), ticket.InTurn, func(*tables.Tx) error { return nil }); err == nil {
		t.Fatal("Update went well on a lost connection")
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
}
