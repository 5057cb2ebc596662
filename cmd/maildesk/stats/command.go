// Package stats is the command that prints the desk's figures: as a table for people, as
// JSON and as CSV. docs/figures.md says what each of them means.
package stats

import (
	"context"
	"fmt"
	"io"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/ticket"
)

// Command prints figures.
type Command struct {
	Since string `default:"30d" placeholder:"WHEN" help:"From when on: a time ago, as 30d or 12h, or a day, as 2026-11-01. Default: 30d."`
	Until string `placeholder:"WHEN" help:"Until when, likewise; a day belongs to it. Default: now."`
	Last  string `placeholder:"PERIOD" predictor:"unit" help:"The last whole day, week, month, quarter or year instead."`
	By    string `placeholder:"GROUP" predictor:"group" help:"For each queue, level, agent, category, language or domain (of the requesters)."`
	Per   string `placeholder:"PERIOD" predictor:"unit" help:"For each day, week, month, quarter or year in that time, instead of beside the time before."`
	JSON  bool   `help:"One JSON object a period, a line each; times in seconds."`
	CSV   bool   `help:"Comma-separated values: a row for each period and group, the time before first; times in seconds."`
}

// Run runs the command.
func (c *Command) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		by, err := c.group()
		if err != nil {
			return err
		}
		now := time.Now().In(s.Zone())
		asked, err := c.asked(now)
		if err != nil {
			return err
		}
		periods, err := c.periods(asked)
		if err != nil {
			return err
		}
		counter := report.NewCounter(by, periods...)
		if err := report.Read(r, s.Terms, counter); err != nil {
			return err
		}
		if err := c.print(std.Out, counter.Sheets, by); err != nil {
			return err
		}
		to := std.Out
		if c.CSV || c.JSON {
			to = std.Err
		}
		for _, note := range c.edges(asked, periods, now) {
			fmt.Fprintln(to, note)
		}
		return nil
	})
}

// group returns what the figures are grouped by.
func (c *Command) group() (report.By, error) {
	if c.By == "" {
		return report.ByNothing, nil
	}
	chosen, err := console.ChooseAll("group", []string{c.By}, report.Groups)
	if err != nil {
		return "", err
	}
	return chosen[0], nil
}

// print prints the sheets; the first one is of the time before, unless they follow each
// other.
func (c *Command) print(w io.Writer, sheets []*report.Sheet, by report.By) error {
	switch {
	case c.CSV:
		return writeCSV(w, sheets, by)
	case c.JSON && c.Per == "":
		return console.WriteJSON(w, compared{sheetOf(sheets[1]), sheetOf(sheets[0])})
	case c.JSON:
		return console.WriteJSONLines(w, sheets, sheetOf)
	case c.Per != "":
		return printSeries(w, sheets, by)
	case by != report.ByNothing:
		return printGroups(w, sheets[1], sheets[0], by)
	}
	return printCompared(w, sheets[1], sheets[0])
}
