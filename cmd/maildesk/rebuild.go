package main

import (
	"context"
	"fmt"
	"log/slog"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon"
	"maildesk/daemon/logging"
)

type rebuildCommand struct {
	JSON   bool   `help:"Print the differences only, one JSON object a line."`
	Folder string `arg:"" predictor:"folder" help:"A new folder, which will hold the data."`
}

// Help explains what can be rebuilt.
func (c *rebuildCommand) Help() string {
	return `Rebuilds the tickets from the journal of mails, in another folder and with the same keys, and compares them with the old ones.
The old data is only read; a desk may be running on it. If it is damaged, what is readable is used, and what is lost is listed.
Each mail is handled again as of the time it was handled, by today's configuration; agents' commands are mails too. The results
of outgoing mails are copied from the old data, and nothing is sent again: the new outbox is paused.

Exit code 1: something differs or is lost. docs/operations.md says what the journal does not contain.`
}

func (c *rebuildCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s to rebuild from", console.Place(cfg))
	}
	r, err := daemon.Rebuild(ctx, cfg, c.Folder, slog.New(slog.NewTextHandler(std.Err, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: logging.Shorten})))
	if err != nil {
		return err
	}
	if err := c.printLosses(r, std); err != nil {
		return err
	}
	for _, d := range r.Differences {
		if c.JSON {
			if err := console.WriteJSON(std.Out, d); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(std.Out, console.Printable(d.String()))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(std.Err, "problem: %s\n", p)
	}
	if !c.JSON {
		fmt.Fprintf(std.Out, "%s holds %d mails and %d tickets made anew; %d differences. Its outbox is paused.\n", c.Folder, r.Tally.Accepted, sumOf(r.Tally.Tickets), len(r.Differences))
	}
	switch {
	case r.NotCompared != nil:
		return fmt.Errorf("the old tickets could not be compared: %w", r.NotCompared)
	case len(r.Problems) > 0:
		return fmt.Errorf("%d problems in %s", len(r.Problems), c.Folder)
	case len(r.Differences)+len(r.Losses()) > 0:
		return console.ErrNo
	}
	return nil
}

// printLosses prints what could not be read from a damaged database.
func (c *rebuildCommand) printLosses(r daemon.Rebuilt, std console.Stdio) error {
	if r.Damage != nil {
		fmt.Fprintf(std.Err, "%s\n", console.Printable(r.Damage.Error()))
	}
	for _, l := range r.Losses() {
		if c.JSON {
			if err := console.WriteJSON(std.Out, l); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(std.Out, console.Printable(l.String()))
	}
	return nil
}
