package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
)

// olderDatabase returns the URL of a database with schema 5, and connections to it.
func olderDatabase(t *testing.T) (url string, pool *sql.DB) {
	t.Helper()
	url = pgserver.Database(t)
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	for _, statement := range append(migrations.Postgres()[:5:5], `CREATE TABLE schema_version (version BIGINT NOT NULL)`, `INSERT INTO schema_version VALUES (5)`) {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return url, pool
}

// reading begins a transaction that has read a table, as that of a dump, which lasts until end is called, or the test ends.
func reading(t *testing.T, pool *sql.DB, table string) (end func()) {
	t.Helper()
	tx, err := pool.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.ExecContext(t.Context(), `SET LOCAL application_name = 'pg_dump'`)
	}
	if err == nil {
		_, err = tx.ExecContext(t.Context(), `SELECT count(*) FROM `+table)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	return func() { tx.Rollback() }
}

// Daemons that start beside a long reader of an older schema wait for its end, and hold up nobody meanwhile.
func TestUpgradeWaitsForReaders(t *testing.T) {
	t.Parallel() // it waits for locks
	url, pool := olderDatabase(t)
	end := reading(t, pool, "handled")
	started := make(chan error, 2)
	for range cap(started) {
		folder := t.TempDir()
		go func() {
			db, err := Open(context.Background(), folder, Options{Exclusive: true, Database: url})
			if err == nil {
				err = db.Close()
			}
			started <- err
		}()
	}
	var waited bool
	for begun := time.Now(); time.Since(begun) < 4*time.Second || !waited && time.Since(begun) < 25*time.Second; {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		for _, table := range []string{"entry", "handled", "outbox", "ticket"} {
			var n int
			if err := pool.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
				t.Errorf("who reads %s beside daemons that wait gets %v", table, err)
			}
		}
		cancel()
		var now bool
		if err := pool.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'handled'::regclass AND NOT granted)`).Scan(&now); err != nil {
			t.Error(err)
		}
		if waited = waited || now; t.Failed() {
			break
		}
	}
	if !waited {
		t.Error("no daemon was seen to wait: this test looks in the wrong place")
	}
	end()
	for range cap(started) {
		if err := <-started; err != nil {
			t.Errorf("Open = %v", err)
		}
	}
}

// Who waited for too long says for whom.
func TestUpgradeSaysWhoIsInTheWay(t *testing.T) {
	t.Parallel() // it waits for locks
	url, pool := olderDatabase(t)
	end := reading(t, pool, "handled")
	migrate := func(patience time.Duration) error {
		engine, err := postgres.Open(url, "")
		if err != nil {
			return err
		}
		writers := engine.Pool(serverPatience)
		defer writers.Close()
		conn, err := writers.Conn(t.Context())
		if err != nil {
			return err
		}
		defer conn.Close()
		return postgres.Explain(postgres.Migrate(t.Context(), conn, true, patience))
	}
	first := make(chan error, 1)
	go func() { first <- migrate(time.Minute) }()
	for held := false; !held; time.Sleep(10 * time.Millisecond) {
		if err := pool.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&held); err != nil {
			t.Fatal(err)
		}
	}
	var second *postgres.UpgradeError
	if err := migrate(time.Second); !errors.As(err, &second) || !strings.Contains(err.Error(), "another daemon is bringing the tables up to date (maildesk, process ") || strings.Contains(err.Error(), "dump") {
		t.Errorf("beside a daemon that upgrades the tables another one says %v", err)
	}
	end()
	if err := <-first; err != nil {
		t.Errorf("the first, after the end of the reader: %v", err)
	}

	url, pool = olderDatabase(t)
	reading(t, pool, "handled")
	if err := migrate(time.Second); err == nil || !strings.Contains(err.Error(), "pg_dump (server process ") || !strings.Contains(err.Error(), "user postgres) has handled; wait for the end of that") {
		t.Errorf("beside a reader who does not end a daemon says %v", err)
	}
}
