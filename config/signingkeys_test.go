package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/mailauth/signed/signedtest"
)

// TestSigningKeys: an agent's key is read, watched, part of what daemons must agree on, and kept with the last valid
// configuration.
func TestSigningKeys(t *testing.T) {
	alice, renewed := signedtest.OpenPGP("alice@example.org", time.Now(), 0), signedtest.OpenPGP("alice@example.org", time.Now(), 0)
	path := write(t, "maildesk.toml", strings.Replace(minimal, "name = \"a\"\n", "name = \"a\"\nsigning_keys = ['keys/alice.asc']\n", 1), "keys/alice.asc", string(alice.File))
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(filepath.Dir(path), "keys", "alice.asc")
	if len(c.Agents[0].Keys) != 1 || !c.Agents[0].Keys[0].Same(alice.Key) || len(c.Files) != 2 || c.Files[1] != file {
		t.Fatalf("keys %+v, files %q", c.Agents[0].Keys, c.Files)
	}
	before, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := c.Keep(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, renewed.File, 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err = Load(path); err != nil || !c.Agents[0].Keys[0].Same(renewed.Key) {
		t.Fatalf("the new key: %v", err)
	}
	if after, err := c.Digest(); err != nil || after == before {
		t.Errorf("with another key the digest is the same: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "keys/alice.asc") {
		t.Errorf("without the file: %v", err)
	}
	if c, err = LoadKept(path, folder); err != nil || !c.Agents[0].Keys[0].Same(alice.Key) {
		t.Errorf("the kept one: %v", err)
	}
}
