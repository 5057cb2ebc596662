package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/smtpd"
	"maildesk/store"
	"maildesk/store/laws"
	"maildesk/store/salvage"
	"maildesk/ticket"
)

// CheckConfig builds what Open builds from a configuration, without opening data or
// listeners, and returns what is wrong.
func CheckConfig(cfg *config.Config) error {
	_, err := localdesk.Settings(cfg)
	if _, _, e := localdesk.Transports(cfg, slog.New(slog.DiscardHandler)); e != nil {
		err = errors.Join(err, e)
	}
	if cfg.SMTP.Certificate != "" {
		_, e := smtpd.OpenCertificate(cfg.SMTP.Certificate, cfg.SMTP.Key, nil)
		err = errors.Join(err, e)
	}
	return err
}

// DataReport is what CheckData found.
type DataReport struct {
	Sum      string   // figures: mails accepted = sum of the dispositions
	Settings []string // settings in force on each connection to the database, and the daemons that share it
	Problems []laws.Problem
	Audit    []string // the length of the audit and its last hash, and why its anchor began anew
}

// CheckData checks all stored data; a daemon may be running.
func CheckData(ctx context.Context, cfg *config.Config) (DataReport, error) {
	if !cfg.Desk.OnServer() {
		if err := salvage.Damage(ctx, cfg.Desk.Data); err != nil {
			return DataReport{}, fmt.Errorf("data folder %s: %w", cfg.Desk.Data, err)
		}
	}
	db, err := localdesk.OpenData(ctx, cfg, store.Options{})
	if err != nil {
		return DataReport{}, err
	}
	defer db.Close()
	var report DataReport
	if report.Settings, err = db.Settings(ctx); err != nil {
		return report, err
	}
	daemons, err := db.Daemons(ctx)
	if err != nil {
		return report, err
	}
	report.Settings = append(report.Settings, daemons...)
	if report.Problems, err = db.Check(ctx); err != nil {
		return report, err
	}
	var broken []laws.Problem
	if report.Audit, broken, err = auditanchor.New(db, cfg.Desk.Data).Check(ctx, !cfg.Desk.OnServer()); err != nil {
		return report, err
	}
	report.Problems = append(report.Problems, broken...)
	err = db.View(ctx, func(r ticket.Reader) error {
		tally, err := r.Tally()
		if err != nil {
			return err
		}
		var parts []string
		for _, d := range ticket.Dispositions {
			parts = append(parts, fmt.Sprintf("%d %s", tally.Dispositions[d], d))
		}
		report.Sum = fmt.Sprintf("%d mails accepted = %s", tally.Accepted, strings.Join(parts, " + "))
		return nil
	})
	return report, err
}

// needRestart returns the sections that differ and cannot change without a restart.
func needRestart(old, now *config.Config) []string {
	var sections []string
	for _, s := range []struct {
		name     string
		old, now any
	}{
		{"[desk] data", old.Desk.Place(), now.Desk.Place()},
		{"[desk] folder", old.Desk.Data, now.Desk.Data},
		{"[desk] data_password_file", old.Desk.DatabasePassword, now.Desk.DatabasePassword},
		{"[smtp]", old.SMTP, now.SMTP},
		{"[auth] resolver", old.Auth.Resolver, now.Auth.Resolver},
		{"[auth] timeout", old.Auth.Timeout, now.Auth.Timeout},
		{"[outgoing]", old.Outgoing, now.Outgoing},
		{"[[imap]]", old.IMAP, now.IMAP},
		{"[health]", old.Health, now.Health},
		{"[web]", old.Web, now.Web},
	} {
		if !reflect.DeepEqual(s.old, s.now) {
			sections = append(sections, s.name)
		}
	}
	return sections
}
