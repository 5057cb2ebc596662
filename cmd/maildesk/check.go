package main

import (
	"context"
	"fmt"

	"maildesk/config"
	"maildesk/daemon"
	"maildesk/ticket"
)

type checkCommand struct {
	Expect string `placeholder:"FILE" help:"Also run the mails of a table through the rules, and show which results differ from it."`
	Data   bool   `help:"Also check all stored data: the database, that no mail is missing, the outbox, the search index."`
}

func (c *checkCommand) Run(path configPath, ctx context.Context, io stdio) error {
	cfg, err := loadConfig(string(path))
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintf(io.out, "warning: %s\n", w)
	}
	for _, line := range cfg.Placeholders() {
		fmt.Fprintf(io.out, "placeholder: %s\n", line)
	}
	if err := daemon.CheckConfig(cfg); err != nil {
		return err
	}
	note, err := daemon.CheckFolder(ctx, cfg)
	if err != nil {
		return err
	}
	if note != "" {
		fmt.Fprintf(io.out, "warning: %s\n", note)
	}
	fmt.Fprintf(io.out, "%s is fine: %d addresses, %d agents, %d queues, %d categories, %d rules (version %s).\n", string(path),
		len(cfg.Addresses), len(cfg.Agents), len(cfg.Routing.Queues), len(cfg.Routing.Categories), len(cfg.Routing.Rules), cfg.Rules.Version())
	if err := nameFailedRules(ctx, string(path), cfg, io); err != nil {
		return err
	}
	if c.Expect != "" {
		if err := checkExpectations(ctx, cfg, c.Expect, io); err != nil {
			return err
		}
	}
	if !c.Data {
		return nil
	}
	return checkData(ctx, cfg, io)
}

// nameFailedRules warns about rules in force that failed while they ran, according to
// the desk's data.
func nameFailedRules(ctx context.Context, path string, cfg *config.Config, io stdio) error {
	if !daemon.HasData(cfg) {
		return nil
	}
	return view(ctx, path, func(r ticket.Reader) error {
		known, err := r.Troubles(ticket.TroubleRule)
		for _, s := range known {
			if s.Stands() && s.Mark == cfg.Rules.Version() {
				fmt.Fprintf(io.out, "warning: %s, since %s. %s\n", s.Subject, stamp(s.Since), s.Text)
			}
		}
		return err
	})
}

func checkData(ctx context.Context, cfg *config.Config, io stdio) error {
	if !daemon.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet", cfg.Desk.Data)
	}
	report, err := daemon.CheckData(ctx, cfg)
	if err != nil {
		return err
	}
	for _, line := range report.Settings {
		fmt.Fprintf(io.out, "%s\n", line)
	}
	fmt.Fprintf(io.out, "%s\n", report.Sum)
	for _, p := range report.Problems {
		fmt.Fprintf(io.out, "problem: %s\n", p)
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("%d problems in %s", len(report.Problems), cfg.Desk.Data)
	}
	fmt.Fprintf(io.out, "%s is sound.\n", cfg.Desk.Data)
	return nil
}
