package config

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/pelletier/go-toml/v2"
)

// machines are the sections that may differ between daemons that share a database: how mail
// comes and goes on their machine.
var machines = []string{"smtp", "imap", "outgoing", "health", "web", "auth"}

// machinesDesk are such keys of [desk].
var machinesDesk = []string{"data", "data_password_file", "folder", "macros", "templates", "log_addresses"}

// Digest returns a digest of what must be the same for all daemons that share a database:
// two configurations differ in it where they decide otherwise about a mail. Of a file that is
// no TOML, as of a list of addresses, all bytes are in it. Files beside the configuration
// (templates, macros) are not.
func (c *Config) Digest() (string, error) {
	files := make(map[string]any, len(c.texts))
	for name, text := range c.texts {
		var sections map[string]any
		if err := toml.Unmarshal([]byte(text), &sections); err != nil {
			files[name] = []byte(text)
			continue
		}
		for _, section := range machines {
			delete(sections, section)
		}
		if desk, is := sections["desk"].(map[string]any); is {
			for _, key := range machinesDesk {
				delete(desk, key)
			}
		}
		files[name] = sections
	}
	text, err := json.Marshal(files) // the keys of maps are sorted
	if err != nil {
		return "", fmt.Errorf("digest of the configuration: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text)), nil
}
