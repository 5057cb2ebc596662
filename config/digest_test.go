package config

import (
	"os"
	"path/filepath"
	"testing"
)

// What must be the same for all daemons changes the digest, and nothing else does.
func TestDigest(t *testing.T) {
	const desk = "[desk]\nname = \"Example IT\"\nhostname = \"desk.example.org\"\nfallback = \"first-line\"\n"
	const rest = "[[address]]\nmail = \"support@example.org\"\n[[queue]]\nname = \"first-line\"\nlevel = 1\n"
	digest := func(text string) string {
		path := filepath.Join(t.TempDir(), "maildesk.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := c.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	base := digest(desk + rest)
	for name, text := range map[string]string{
		"a comment":        "# ours\n" + desk + rest,
		"a door":           desk + rest + "[smtp]\nlisten = [\"127.0.0.1:2525\"]\n",
		"another folder":   desk + "data = \"elsewhere\"\n" + rest,
		"what the log has": desk + "log_addresses = false\n" + rest,
	} {
		if digest(text) != base {
			t.Errorf("%s changes the digest", name)
		}
	}
	for name, text := range map[string]string{
		"another name":    "[desk]\nname = \"IT\"\nhostname = \"desk.example.org\"\nfallback = \"first-line\"\n" + rest,
		"another queue":   desk + rest + "[[queue]]\nname = \"second-line\"\nlevel = 2\n",
		"another limit":   desk + rest + "[limits]\nmax_participants = 3\n",
		"another address": desk + rest + "[[address]]\nmail = \"sales@example.org\"\n",
	} {
		if digest(text) == base {
			t.Errorf("%s does not change the digest", name)
		}
	}
}
