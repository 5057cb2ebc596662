package main

import (
	"context"
	"fmt"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
)

type auditCommand struct {
	Accept auditAcceptCommand `cmd:"" help:"Accept the audit as it is, where it is not what it was. The audit keeps that."`
}

type auditAcceptCommand struct{}

// Help explains when that is right.
func (c *auditAcceptCommand) Help() string {
	return `The file audit.head in the data folder says how long the audit was and its last hash. Where maildesk check --data finds that this does
not hold, somebody changed the database past the desk. There are good reasons: an older copy of the database was put in place by hand,
or a standby took over that was behind. Then this command lets the file begin anew with the audit as it is. The file that was there
is kept as audit.head.was-TIME, and the audit gets a row with who accepted it, which check --data prints from then on.

maildesk restore does this by itself. The desk may be running.`
}

func (c *auditAcceptCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet", console.Place(cfg))
	}
	was, err := auditanchor.Accept(ctx, cfg, console.Operator())
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "Accepted, and kept in the audit. What did not hold: %v\n", was)
	return nil
}
