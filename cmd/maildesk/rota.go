package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

type rotaCommand struct {
	Name string `arg:"" optional:"" help:"The rota. Default: all of them."`
	Days int    `default:"28" help:"For how many days from now. Default: 28."`
	ICS  bool   `name:"ics" help:"Print the shifts of the rota as a calendar to subscribe to (iCalendar)."`
	JSON bool   `help:"One JSON object a shift, a line each."`
}

// maxRotaDays bounds how far shifts are told.
const maxRotaDays = 3660

func (c *rotaCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	if c.Days < 1 || c.Days > maxRotaDays {
		return console.UsageError(fmt.Errorf("--days is from 1 to %d", maxRotaDays))
	}
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		rotas, away, err := decision.Rotas(s, r)
		if err != nil {
			return err
		}
		if rotas, err = c.chosen(rotas); err != nil {
			return err
		}
		now := time.Now()
		until := now.AddDate(0, 0, c.Days)
		if c.ICS {
			_, err := std.Out.Write(rota.Feed(rotas[0], rotas[0].Shifts(now, until, away), s.KnownAs, s.Hostname, now))
			return err
		}
		if c.JSON {
			for _, r := range rotas {
				if err := console.WriteJSONLines(std.Out, r.Shifts(now, until, away), func(x rota.Shift) shiftJSON { return shiftJSON{r.Name, x.Agent, x.From, x.Until} }); err != nil {
					return err
				}
			}
			return nil
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, r := range rotas {
			for _, x := range r.Shifts(now, until, away) {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, x.From.In(r.Location).Format("Mon 2006-01-02 15:04"), x.Until.In(r.Location).Format("Mon 2006-01-02 15:04"), s.KnownAs(x.Agent))
			}
		}
		return w.Flush()
	})
}

// chosen returns the rotas that the command is about. A calendar is of one.
func (c *rotaCommand) chosen(all []rota.Rota) ([]rota.Rota, error) {
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no [[rota]] in the configuration")
	}
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name
	}
	if c.Name == "" {
		if c.ICS && len(all) > 1 {
			return nil, console.UsageError(fmt.Errorf("name the rota of the calendar: one of %s", strings.Join(names, ", ")))
		}
		return all, nil
	}
	if _, err := console.Choose("rota", c.Name, names); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r rota.Rota) bool { return r.Name != c.Name }), nil
}

// shiftJSON is a shift as --json prints it.
type shiftJSON struct {
	Rota  string    `json:"rota"`
	Agent string    `json:"agent"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}
