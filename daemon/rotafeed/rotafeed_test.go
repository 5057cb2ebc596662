package rotafeed

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/store"
	"maildesk/ticket"
)

const desk = `
[desk]
name = "Example IT"
hostname = "desk.example.org"
fallback = "first-line"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
agents = ["alice", "bob"]
[[agent]]
name = "alice"
mail = ["alice@example.org"]
[[agent]]
name = "bob"
mail = ["bob@example.org"]
[[rota]]
name = "nights"
queues = ["first-line"]
`

// TestRotaFeed: the file of a rota says who is on call, and is written anew when that
// changes, and only then.
func TestRotaFeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nights.ics")
	file := filepath.Join(t.TempDir(), "maildesk.toml")
	if err := os.WriteFile(file, []byte(desk+"feed = '"+path+"'\n[[rota.layer]]\nagents = [\"alice\"]\nstart = \"2026-11-30\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { local.Close() })
	now := time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC)
	write := func(at time.Time) string {
		t.Helper()
		if err := writeOnce(t.Context(), local, at); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := write(now)
	if strings.Count(first, "BEGIN:VEVENT") != 1 || !strings.Contains(first, "(nights)") {
		t.Errorf("the file says\n%s", first)
	}
	if again := write(now.Add(time.Hour)); again != first {
		t.Errorf("an hour later it says\n%s", again)
	}
	err = local.Store.Update(t.Context(), func(tx ticket.Tx) error {
		return tx.AddDuty(ticket.Duty{Rota: "nights", Agent: "bob", From: now.Add(24 * time.Hour), Until: now.Add(48 * time.Hour), By: "alice"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if changed := write(now.Add(2 * time.Hour)); strings.Count(changed, "BEGIN:VEVENT") != 3 {
		t.Errorf("with bob on call for a day it says\n%s", changed)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if err := writeOnce(t.Context(), local, now); err == nil || !strings.Contains(err.Error(), "nights.ics") {
		t.Errorf("without its folder: %v", err)
	}
}
