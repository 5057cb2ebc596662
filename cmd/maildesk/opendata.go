package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"time"

	"maildesk/daemon"
	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// view runs fn on a snapshot of the desk's data.
func view(ctx context.Context, configPath string, fn func(ticket.Reader) error) error {
	return change(ctx, configPath, func(d *desk.Desk, _ string) error { return d.View(ctx, fn) })
}

// viewBy is view that also passes the settings in force.
func viewBy(ctx context.Context, configPath string, fn func(ticket.Reader, *settings.Settings) error) error {
	return change(ctx, configPath, func(d *desk.Desk, _ string) error {
		return d.View(ctx, func(r ticket.Reader) error { return fn(r, d.Settings()) })
	})
}

// change opens the desk's data and runs fn, which may change it; who is the user who
// runs the command. A daemon may be working on the data: the desk's methods are
// transactions, and the daemon notices a mail that became pending within a second and
// one that became due in the outbox within five.
func change(ctx context.Context, configPath string, fn func(d *desk.Desk, who string) error) error {
	cfg, _, err := configInForce(configPath)
	if err != nil {
		return err
	}
	if !daemon.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve creates it", cfg.Desk.Data)
	}
	local, err := daemon.OpenLocal(ctx, cfg, quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	if zone := local.Desk.Settings().Location; zone != nil {
		time.Local = zone // print times in the desk's zone, not in that of the shell
	}
	return fn(local.Desk, operator())
}

// operator returns the user who runs the command, as the actor of events: "root at the
// console".
func operator() string {
	name := os.Getenv("SUDO_USER")
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	return firstOf(name, "somebody") + " at the console"
}

// quiet returns the log of commands whose output is for a person.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
