package daemon

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/moving"
	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// audited does something to the audit of a configuration, and lets its anchor follow.
func audited(t *testing.T, cfg *config.Config, do func(db *store.DB) error) {
	t.Helper()
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true, Played: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := do(local.Store); err != nil {
		t.Fatal(err)
	}
	if err := auditanchor.New(local.Store, cfg.Desk.Data).Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}

// auditRows are rows of the audit that are about no ticket.
func auditRows(n int) func(*store.DB) error {
	return func(db *store.DB) error {
		for range n {
			if err := db.AddAudit(context.Background(), ticket.Audit{At: time.Now(), Kind: "page log-in", Actor: "alice"}); err != nil {
				return err
			}
		}
		return nil
	}
}

// undone is an event in the audit on the first ticket, in the name of somebody outside.
func undone(db *store.DB) error {
	return db.Update(context.Background(), func(tx ticket.Tx) error {
		_, err := tx.AddEvent(ticket.Event{Ticket: 1, At: time.Now(), Kind: ticket.EventForeign, Actor: "ana@example.net"})
		return err
	})
}

// wantAudit wants what check --data says of the audit: nothing is wrong, or one thing; and why its anchor began.
func wantAudit(t *testing.T, cfg *config.Config, problem string, begun ...string) {
	t.Helper()
	report, err := CheckData(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if problem == "" && len(report.Problems) > 0 || problem != "" && (len(report.Problems) != 1 || !strings.Contains(report.Problems[0].What, problem)) {
		t.Errorf("the problems are %v, want %q", report.Problems, problem)
	}
	if holds := strings.Contains(strings.Join(report.Audit, "\n"), "it is what audit.head says that it was"); holds == (problem != "") {
		t.Errorf("check says %q", report.Audit)
	}
	var got []string
	for _, line := range report.Audit {
		for _, kind := range auditanchor.Kinds {
			if strings.Contains(line, ": "+kind+" (") {
				got = append(got, kind)
			}
		}
	}
	if !slices.Equal(got, begun) {
		t.Errorf("check says %q, want the beginnings %q", report.Audit, begun)
	}
}

// TestT159AuditOfWhatIsMeant: an erasure, a rebuild, a move to the other engine and back, a restore keep the audit what
// it was, or say in it that it begins anew.
func TestT159AuditOfWhatIsMeant(t *testing.T) {
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		t.Run(engine, func(t *testing.T) {
			house := map[string]func(*testing.T, string) *config.Config{"SQLite": house, "PostgreSQL": serverHouse}[engine]
			cfg := house(t, toldConfig)
			work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
			audited(t, cfg, auditRows(1)) // the anchor begins
			audited(t, cfg, undone)
			wantAudit(t, cfg, "", auditanchor.Anchored)

			backup := filepath.Join(t.TempDir(), "backup")
			if _, err := Backup(t.Context(), cfg, backup, BackupOptions{}); err != nil {
				t.Fatal(err)
			}
			eraseTest(t, cfg)
			audited(t, cfg, auditRows(0))
			wantAudit(t, cfg, "", auditanchor.Anchored)

			rebuilt := *cfg
			rebuilt.Desk.Data, rebuilt.Desk.Database = filepath.Join(t.TempDir(), "rebuilt"), ""
			if _, err := Rebuild(t.Context(), cfg, rebuilt.Desk.Data, slog.New(slog.DiscardHandler)); err != nil {
				t.Fatal(err)
			}
			wantAudit(t, &rebuilt, "", auditanchor.Rebuilt)

			fresh := house(t, toldConfig)
			fresh.Path = cfg.Path
			r, err := Restore(t.Context(), fresh, backup, RestoreOptions{Actor: "root at the console"})
			if err != nil || r.Audit != nil {
				t.Fatalf("Restore = %v, %v", r.Audit, err)
			}
			wantAudit(t, fresh, "", auditanchor.Anchored, auditanchor.Restored)
			audited(t, fresh, auditRows(1))

			moved := *cfg
			to := filepath.Join(t.TempDir(), "moved")
			if engine == "SQLite" {
				to = pgserver.Database(t)
			}
			m, err := moving.Move(t.Context(), cfg, moving.Options{To: to})
			if err != nil {
				t.Fatal(err)
			}
			moved.Desk = m.Desk
			wantAudit(t, &moved, "", auditanchor.Anchored)
		})
	}
	faulttest.Seen(t, "T159", "erasure, rebuild, restore, move to the other engine", "the audit is what it was, or says that it began anew")
}

// TestT159AuditOfARestore: what is restored into the folder of a desk that came further; whose audit was changed before the
// backup; without keys; without a backup.
func TestT159AuditOfARestore(t *testing.T) {
	cfg := house(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	audited(t, cfg, auditRows(3))
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	audited(t, cfg, auditRows(5))
	lost := func() {
		for _, name := range []string{datafolder.File, datafolder.JournalFile} {
			remove(t, filepath.Join(cfg.Desk.Data, name))
		}
	}
	lost()
	if r, err := Restore(t.Context(), cfg, backup, RestoreOptions{Actor: "root at the console"}); err != nil || r.Audit != nil {
		t.Fatalf("Restore = %v, %v", r.Audit, err)
	}
	wantAudit(t, cfg, "", auditanchor.Anchored, auditanchor.Restored)
	if kept, err := filepath.Glob(filepath.Join(cfg.Desk.Data, auditanchor.File+".was-*")); err != nil || len(kept) != 1 {
		t.Errorf("of the desk that came further the folder keeps %v, %v", kept, err)
	}

	without := house(t, toldConfig)
	if r, err := Restore(t.Context(), without, backup, RestoreOptions{WithoutKeys: true}); err != nil || r.Audit != nil {
		t.Fatalf("without keys Restore = %v, %v", r.Audit, err)
	}
	wantAudit(t, without, "", auditanchor.Anchored, auditanchor.Restored)

	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err == nil {
		err = local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			_, err := tx.Exec(`DELETE FROM audit WHERE id > 2`)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed")
	if _, err := Backup(t.Context(), cfg, changed, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	later := house(t, toldConfig)
	r, err := Restore(t.Context(), later, changed, RestoreOptions{})
	if err != nil || r.Audit == nil || !strings.Contains(r.Audit.Error(), "now ends with row 2") {
		t.Fatalf("of a changed audit Restore = %v, %v", r.Audit, err)
	}
	wantAudit(t, later, "row 3 of the audit is not what it was", auditanchor.Restored)

	lost()
	if _, err := BeginAnew(t.Context(), cfg, RestoreOptions{Actor: "root at the console"}); err != nil {
		t.Fatal(err)
	}
	wantAudit(t, cfg, "", auditanchor.Anew)
}

// TestAuditIsFollowed: a daemon lets the anchor follow what is added, and tells the admin of an audit that is
// not what it was.
func TestAuditIsFollowed(t *testing.T) {
	o := observe(t, "")
	var log bytes.Buffer
	run := func(fn func(db *store.DB) error) {
		t.Helper()
		if err := fn(o.local.Store); err != nil {
			t.Fatal(err)
		}
		o.anchor.Look(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
	}
	run(auditRows(2))
	if _, err := os.Stat(filepath.Join(o.local.Folder, auditanchor.File)); err != nil {
		t.Fatal(err)
	}
	run(auditRows(2))
	o.look(0, ticket.TroubleStore, false)
	run(func(db *store.DB) error {
		return db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			_, err := tx.Exec(`DELETE FROM audit WHERE id > 1`)
			return err
		})
	})
	o.look(0, ticket.TroubleStore, true, "the audit is not what it was")
	if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "rows were taken away") {
		t.Errorf("the log has %s", &log)
	}
	ask(t, o.Desk(), "ana@example.net") // mail goes on
}
