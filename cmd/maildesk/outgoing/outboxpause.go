package outgoing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon"
)

type outboxPause struct {
	Reason string `arg:"" optional:"" default:"paused by hand" help:"Why, for those who look after the desk with you."`
}

func (c *outboxPause) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet", console.Place(cfg))
	}
	if _, err := localdesk.CheckFolder(ctx, cfg); err != nil {
		return err
	}
	if err := daemon.PauseOutbox(cfg.Desk.Data, daemon.Pause{At: time.Now(), Why: c.Reason}); err != nil {
		return err
	}
	fmt.Fprintln(std.Out, "Nothing is sent until: maildesk outbox resume")
	return nil
}

type outboxResume struct {
	Cancel bool `help:"Cancel the mails that were made before the pause: after a restore, those that the old desk may have sent."`
}

// Help explains the choice after a restore.
func (c *outboxResume) Help() string {
	return `After a restore the mails that waited when the backup was made may have been sent since. Without --cancel they are sent,
perhaps a second time, with the same bytes and Message-ID. With --cancel they are not, and a requester whose resolution
notice was among them stays listed as not informed.`
}

func (c *outboxResume) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	pause, err := daemon.OutboxPaused(cfg.Desk.Data)
	if err != nil {
		return err
	}
	if pause == nil {
		return errors.New("the outbox is not paused")
	}
	if c.Cancel {
		local, err := localdesk.Open(ctx, cfg, console.Quiet())
		if err != nil {
			return err
		}
		n, err := local.Desk.CancelWaiting(ctx, pause.At)
		if err := errors.Join(err, local.Close()); err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "Cancelled %d mails that were made before %s.\n", n, console.Stamp(pause.At))
	}
	if err := daemon.ResumeOutbox(cfg.Desk.Data); err != nil {
		return err
	}
	fmt.Fprintln(std.Out, "The outbox is sent again.")
	return nil
}
