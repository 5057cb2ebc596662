package daemon

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/daemon/localdesk"

	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/store/datafolder"
)

// TestT174CheckAndServeAgree: what check says of a data folder is what serve does.
func TestT174CheckAndServeAgree(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, data string)
		want string // in both errors; empty: both work
	}{
		{"a desk that has worked", func(t *testing.T, data string) {}, ""},
		{"no folder yet", func(t *testing.T, data string) { removeAll(t, data) }, ""},
		{"an empty folder", func(t *testing.T, data string) {
			removeAll(t, data)
			if err := os.Mkdir(data, 0o700); err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"a file in the place of the folder", func(t *testing.T, data string) { removeAll(t, data); writeConfig(t, data, "x") }, "is not a folder"},
		{"a file in the place of its parent", func(t *testing.T, data string) {
			removeAll(t, filepath.Dir(data))
			writeConfig(t, filepath.Dir(data), "x")
		}, "is not a folder"},
		{"the database is missing", func(t *testing.T, data string) { remove(t, filepath.Join(data, datafolder.File)) }, "is missing"},
		{"the database is empty", func(t *testing.T, data string) { cut(t, data, 0) }, "is empty"},
		{"the database is cut", func(t *testing.T, data string) { cut(t, data, 8192) }, "is damaged"},
		{"the database is a text", func(t *testing.T, data string) {
			writeConfig(t, filepath.Join(data, datafolder.File), strings.Repeat("no database ", 1000))
		}, "is damaged"},
		{"the database is a folder", func(t *testing.T, data string) {
			remove(t, filepath.Join(data, datafolder.File))
			if err := os.Mkdir(filepath.Join(data, datafolder.File), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "is not a file"},
	} {
		cfg := house(t, toldConfig)
		cfg.Desk.Data = filepath.Join(cfg.Desk.Data, "deeper")
		work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
		tt.do(t, cfg.Desk.Data)
		note, checked := localdesk.CheckFolder(t.Context(), cfg)
		d, served := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
		if served == nil {
			d.Close()
		}
		if tt.want == "" {
			if checked != nil || served != nil || note != "" {
				t.Errorf("%s: check = %q, %v, serve = %v, want both to work", tt.name, note, checked, served)
			}
			continue
		}
		for name, err := range map[string]error{"check": checked, "serve": served} {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %s = %v, want %q", tt.name, name, err, tt.want)
			}
		}
	}
	faulttest.Seen(t, "T174", "ten states of a data folder: new, missing, a file, database missing, empty, cut, a text, a folder", "check and serve say the same of each")
}

func removeAll(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, data string, size int64) {
	t.Helper()
	if err := os.Truncate(filepath.Join(data, datafolder.File), size); err != nil {
		t.Fatal(err)
	}
}
