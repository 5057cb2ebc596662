package main

import (
	"context"
	"fmt"
	"log/slog"

	"maildesk/daemon"
)

type rebuildCommand struct {
	JSON   bool   `help:"Print the differences only, one JSON object a line."`
	Folder string `arg:"" help:"A new folder, which will hold the data."`
}

// Help explains what can be rebuilt.
func (c *rebuildCommand) Help() string {
	return `Rebuilds the tickets from the journal of mails, in another folder and with the same keys, and compares them with the old ones.
The old data is only read; a desk may be running on it. If it is damaged, what is readable is used, and what is lost is listed.
Each mail is handled again as of the time it was handled, by today's configuration; agents' commands are mails too. The results
of outgoing mails are copied from the old data, and nothing is sent again: the new outbox is paused.

Exit code 1: something differs or is lost. docs/operations.md says what the journal does not contain.`
}

func (c *rebuildCommand) Run(path configPath, ctx context.Context, io stdio) error {
	cfg, err := loadConfig(string(path))
	if err != nil {
		return err
	}
	if !daemon.HasData(cfg) {
		return fmt.Errorf("there is no data in %s to rebuild from", cfg.Desk.Data)
	}
	r, err := daemon.Rebuild(ctx, cfg, c.Folder, slog.New(slog.NewTextHandler(io.err, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: shorten})))
	if err != nil {
		return err
	}
	if err := c.printLosses(r, io); err != nil {
		return err
	}
	for _, d := range r.Differences {
		if c.JSON {
			if err := writeJSON(io.out, d); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(io.out, printable(d.String()))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(io.err, "problem: %s\n", p)
	}
	if !c.JSON {
		fmt.Fprintf(io.out, "%s holds %d mails and %d tickets made anew; %d differences. Its outbox is paused.\n", c.Folder, r.Tally.Accepted, sumOf(r.Tally.Tickets), len(r.Differences))
	}
	switch {
	case r.NotCompared != nil:
		return fmt.Errorf("the old tickets could not be compared: %w", r.NotCompared)
	case len(r.Problems) > 0:
		return fmt.Errorf("%d problems in %s", len(r.Problems), c.Folder)
	case len(r.Differences)+len(r.Unreadable)+len(r.Lost) > 0:
		return errNo
	}
	return nil
}

// printLosses prints what could not be read from a damaged database.
func (c *rebuildCommand) printLosses(r daemon.Rebuilt, io stdio) error {
	if r.Damage != nil {
		fmt.Fprintf(io.err, "%s\n", printable(r.Damage.Error()))
	}
	for _, u := range r.Unreadable {
		if c.JSON {
			if err := writeJSON(io.out, map[string]any{"unreadable": u}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(io.out, "unreadable: %s\n", printable(u.String()))
	}
	for _, l := range r.Lost {
		if c.JSON {
			if err := writeJSON(io.out, map[string]any{"lost": l}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(io.out, "lost: mail %d: %s\n", l.Mail, printable(l.Reason))
	}
	return nil
}
