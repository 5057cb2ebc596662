package daemon

import (
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"maildesk/daemon/privacy"
	"maildesk/desk"
)

// A daemon that ends at its start an erasure which was broken off starts while somebody reads
// the tables, as a dump does for long.
func TestErasureIsEndedBesideADump(t *testing.T) {
	t.Parallel()
	cfg := serverHouse(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	file := filepath.Join(cfg.Desk.Data, privacy.CaseFile)
	if err := os.WriteFile(file, []byte(`{"erasure": 1, "address": "ana@example.net"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	pool, err := sql.Open("pgx", cfg.Desk.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	dump, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dump.Rollback()
	if _, err := dump.ExecContext(t.Context(), `LOCK TABLE ticket IN ACCESS SHARE MODE`); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	defer d.Close()
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the erasure is not ended: %v", err)
	}
}
