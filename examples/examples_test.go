// Package examples holds complete desks to begin with. The command's own tests
// send the mails of their tables through each, as an admin would: maildesk check
// --expect. The tests here read what stands beside.
package examples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/config"
)

// TestDesks: each desk loads without a warning, and its table has every mail.
func TestDesks(t *testing.T) {
	tables, err := filepath.Glob("*/expect.toml")
	if err != nil || len(tables) < 3 {
		t.Fatalf("there are %d desks with an expect.toml (%v), want 3 or more", len(tables), err)
	}
	for _, table := range tables {
		name := filepath.Dir(table)
		load(t, filepath.Join(name, "maildesk.toml"))
		mails, err := filepath.Glob(filepath.Join(name, "mails", "*.eml"))
		if err != nil || len(mails) == 0 {
			t.Fatalf("%s has no mails (%v)", name, err)
		}
		text, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			if !strings.Contains(string(text), "file = \"mails/"+filepath.Base(m)+"\"") {
				t.Errorf("%s is in no line of %s", m, table)
			}
		}
	}
}

// load reads a config that must have neither mistakes nor warnings.
func load(t *testing.T, path string) *config.Config {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatalf("Load(%s):\n%v", path, err)
	}
	for _, w := range cfg.Warnings {
		t.Errorf("Load(%s) warns: %s", path, w)
	}
	return cfg
}
