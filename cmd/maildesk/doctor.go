package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon/doctor"
)

type doctorCommand struct {
	JSON   bool          `help:"One JSON object a finding, a line each."`
	NoMail bool          `help:"Send no mail to the desk itself."`
	Wait   time.Duration `default:"60s" help:"How long that mail may take to come back. Default: 60s."`
}

// Help says what it does beyond check.
func (c *doctorCommand) Help() string {
	return `It asks the world what check cannot: the clock and the disk, whether somebody answers where mail comes in, the
certificate, mailboxes, MX, SPF, DKIM and DMARC of the desk's domains, the name of the machine in the DNS, whether the
next hop takes mail, and whether a mail that the desk sends to itself comes back once, with its suffix, its Message-ID
and a signature that holds. Run it beside the daemon, as its user. Exit code 1: something is bad.`
}

// marks are what stands in front of a finding.
var marks = map[doctor.Grade]string{doctor.Fine: "✓", doctor.Odd: "!", doctor.Bad: "✗", doctor.Unknown: "?"}

func (c *doctorCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if c.Wait <= 0 {
		return console.UsageError(errors.New("--wait must be more than nothing"))
	}
	found, err := doctor.Examine(ctx, cfg, doctor.Options{NoMail: c.NoMail, Wait: c.Wait}, console.Quiet())
	if err != nil {
		return err
	}
	counts := map[doctor.Grade]int{}
	for _, f := range found {
		counts[f.Grade]++
		if !c.JSON {
			fmt.Fprintf(std.Out, "%s %s: %s\n", marks[f.Grade], f.Check, console.Printable(f.What))
			if f.Remedy != "" {
				fmt.Fprintf(std.Out, "    %s\n", console.Printable(f.Remedy))
			}
		}
	}
	if c.JSON {
		if err := console.WriteJSONLines(std.Out, found, console.Itself); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(std.Out, "%d fine, %d odd, %d bad, %d unknown.\n", counts[doctor.Fine], counts[doctor.Odd], counts[doctor.Bad], counts[doctor.Unknown])
	}
	if counts[doctor.Bad] > 0 {
		return console.ErrNo
	}
	return nil
}
