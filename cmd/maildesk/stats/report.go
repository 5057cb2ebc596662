package stats

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/cmd/maildesk/console"
	"maildesk/compose"
	"maildesk/desk"
	"maildesk/desk/figures"
	"maildesk/desk/settings"
	"maildesk/report"
)

// mostYears is how far back a mail of figures may begin: its charts have a step for each month.
const mostYears = 3

// ReportCommand prints or sends the mail of figures.
type ReportCommand struct {
	Last     string   `default:"week" placeholder:"PERIOD" predictor:"unit" help:"Of the last whole day, week, month, quarter or year. Default: week."`
	Since    string   `placeholder:"WHEN" help:"From a time ago, as 7d, or a day, as 2026-11-01, until now instead."`
	Language string   `placeholder:"LANGUAGE" help:"As de. Default: the desk's."`
	HTML     string   `placeholder:"FILE" predictor:"file" help:"Write the HTML page to a file, with its charts in it."`
	To       []string `placeholder:"ADDRESS" help:"Send it to this address now."`
}

// Run runs the command.
func (c *ReportCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	unit, err := unitOf(c.Last)
	if err != nil {
		return err
	}
	now := time.Now()
	return console.Change(ctx, string(path), func(d *desk.Desk, _ string) error {
		set := d.Settings()
		f := settings.FigureMail{To: c.To, Every: unit, Language: console.FirstOf(c.Language, set.Language)}
		s, err := c.summary(ctx, d, unit, now)
		if err != nil {
			return err
		}
		if len(c.To) > 0 {
			sent, err := figures.Send(ctx, d.Maker, f, s, now)
			if err == nil {
				wait := fmt.Sprintf("%d mails wait", sent)
				if sent == 1 {
					wait = "1 mail waits"
				}
				fmt.Fprintf(std.Out, "%s to be sent; whoever already has the figures of this time gets none, nor does anybody for a time in which nothing happened.\n", wait)
			}
			return err
		}
		words, pictures, err := figures.Written(set, s, f.Language, now)
		if err != nil {
			return err
		}
		if c.HTML != "" {
			return os.WriteFile(c.HTML, []byte(withPictures(words.HTML, pictures)), 0o600)
		}
		_, err = fmt.Fprint(console.Visible{Writer: std.Out}, words.Text)
		return err
	})
}

// summary counts what is asked for.
func (c *ReportCommand) summary(ctx context.Context, d *desk.Desk, unit report.Unit, now time.Time) (*report.Summary, error) {
	if c.Since == "" {
		return figures.Summary(ctx, d.Maker, unit, now)
	}
	from, _, err := calendar.ParsePast(c.Since, now.In(d.Settings().Zone()))
	if err != nil {
		return nil, console.UsageError(err)
	}
	if !from.Before(now) || from.Before(now.AddDate(-mostYears, 0, 0)) {
		return nil, console.UsageError(fmt.Errorf("--since: at most %d years ago; stats has figures of longer times", mostYears))
	}
	return figures.Since(ctx, d.Maker, from, now)
}

// withPictures puts the pictures of a mail into its page.
func withPictures(page string, pictures []compose.Attachment) string {
	for _, p := range pictures {
		page = strings.ReplaceAll(page, "cid:"+p.ContentID, "data:"+p.Type+";base64,"+base64.StdEncoding.EncodeToString(p.Content))
	}
	return page
}
