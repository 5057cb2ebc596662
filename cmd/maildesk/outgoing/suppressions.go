package outgoing

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/cmd/maildesk/console"
	"maildesk/desk"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// SuppressionsCommand manages the addresses that get no automatic mail.
type SuppressionsCommand struct {
	List   suppressionsListCommand   `cmd:"" default:"withargs" help:"List addresses that get no automatic mail, and why."`
	Add    suppressionsAddCommand    `cmd:"" help:"Send no automatic mail to an address any more."`
	Remove suppressionsRemoveCommand `cmd:"" help:"Send automatic mail to an address again."`
}

type suppressionsListCommand struct {
	JSON bool `help:"One JSON object a line."`
	All  bool `short:"a" help:"Also those that are over, and addresses whose strikes are only counted."`
}

// Suppression is a suppression as --json prints it.
type Suppression struct {
	Address string       `json:"address"`
	Cause   ticket.Cause `json:"cause"`
	Active  bool         `json:"active"`
	Strikes int          `json:"strikes"`
	Detail  string       `json:"detail"`
	At      time.Time    `json:"at"`
	Until   *time.Time   `json:"until"`
}

// SuppressionOf returns a suppression as --json prints it, as it stands now.
func SuppressionOf(s ticket.Suppression, now time.Time) Suppression {
	out := Suppression{Address: s.Address, Cause: s.Cause, Active: s.Active(now), Strikes: s.Strikes, Detail: s.Detail, At: s.At}
	if !s.Until.IsZero() {
		out.Until = &s.Until
	}
	return out
}

func (c *suppressionsListCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		kept, err := r.Suppressions()
		if err != nil {
			return err
		}
		var list []Suppression
		for _, s := range kept {
			if x := SuppressionOf(s, time.Now()); x.Active || c.All {
				list = append(list, x)
			}
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, list, console.Itself)
		}
		return PrintSuppressions(std.Out, list)
	})
}

// PrintSuppressions prints suppressed addresses as a table.
func PrintSuppressions(w io.Writer, list []Suppression) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No address is suppressed.")
		return nil
	}
	table := console.NewTable(w, console.Column{Head: "NO AUTOMATIC MAIL TO", Least: 20}, console.Column{Head: "CAUSE"}, console.Column{Head: "STRIKES", Rank: 3},
		console.Column{Head: "LAST", Least: 11, Rank: 2}, console.Column{Head: "UNTIL", Least: 11, Rank: 1}, console.Column{Head: "WHY", Least: 20})
	for _, s := range list {
		until := "–"
		if s.Until != nil {
			until = console.Stamp(*s.Until)
		} else if s.Active {
			until = "for ever"
		}
		table.Row(console.Plain, s.Address, string(s.Cause), fmt.Sprint(s.Strikes), console.Stamp(s.At), until, s.Detail)
	}
	return table.Flush()
}

type suppressionsAddCommand struct {
	Address string   `arg:"" help:"The address."`
	Reason  []string `arg:"" help:"Why; it stands in the list."`
	Until   string   `placeholder:"DATE" help:"Up to and including a day, 2026-12-24, or to a minute, 2026-12-24T15:00. Default: for ever."`
}

func (c *suppressionsAddCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	address, err := mailparse.ParseIdentity([]string{c.Address})
	if err != nil || address.Name != "" {
		return fmt.Errorf("%q is not an address; write it as in ana@example.net (for a whole domain there is never_answer in [guard])", c.Address)
	}
	until, err := untilOf(c.Until, time.Now())
	if err != nil {
		return err
	}
	return console.Change(ctx, string(path), func(d *desk.Desk, _ string) error {
		if err := d.Suppress(ctx, address.Address, until, strings.Join(c.Reason, " ")); err != nil {
			return err
		}
		how := "any more"
		if !until.IsZero() {
			how = "until " + console.Stamp(until)
		}
		fmt.Fprintf(std.Out, "%s gets no automatic mail %s; what agents write is sent.\n", address.Address, how)
		return nil
	})
}

// untilOf returns the end of a day, or a minute, in the zone of this machine; zero
// for an empty text.
func untilOf(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	until, err := calendar.ParseDay(text, now.Location())
	if err == nil {
		until = calendar.NextDay(until)
	} else if until, err = time.ParseInLocation("2006-01-02T15:04", text, now.Location()); err != nil {
		return until, fmt.Errorf("--until %q: write a day as in 2026-12-24, or a minute as in 2026-12-24T15:00", text)
	}
	if !until.After(now) {
		return until, fmt.Errorf("--until %s is over", text)
	}
	return until, nil
}

type suppressionsRemoveCommand struct {
	Address string `arg:"" help:"The address."`
}

func (c *suppressionsRemoveCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, _ string) error {
		n, err := d.Unsuppress(ctx, c.Address)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("nothing speaks against automatic mail to %s", c.Address)
		}
		fmt.Fprintf(std.Out, "%s gets automatic mail again.\n", c.Address)
		return nil
	})
}

// SuppressionsOf returns the current suppressions among the addresses of a ticket.
func SuppressionsOf(r ticket.SuppressionReader, participants []ticket.Participant) ([]Suppression, error) {
	list := []Suppression{}
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
		if x := SuppressionOf(s, time.Now()); x.Active {
			list = append(list, x)
		}
	}
	return list, nil
}
