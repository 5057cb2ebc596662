// Package keyfile reads the keys that a configuration names for agents, by which their signatures (S/MIME, OpenPGP) are
// verified, and says what is wrong with them.
package keyfile

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"maildesk/config/section"
	"maildesk/mailauth/signed"
)

// name is the key of the configuration.
const name = "signing_keys"

// soon is how long before a key expires it is said.
const soon = 30 * 24 * time.Hour

// Reader reads the keys of all agents.
type Reader struct {
	Inside func(name string) ([]byte, error) // reads a file in the folder of the configuration
	Folder string                            // that folder
	Texts  map[string]string                 // the files as they are kept, by their names
	Files  *[]string                         // that are watched

	owned []owned
}

type owned struct {
	agent string
	key   signed.Key
}

// Read reads the keys of an agent. What is wrong becomes a mistake of the table, what ends soon a warning.
func (r *Reader) Read(t *section.Table, agent string) (keys []signed.Key) {
	for i, file := range t.Texts(name) {
		data, err := r.Inside(file)
		if err != nil {
			t.MistakeItem(name, i, fmt.Sprintf("the key in %q cannot be read: %v", file, err), "name a file in the folder of the config, with a certificate in PEM or an OpenPGP public key")
			continue
		}
		if path := filepath.Join(r.Folder, file); !slices.Contains(*r.Files, path) {
			*r.Files = append(*r.Files, path)
		}
		key, err := signed.ReadKey(data)
		if wrong, is := err.(*signed.KeyError); is {
			t.MistakeItem(name, i, fmt.Sprintf("%s is no key of %s: %s", file, agent, wrong.Reason), wrong.Remedy)
			continue
		}
		if !utf8.Valid(data) { // the copy of the last valid configuration is text
			r.Texts[file] = string(signed.Armored(data))
		}
		if at := slices.IndexFunc(r.owned, func(o owned) bool { return o.key.Same(key) }); at >= 0 {
			t.MistakeItem(name, i, fmt.Sprintf("%s has the same key as another file, of %s", file, r.owned[at].agent), "a key belongs to one agent, once: name each one's own")
			continue
		}
		r.owned = append(r.owned, owned{agent, key})
		warn(t, i, file, key)
		keys = append(keys, key)
	}
	return keys
}

// warn tells of a key that does not count, or soon will not.
func warn(t *section.Table, i int, file string, key signed.Key) {
	say := func(reason, remedy string) {
		t.Reader.Warnings = append(t.Reader.Warnings, t.Finding(name, i, reason, remedy))
	}
	switch left := time.Until(key.Expires); {
	case key.Expires.IsZero():
	case left <= 0:
		say(fmt.Sprintf("the key in %s expired on %s: no signature by it counts", file, key.Expires.Format(time.DateOnly)), "put the renewed one there")
	case left < soon:
		say(fmt.Sprintf("the key in %s expires on %s", file, key.Expires.Format(time.DateOnly)), "put the renewed one there by then")
	}
	if key.Doubt != "" {
		say(fmt.Sprintf("of the key in %s: %s", file, key.Doubt), "ask the agent for a new one")
	}
}
