package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"

	"maildesk/accounts"
	"maildesk/config"
	"maildesk/desk"
	"maildesk/desk/trouble"
	"maildesk/smtpd"
)

// AccountsFile is the file of the data folder with the passwords of agents.
const AccountsFile = "accounts"

// logins lets agents log in by their name or an address of theirs.
type logins struct {
	desk   *desk.Desk
	logins *accounts.Logins
	failed *sightings
}

// accounts returns the log-ins of the doors for submission, which share what they know
// of failed tries.
func (d *Daemon) accounts(cfg *config.Config) smtpd.Accounts {
	if d.logins == nil {
		d.logins = &logins{d.local.Desk, accounts.Open(filepath.Join(cfg.Desk.Data, AccountsFile)), &d.sightings}
	}
	return d.logins
}

// Login is described at [smtpd.Accounts]. Whoever is not an agent any more cannot log in.
func (l *logins) Login(ctx context.Context, client netip.Addr, user, password string) (string, error) {
	name := l.desk.AccountOf(user)
	tried := name
	if tried == "" {
		tried = user // counted, and as slow as any
	}
	err := l.logins.Login(ctx, client, tried, password)
	switch {
	case errors.Is(err, accounts.ErrThrottled):
		l.failed.add(trouble.LoginThrottled, client, name)
		return "", fmt.Errorf("%w: %w", smtpd.ErrTooManyLogins, err)
	case errors.Is(err, accounts.ErrWrong) || err == nil && name == "":
		l.failed.add(trouble.LoginFailed, client, name)
		return "", smtpd.ErrBadLogin
	case err != nil:
		return "", err
	}
	return name, nil
}
