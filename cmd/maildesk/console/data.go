package console

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// View runs fn on a snapshot of the desk's data.
func View(ctx context.Context, configPath string, fn func(ticket.Reader) error) error {
	return Change(ctx, configPath, func(d *desk.Desk, _ string) error { return d.View(ctx, fn) })
}

// ViewBy is view that also passes the settings in force.
func ViewBy(ctx context.Context, configPath string, fn func(ticket.Reader, *settings.Settings) error) error {
	return Change(ctx, configPath, func(d *desk.Desk, _ string) error {
		return d.View(ctx, func(r ticket.Reader) error { return fn(r, d.Settings()) })
	})
}

// Change opens the desk's data and runs fn, which may change it; who is the user who
// runs the command. A daemon may be working on the data: the desk's methods are
// transactions, and the daemon notices a mail that became pending within a second and
// one that became due in the outbox within five.
func Change(ctx context.Context, configPath string, fn func(d *desk.Desk, who string) error) error {
	return change(ctx, configPath, false, fn)
}

// ChangeByMail is Change where fn handles mails: with what the desk has learnt, as the daemon does.
func ChangeByMail(ctx context.Context, configPath string, fn func(d *desk.Desk, who string) error) error {
	return change(ctx, configPath, true, fn)
}

func change(ctx context.Context, configPath string, learnt bool, fn func(d *desk.Desk, who string) error) error {
	cfg, _, err := ConfigInForce(configPath)
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet; maildesk serve creates it", Place(cfg))
	}
	local, err := localdesk.Open(ctx, cfg, Quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	if zone := local.Desk.Settings().Location; zone != nil {
		time.Local = zone // print times in the desk's zone, not in that of the shell
	}
	if learnt {
		_, _ = local.ReadLearnt(ctx) // of what cannot be read the desk says nothing, as the daemon
	}
	return fn(local.Desk, Operator())
}

// User returns the name on this machine of whoever runs the command, also by sudo; empty where
// it is unknown.
func User() string {
	name := os.Getenv("SUDO_USER")
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	return name
}

// Operator returns the user who runs the command, as the actor of events: "root at the
// console".
func Operator() string {
	return FirstOf(User(), "somebody") + " at the console"
}

// Quiet returns the log of commands whose output is for a person.
func Quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
