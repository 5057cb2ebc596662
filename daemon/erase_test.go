package daemon

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"maildesk/daemon/privacy"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/desk/person"
	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// endsAfter is a context that is done after it was asked so often whether it is: whoever
// works by it is ended in the middle.
type endsAfter struct {
	context.Context
	left atomic.Int64
}

func (c *endsAfter) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// holding returns the files of a folder whose bytes have a text in any case.
func holding(t *testing.T, folder, text string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(content), []byte(text)) {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// eraseTest erases Ana, and fails where that leaves anything or breaks a law.
func eraseTest(t *testing.T, cfg *config.Config) privacy.Erased {
	t.Helper()
	r, err := privacy.Erase(t.Context(), cfg, "ana@example.net", privacy.EraseOptions{Do: true, Open: true, Actor: "root at the console"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("Erase = %v", err)
	}
	if left := holding(t, cfg.Desk.Data, "ana@example.net"); left != nil || r.Left != nil {
		t.Fatalf("after an erasure the address is in %v; it says %v", left, r.Left)
	}
	report, err := CheckData(t.Context(), cfg)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("after an erasure: %v, %v", report.Problems, err)
	}
	return r
}

// TestT158Ended: an erasure that is ended anywhere goes on when it is begun again, and the
// start of a daemon ends it, too.
func TestT158Ended(t *testing.T) {
	cfg := house(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	whole := filepath.Join(t.TempDir(), "whole")
	if err := os.CopyFS(whole, os.DirFS(cfg.Desk.Data)); err != nil {
		t.Fatal(err)
	}
	ended := 0
	for n := int64(5); ; n += 31 {
		if err := os.RemoveAll(cfg.Desk.Data); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(cfg.Desk.Data, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		ctx := &endsAfter{Context: t.Context()}
		ctx.left.Store(n)
		_, err := privacy.Erase(ctx, cfg, "ana@example.net", privacy.EraseOptions{Do: true, Open: true, Actor: "root at the console"}, slog.New(slog.DiscardHandler))
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("ended after %d: %v", n, err)
		}
		if _, begun := os.Stat(filepath.Join(cfg.Desk.Data, privacy.CaseFile)); begun == nil {
			ended++
		}
		if ended%2 == 0 { // the next start of a daemon goes on
			d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatalf("ended after %d: Open = %v", n, err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		eraseTest(t, cfg)
	}
	if ended < 3 {
		t.Errorf("the erasure was ended %d times after it began, that proves nothing", ended)
	}
	faulttest.Seen(t, "T158", "an erasure ended at many places, then begun again or a daemon started", "nothing of the person is left, the laws hold")
}

// TestT158Restored: whoever was erased is not brought back by an older backup, and their list
// names nobody.
func TestT158Restored(t *testing.T) {
	cfg := house(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	before, after := filepath.Join(t.TempDir(), "before"), filepath.Join(t.TempDir(), "after")
	if _, err := Backup(t.Context(), cfg, before, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	r := eraseTest(t, cfg)
	if len(r.Whole) != 1 || r.Out != 1 || len(r.Shared) != 0 {
		t.Errorf("the erasure took out %+v", r)
	}
	if _, err := Backup(t.Context(), cfg, after, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	if left := holding(t, after, "ana@example.net"); left != nil {
		t.Errorf("a backup made after has the address in %v", left)
	}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(filepath.Join(cfg.Desk.Data, name+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	again, err := Restore(t.Context(), cfg, before, RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if left := holding(t, cfg.Desk.Data, "ana@example.net"); again.Erased != 1 || left != nil {
		t.Errorf("a restore of a backup from before erased %d, and left %v", again.Erased, left)
	}
	work(t, cfg, func(d *desk.Desk) {
		err := d.View(t.Context(), func(r ticket.Reader) error {
			bob, err := r.Tickets(ticket.Filter{Requester: "bob@example.net"})
			if len(bob) != 1 || bob[0].Subject != "Lamp" {
				t.Errorf("the ticket of Bob became %+v", bob)
			}
			gone, err2 := r.Tickets(ticket.Filter{Requester: "erased-1@erased.invalid"})
			if len(gone) != 1 || gone[0].Subject != person.Gone || gone[0].Status != ticket.StatusClosed {
				t.Errorf("the ticket of Ana became %+v", gone)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	rebuilt := filepath.Join(t.TempDir(), "rebuilt")
	made, err := Rebuild(t.Context(), cfg, rebuilt, slog.New(slog.DiscardHandler))
	if err != nil || len(made.Problems) > 0 || len(made.Differences) > 0 {
		t.Errorf("a rebuild = %v, problems %v, differences %v", err, made.Problems, made.Differences)
	}
	list, err := os.ReadFile(filepath.Join(cfg.Desk.Data, privacy.ErasuresFile))
	if err != nil || strings.Contains(string(list), "example") || strings.Count(string(list), "\n") != 1 {
		t.Errorf("the list of erasures is %s, %v", list, err)
	}
	faulttest.Seen(t, "T158", "a person erased; backup, restore of an older backup, rebuild", "gone everywhere, others kept, no difference")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
