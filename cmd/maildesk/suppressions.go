package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"maildesk/desk"
)

type suppressionsCommand struct {
	List   suppressionsListCommand   `cmd:"" default:"withargs" help:"List addresses that get no automatic mail, and why."`
	Remove suppressionsRemoveCommand `cmd:"" help:"Send automatic mail to an address again."`
}

type suppressionsListCommand struct {
	JSON bool `help:"One JSON object a line."`
	All  bool `short:"a" help:"Also those that are over, and addresses whose strikes are only counted."`
}

// suppression is a suppression as --json prints it.
type suppression struct {
	Address string     `json:"address"`
	Cause   desk.Cause `json:"cause"`
	Active  bool       `json:"active"`
	Strikes int        `json:"strikes"`
	Detail  string     `json:"detail"`
	At      time.Time  `json:"at"`
	Until   *time.Time `json:"until"`
}

func suppressionOf(s desk.Suppression, now time.Time) suppression {
	out := suppression{Address: s.Address, Cause: s.Cause, Active: s.Active(now), Strikes: s.Strikes, Detail: s.Detail, At: s.At}
	if !s.Until.IsZero() {
		out.Until = &s.Until
	}
	return out
}

func (c *suppressionsListCommand) Run(all *commands, ctx context.Context, io stdio) error {
	return view(ctx, all.Config, func(r desk.Reader) error {
		kept, err := r.Suppressions()
		if err != nil {
			return err
		}
		var list []suppression
		for _, s := range kept {
			if x := suppressionOf(s, time.Now()); x.Active || c.All {
				list = append(list, x)
			}
		}
		if c.JSON {
			return writeJSONLines(io.out, list, itself)
		}
		return printSuppressions(io.out, list)
	})
}

func printSuppressions(w io.Writer, list []suppression) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No address is suppressed.")
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NO AUTOMATIC MAIL TO\tCAUSE\tSTRIKES\tLAST\tUNTIL\tWHY")
	for _, s := range list {
		until := "–"
		if s.Until != nil {
			until = stamp(*s.Until)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", printable(s.Address), s.Cause, s.Strikes, stamp(s.At), until, cut(printable(s.Detail), 60))
	}
	return table.Flush()
}

type suppressionsRemoveCommand struct {
	Address string `arg:"" help:"The address."`
}

func (c *suppressionsRemoveCommand) Run(all *commands, ctx context.Context, io stdio) error {
	return change(ctx, all.Config, func(d *desk.Desk, _ string) error {
		n, err := d.Unsuppress(ctx, c.Address)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("nothing speaks against automatic mail to %s", c.Address)
		}
		fmt.Fprintf(io.out, "%s gets automatic mail again.\n", c.Address)
		return nil
	})
}

// suppressionsOf gives what is suppressed now of the addresses of a ticket.
func suppressionsOf(r desk.Reader, participants []desk.Participant) ([]suppression, error) {
	list := []suppression{}
	var addresses []string
	for _, p := range participants {
		if p.Address != "" {
			addresses = append(addresses, p.Address)
		}
	}
	if len(addresses) == 0 {
		return list, nil
	}
	kept, err := r.Suppressions(addresses...)
	if err != nil {
		return nil, err
	}
	for _, s := range kept {
		if x := suppressionOf(s, time.Now()); x.Active {
			list = append(list, x)
		}
	}
	return list, nil
}
