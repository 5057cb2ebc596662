package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"github.com/coreos/go-systemd/v22/activation"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/daemon"
	"maildesk/daemon/logging"
	"maildesk/demo"
	"maildesk/mailparse"
)

type serveCommand struct {
	LogFormat string `enum:"text,json" default:"text" help:"Format of the log on standard error: text or json."`
}

func (c *serveCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, refused, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	sockets, err := activation.ListenersWithNames()
	if err != nil {
		return fmt.Errorf("sockets of the service manager: %w", err)
	}
	limitMemory()
	log := logging.New(std.Err, c.LogFormat, cfg.Desk.LogAddresses)
	for _, w := range cfg.Warnings {
		log.Warn("configuration", "warning", w)
	}
	d, err := daemon.Open(ctx, cfg, daemon.Options{Log: log, Refused: refused, Sockets: sockets})
	if err != nil {
		return err
	}
	defer d.Close()
	for _, addr := range d.Addrs() {
		fmt.Fprintf(std.Out, "maildesk takes mail for %s on %s\n", cfg.Addresses[0].Mail, addr)
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	go d.ReloadOn(ctx, string(path), hup)
	return d.Run(ctx)
}

// softMemory is the size of Go's own memory in bytes above which garbage is
// collected more often. Without it big mails leave twice as much memory in use
// (docs/performance.md).
const softMemory = 128 << 20

// limitMemory sets the memory limit of Go, unless GOMEMLIMIT does.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}

type demoCommand struct {
	Serve bool `help:"Stay up after the story, so that you can write to the desk yourself."`
}

func (c *demoCommand) Run(ctx context.Context, std console.Stdio) error {
	return demo.Run(ctx, std.Out, c.Serve)
}

type quickstartCommand struct {
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

func (c *quickstartCommand) Run(path console.ConfigPath, std console.Stdio) error {
	if _, err := mailparse.ParseIdentity([]string{c.Address}); err != nil {
		return console.UsageError(fmt.Errorf("%q is no mail address; write it as support@example.org", c.Address))
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
