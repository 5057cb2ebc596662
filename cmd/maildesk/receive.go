package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/ticket"
)

type receiveCommand struct {
	From       string   `short:"f" placeholder:"ADDRESS" help:"The envelope's sender; empty for the null reverse-path."`
	Recipients []string `arg:"" optional:"" name:"recipient" help:"The envelope's recipients. Default: unknown."`
}

// Help explains to a postmaster how to use the command.
func (c *receiveCommand) Help() string {
	return `For use behind another mail server. With Postfix, in master.cf:

  maildesk unix - n n - - pipe
    flags=R user=maildesk null_sender=
    argv=/usr/bin/maildesk -c /etc/maildesk/maildesk.toml receive -f ${sender} ${recipient}

The mail is on stable storage when the command exits 0. It exits 75 on any
failure of ours, so that the mail server keeps the mail and tries again, and 1
when there is no such recipient.`
}

func (c *receiveCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return console.LaterError(err)
	}
	local, err := localdesk.Open(ctx, cfg, console.Quiet())
	if err != nil {
		return console.LaterError(err)
	}
	defer local.Close()
	for _, rcpt := range c.Recipients {
		if err := local.Desk.CheckRecipient(ctx, rcpt); err != nil {
			return err
		}
	}
	limit := cfg.Limits.MaxMessage
	raw, err := io.ReadAll(io.LimitReader(std.In, limit+1))
	if err != nil {
		return console.LaterError(fmt.Errorf("read the mail: %w", err))
	}
	if int64(len(raw)) > limit {
		return fmt.Errorf("the mail is larger than %d bytes", limit)
	}
	env := ticket.Envelope{Source: ticket.SourcePipe, ReversePath: c.From, Unknown: len(c.Recipients) == 0 && c.From == "", ForwardPaths: c.Recipients}
	id, err := local.Desk.Keep(ctx, env, raw)
	if err != nil {
		if errors.Is(err, ticket.ErrRejected) {
			return err
		}
		return console.LaterError(err)
	}
	fmt.Fprintf(std.Out, "kept as %d\n", id)
	return nil
}
