package daemon

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/desk"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
)

// serverHouse is a house whose database is on a PostgreSQL server.
func serverHouse(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg := house(t, text)
	cfg.Desk.Database = pgserver.Database(t)
	return cfg
}

// A restore into a database that is broken off, anywhere, goes on when it is called again: also
// where people were erased since the backup, and when all rows are there already.
func TestRestoreOnServerGoesOn(t *testing.T) {
	t.Parallel()
	old := house(t, toldConfig)
	work(t, old, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), old, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	eraseTest(t, old)
	for name, done := range map[string]func(t *testing.T, m Manifest, cfg *config.Config){
		"the files are ready": func(t *testing.T, m Manifest, cfg *config.Config) {
			folder := filepath.Join(cfg.Desk.Data, restoreFolder)
			if _, err := m.makeReady(t.Context(), cfg, backup, folder); err != nil {
				t.Fatal(err)
			}
		},
		"the rows are there": func(t *testing.T, m Manifest, cfg *config.Config) {
			if _, err := m.putOnServer(t.Context(), cfg, backup); err != nil {
				t.Fatal(err)
			}
			if _, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true}); err == nil {
				t.Error("a desk opens what is not restored whole")
			}
		},
		"it was opened": func(t *testing.T, m Manifest, cfg *config.Config) {
			if _, err := m.putOnServer(t.Context(), cfg, backup); err != nil {
				t.Fatal(err)
			}
			local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true, Moved: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := local.Close(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := serverHouse(t, toldConfig)
			list := must(os.ReadFile(filepath.Join(old.Desk.Data, privacy.ErasuresFile)))
			if err := os.MkdirAll(cfg.Desk.Data, 0o700); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(cfg.Desk.Data, privacy.ErasuresFile), string(list))
			m, err := readManifest(backup)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := restoreKeys(must(m.keysOf(backup, RestoreOptions{})), cfg.Desk.Data); err != nil {
				t.Fatal(err)
			}
			done(t, m, cfg)
			r, err := Restore(t.Context(), cfg, backup, RestoreOptions{})
			if err != nil {
				t.Fatalf("Restore = %v", err)
			}
			if r.Accepted != 2 || r.Erased != 1 {
				t.Errorf("%d mails are restored, and %d people erased again, want 2 and 1", r.Accepted, r.Erased)
			}
			work(t, cfg, func(d *desk.Desk) {
				if numbersFor(t, d, "bob@example.net") == nil || numbersFor(t, d, "ana@example.net") != nil {
					t.Error("Bob's ticket is not there, or Ana's is, who was erased since")
				}
			})
			if report, err := CheckData(t.Context(), cfg); err != nil || len(report.Problems) > 0 {
				t.Errorf("afterwards: %v, %v", report.Problems, err)
			}
			if left := must(filepath.Glob(filepath.Join(cfg.Desk.Data, restoreFolder))); left != nil {
				t.Errorf("%v is left", left)
			}
		})
	}
}
