package console

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/desk"
)

// TestChangeByMailHasLearnt: a command that handles mails says of them what the daemon would, and takes no harm where
// what was learnt cannot be read.
func TestChangeByMailHasLearnt(t *testing.T) {
	folder := t.TempDir()
	path, data := filepath.Join(folder, "maildesk.toml"), filepath.Join(folder, "data")
	const text = "[desk]\nname = \"Example\"\nhostname = \"desk.example.org\"\nfallback = \"q\"\n[smtp]\nlisten = \"127.0.0.1:0\"\n[[address]]\nmail = \"help@example.org\"\n[[agent]]\nname = \"a\"\nmail = \"a@example.org\"\n[[queue]]\nname = \"q\"\nlevel = 1\nagents = [\"a\"]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	local, err := localdesk.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	local.Close()
	for _, learnt := range []string{"", "damaged"} {
		if err := os.WriteFile(filepath.Join(data, localdesk.LearntFile), []byte(learnt), 0o600); err != nil {
			t.Fatal(err)
		}
		ran := false
		err := ChangeByMail(t.Context(), path, func(d *desk.Desk, _ string) error {
			ran = d.Learner != nil
			return nil
		})
		if err != nil || !ran {
			t.Errorf("with %q as what was learnt: ran with it %t, %v", learnt, ran, err)
		}
	}
}
