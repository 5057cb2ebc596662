package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"maildesk/daemon/doctor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/cmd/maildesk/console"
	"maildesk/cmd/maildesk/explain"
	"maildesk/config"
	"maildesk/daemon"
	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/desk/proofs"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

type checkCommand struct {
	Expect string `placeholder:"FILE" predictor:"file" help:"Also run the mails of a table through the rules, and show which results differ from it."`
	Data   bool   `help:"Also check all stored data: the database, that no mail is missing, the outbox, the search index."`
}

func (c *checkCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintf(std.Out, "warning: %s\n", w)
	}
	for _, line := range cfg.Placeholders() {
		fmt.Fprintf(std.Out, "placeholder: %s\n", line)
	}
	if err := daemon.CheckConfig(cfg); err != nil {
		return err
	}
	note, err := localdesk.CheckFolder(ctx, cfg)
	if err != nil {
		return err
	}
	if note != "" {
		fmt.Fprintf(std.Out, "warning: %s\n", note)
	}
	doubts, err := localdesk.ServerDoubts(ctx, cfg)
	if err != nil {
		return err
	}
	for _, doubt := range doubts {
		fmt.Fprintf(std.Out, "warning: %s\n", doubt)
	}
	fmt.Fprintf(std.Out, "%s is fine: %d addresses, %d agents, %d queues, %d categories, %d rules (version %s).\n", string(path),
		len(cfg.Addresses), len(cfg.Agents), len(cfg.Routing.Queues), len(cfg.Routing.Categories), len(cfg.Routing.Rules), cfg.Rules.Version())
	if err := sayProof(ctx, string(path), cfg, std); err != nil {
		return err
	}
	if err := nameFailedRules(ctx, string(path), cfg, std); err != nil {
		return err
	}
	if err := checkNames(ctx, string(path), cfg); err != nil {
		return err
	}
	if err := sayDue(ctx, cfg, std); err != nil {
		return err
	}
	if c.Expect != "" {
		if err := explain.CheckExpectations(ctx, cfg, c.Expect, std); err != nil {
			return err
		}
	}
	if !c.Data {
		return nil
	}
	return checkData(ctx, cfg, std)
}

// sayProof prints what agents need to prove and how well their answers were proven lately, and
// warns of what they cannot prove.
func sayProof(ctx context.Context, path string, cfg *config.Config, std console.Stdio) error {
	var own []command.Proof
	unsigned := len(cfg.Agents) == 0
	for _, a := range cfg.Agents {
		own = append(own, a.Proof)
		unsigned = unsigned || len(a.Keys) == 0
	}
	means := ladder.Means{Checks: !cfg.Auth.Off, Servers: len(cfg.SMTP.AuthServers) > 0, Trusted: len(cfg.SMTP.Trusted) > 0, Submission: len(cfg.SMTP.Submission)+len(cfg.SMTP.Submissions) > 0, Signed: !unsigned}
	warnings, notes := cfg.Proof.Unreachable(means, own...)
	for _, line := range warnings {
		fmt.Fprintf(std.Out, "warning: %s\n", line)
	}
	fmt.Fprintf(std.Out, "What agents have to prove is %s.\n", cfg.Proof.Summary())
	for _, a := range cfg.Agents {
		for _, k := range a.Keys {
			fmt.Fprintf(std.Out, "What %s signs by %s with the key %s (%s) counts like a login, where the mail is authenticated and comes to a signed address.\n", a.Name, k.Form, k.ID, k.Owner)
		}
	}
	for _, line := range notes {
		fmt.Fprintf(std.Out, "note: %s\n", line)
	}
	if means.Servers && len(cfg.Auth.Relays)+len(cfg.SMTP.Trusted) == 0 && doctor.IsOpen(cfg) {
		fmt.Fprintln(std.Out, "note: what auth_servers say is believed from private addresses only: if one brings its mail from a public address, name that in [auth] relays")
	}
	if !localdesk.HasData(cfg) {
		return nil
	}
	return console.ViewBy(ctx, path, func(r ticket.Reader, s *settings.Settings) error {
		all, err := proofs.Of(r, s)
		for _, a := range all {
			fmt.Fprintf(std.Out, "note: %s\n", a.Words())
		}
		return err
	})
}

// sayDue prints what [retention] takes at the next run, so that nobody learns it from what is gone.
func sayDue(ctx context.Context, cfg *config.Config, std console.Stdio) error {
	if !localdesk.HasData(cfg) {
		return nil
	}
	tickets, mails, err := privacy.DueByAge(ctx, cfg)
	if err == nil && tickets+mails > 0 {
		fmt.Fprintf(std.Out, "note: by [retention] the desk erases %d closed tickets and %d mails of no ticket, up to 500 tickets a day; maildesk erase --retention lists them\n", tickets, mails)
	}
	return err
}

// nameFailedRules warns about rules in force that failed while they ran, according to
// the desk's data.
func nameFailedRules(ctx context.Context, path string, cfg *config.Config, std console.Stdio) error {
	if !localdesk.HasData(cfg) {
		return nil
	}
	return console.View(ctx, path, func(r ticket.Reader) error {
		known, err := r.Troubles(ticket.TroubleRule)
		for _, s := range known {
			if s.Stands() && s.Mark == cfg.Rules.Version() {
				fmt.Fprintf(std.Out, "warning: %s, since %s. %s\n", s.Subject, console.Stamp(s.Since), s.Text)
			}
		}
		return err
	})
}

// checkNames returns an error where a text for #send has the name of an article.
func checkNames(ctx context.Context, path string, cfg *config.Config) error {
	if cfg.Desk.Macros == "" || !localdesk.HasData(cfg) {
		return nil
	}
	return console.ViewBy(ctx, path, func(r ticket.Reader, s *settings.Settings) error {
		all, err := r.Articles(ticket.ArticleFilter{})
		for _, a := range all {
			if _, named := s.Macros.Named(a.Slug); named && a.State != ticket.ArticleWithdrawn {
				err = errors.Join(err, fmt.Errorf("%s: there is an article %s as well, and #send %s means one of them; rename the text", cfg.Desk.Macros, a.Slug, a.Slug))
			}
		}
		return err
	})
}

func checkData(ctx context.Context, cfg *config.Config, std console.Stdio) error {
	if !localdesk.HasData(cfg) {
		return fmt.Errorf("there is no data in %s yet", console.Place(cfg))
	}
	report, err := daemon.CheckData(ctx, cfg)
	if err != nil {
		return err
	}
	for _, line := range report.Settings {
		fmt.Fprintf(std.Out, "%s\n", line)
	}
	fmt.Fprintf(std.Out, "%s\n%s\n", report.Sum, strings.Join(report.Audit, "\n"))
	for _, p := range report.Problems {
		fmt.Fprintf(std.Out, "problem: %s\n", p)
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("%d problems in %s", len(report.Problems), cfg.Desk.Place())
	}
	fmt.Fprintf(std.Out, "%s is sound.\n", cfg.Desk.Place())
	return nil
}
