package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"maildesk/config"
	"maildesk/daemon"
)

// passphraseIn returns the first line of a file; an empty passphrase where no file is named.
func passphraseIn(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the passphrase of the keys: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSuffix(line, "\r"); strings.TrimSpace(line) == "" {
		return "", fmt.Errorf("the passphrase of the keys: the first line of %s is empty", path)
	}
	return line, nil
}

// withoutKey says what no longer works in answers to mails whose addresses were signed by a
// key that the desk does not have, or that ended.
const withoutKey = `- an agent's answer and the links in their notices do only what the same mail to the plain address does; for the
  rest its writer is asked;
- a requester is known by the mail that they answer and their own address. An answer from another address opens a
  new ticket;
- reports of failed deliveries no longer lead to their mail.
`

// printMissingKeys says which keys a restored desk does not have, and what to do about it.
func printMissingKeys(w io.Writer, cfg *config.Config, r daemon.Restored) {
	data := cfg.Desk.Data
	if r.NoKeys {
		away := "move maildesk.db*, journal.db* and keys out of " + data
		if cfg.Desk.OnServer() {
			away = "drop the database and make it anew, move keys out of " + data
		}
		fmt.Fprintf(w, `
The keys that sign addresses were not restored; new ones were made. In answers to mails that are out, or wait in the
outbox, the address proves nothing any more:
%sA rebuild judges such answers from before in the same way. If you have the file keys of the old desk, begin again
before this one takes mail: %s, put the old file keys there, and restore
once more.
`, withoutKey, away)
	}
	for _, domain := range r.NoDKIM {
		fmt.Fprintf(w, `
There are no keys to sign the mail of %[1]s (DKIM), and the desk does not start without. Copy the folder dkim of the old
data folder into %[2]s, or make new keys and publish their records: maildesk keys dkim %[1]s
`, domain, data)
	}
}
