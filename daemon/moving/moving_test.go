package moving

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/config"
	"maildesk/store"
	"maildesk/store/datafolder"
)

// A place with a password in it is refused in words that do not have it.
func TestPasswordInThePlace(t *testing.T) {
	for _, to := range []string{
		"postgres://maildesk:hunter2@127.0.0.1:1/none", "postgres://maildesk@127.0.0.1:1/none?password=hunter2", "postgresql://127.0.0.1:1/none?sslkey=k&sslpassword=hunter2",
		"host=127.0.0.1 port=1 dbname=none password=hunter2", "postgres://127.0.0.1:1/none?a=b;password=hunter2", "postgres://127.0.0.1:1:hunter2/none",
	} {
		d, err := deskAt(&config.Config{}, Options{To: to})
		if err == nil || strings.Contains(err.Error(), "hunter2") || d.Database != "" || d.Data != "" {
			t.Errorf("%s: %v, want an error without the password", to, err)
		}
	}
}

// Whoever is being erased is erased before anything is moved.
func TestErasureEndsFirst(t *testing.T) {
	folder := t.TempDir()
	db, err := store.Open(t.Context(), folder, store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, datafolder.ErasingFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{}
	cfg.Desk.Data = folder
	_, err = Move(t.Context(), cfg, Options{To: "postgres://maildesk@127.0.0.1:1/none"})
	if err == nil || !strings.Contains(err.Error(), "maildesk erase was begun") {
		t.Errorf("Move = %v, want that an erasure has not ended", err)
	}
	if mark, err := datafolder.ReadMoved(folder); mark != nil || err != nil {
		t.Errorf("the folder has the mark %v (%v)", mark, err)
	}
}
