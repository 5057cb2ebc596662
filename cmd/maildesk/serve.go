package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/coreos/go-systemd/v22/activation"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon"
	"maildesk/daemon/logging"
	"maildesk/demo"
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
	tuneMemory()
	log := logging.New(std.Err, c.LogFormat, cfg.Desk.LogAddresses)
	for _, w := range cfg.Warnings {
		log.Warn("configuration", "warning", w)
	}
	d, err := daemon.Open(ctx, cfg, daemon.Options{Log: log, Refused: refused, Sockets: sockets})
	switch {
	case err != nil && ctx.Err() != nil:
		log.Info("stopped before it was up", "by", err)
		return nil
	case err != nil:
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

// How Go manages the memory of the daemon, unless the environment says otherwise
// (docs/performance.md has what each saves).
const (
	// softMemory is the size of Go's own memory in bytes above which garbage is collected more
	// often. Without it big mails leave twice as much memory in use.
	softMemory = 128 << 20
	// garbage is the share of garbage in percent of what is in use at which a collection
	// begins. So little is in use that Go's default of 100 collects dozens of times a second.
	garbage = 300
)

// tuneMemory sets both, but what GOMEMLIMIT or GOGC set.
func tuneMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}

type demoCommand struct {
	Serve bool `help:"Stay up after the story, so that you can write to the desk yourself."`
}

func (c *demoCommand) Run(ctx context.Context, std console.Stdio) error {
	return demo.Run(ctx, std.Out, c.Serve)
}
