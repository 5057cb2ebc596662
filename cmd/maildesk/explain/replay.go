package explain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/desk"
	"maildesk/routing"
	"maildesk/ticket"
)

// ReplayCommand is maildesk replay.
type ReplayCommand struct {
	Rules string `placeholder:"FILE" predictor:"file" help:"The new rules: a file with [[rule]] blocks, or a whole configuration."`
	Learn bool   `help:"Also what the desk would have said by what it had learnt until each request, and how often it and the rules were right."`
	Since string `placeholder:"DURATION" help:"Only mail of this time, as 30d or 12h. Default: all."`
	Limit int    `default:"50" help:"How many of the tickets concerned are listed, the latest first; 0 lists all. --json has all of them."`
	JSON  bool   `help:"One JSON object."`
}

// Run judges the mail of the journal by the new rules, and prints what would change.
func (c *ReplayCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	since, err := c.since()
	if err != nil {
		return console.UsageError(err)
	}
	if c.Rules == "" && !c.Learn {
		return console.UsageError(errors.New("--rules FILE names the rules to try, and --learn tries what is learnt; one of them is needed"))
	}
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	other := cfg
	if c.Rules != "" {
		if other, err = config.LoadWith(string(path), c.Rules); err != nil {
			return err
		}
	}
	for _, w := range other.Warnings {
		fmt.Fprintf(std.Err, "warning: %s\n", w)
	}
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet: no mail on which the rules could be tried", console.Place(cfg))
	}
	r, err := replay(ctx, cfg, other, since, c.Learn, std.Err)
	if err != nil {
		return err
	}
	r.tries = c.Rules != ""
	if c.JSON {
		return console.WriteJSON(std.Out, r)
	}
	return r.print(std.Out, c.Limit)
}

// since returns the time from which mails are routed again, zero: all.
func (c *ReplayCommand) since() (time.Time, error) {
	if c.Since == "" {
		return time.Time{}, nil
	}
	d, err := config.ParseDuration(c.Since)
	if err != nil {
		return time.Time{}, fmt.Errorf("--since: %w; write it as in 30d or 12h", err)
	}
	return time.Now().Add(-d), nil
}

// replay routes all mails again and sums up what would be different.
func replay(ctx context.Context, cfg, other *config.Config, since time.Time, learnt bool, progressTo io.Writer) (*replayed, error) {
	local, err := localdesk.OpenReadOnly(ctx, cfg, console.Quiet())
	if err != nil {
		return nil, err
	}
	defer local.Close()
	total := 0
	err = local.Desk.View(ctx, func(r ticket.Reader) error {
		total, err = r.CountJudgements(since)
		return err
	})
	if err != nil {
		return nil, err
	}
	bar := console.Progress(progressTo, int64(total), "judging again")
	sum := newReplayed(since, cfg, other)
	byRules := map[ticket.ID]routing.Decision{}
	err = local.Replay(ctx, other, since, func(r desk.Rejudged) {
		sum.add(r)
		byRules[r.Judgement.Ticket] = r.New
		bar.Add(1)
	})
	bar.Finish()
	if err == nil && learnt {
		sum.Learnt, err = compareLearnt(ctx, local, other, byRules, progressTo)
	}
	return sum.finish(), err
}
