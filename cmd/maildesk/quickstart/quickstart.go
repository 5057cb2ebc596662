// Package quickstart has the command that writes the first configuration of a desk.
package quickstart

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/mailparse"
)

// Command is maildesk quickstart.
type Command struct {
	Address string `arg:"" help:"The address people write to, such as support@example.org."`
	Force   bool   `help:"Overwrite an existing file."`
	Data    string `placeholder:"FOLDER" predictor:"folder" help:"The data folder. Default: data, next to the file; for a file in /etc/maildesk: /var/lib/maildesk."`
}

// dataFor returns the data folder for a new configuration. A service may not
// write below /etc.
func dataFor(path string) string {
	if path, err := filepath.Abs(path); err == nil && filepath.Dir(path) == "/etc/maildesk" {
		return "/var/lib/maildesk"
	}
	return "data"
}

// Run runs the command.
func (c *Command) Run(path console.ConfigPath, std console.Stdio) error {
	if _, err := mailparse.ParseIdentity([]string{c.Address}); err != nil {
		return console.UsageError(fmt.Errorf("%q is not a mail address; write it as support@example.org", c.Address))
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if c.Force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(string(path), flags, 0o640)
	if os.IsExist(err) {
		return fmt.Errorf("%s exists already; --force overwrites it, -c FILE writes another one", path)
	}
	if err != nil {
		return fmt.Errorf("quickstart: %w", err)
	}
	if _, err := f.WriteString(config.Quickstart(c.Address, cmp.Or(c.Data, dataFor(string(path))))); err != nil {
		return fmt.Errorf("quickstart: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("quickstart: %w", err)
	}
	fmt.Fprintf(std.Out, `Wrote %[1]s for %[2]s.

Next:
  1. open it and put in your own agents (the file says how)
  2. maildesk check
  3. maildesk serve
  4. the first mail, in another terminal:
     printf 'From: %[3]s\nSubject: Printer\n\nHello, it does not print.\n' | maildesk receive -f %[3]s %[2]s
     maildesk list; maildesk outbox --all
`, path, c.Address, config.FirstWriter(c.Address))
	return nil
}
