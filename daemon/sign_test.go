package daemon

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/mailauth/sign"
)

// A desk that is to sign does not start without keys, and says how to make them.
func TestSigningNeedsKeys(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, firstConfig+"[outgoing]\nsmarthost = \"smtp://127.0.0.1:1\"\ndkim = [\"example.org\"]\n")
	open := func() error {
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			err = d.Close()
		}
		return err
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "maildesk keys dkim example.org") {
		t.Errorf("without keys: %v", err)
	}
	if _, err := sign.Create(filepath.Join(folder, "data", localdesk.DKIMFolder), "example.org", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("with keys: %v", err)
	}
}
