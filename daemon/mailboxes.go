package daemon

import (
	"fmt"
	"log/slog"
	"os"
	"strings"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/health"
	"maildesk/imappoll"
	"maildesk/ticket"
)

// pollerOf returns the poller of all [[imap]] blocks.
func pollerOf(cfg *config.Config, d *localdesk.Local, log *slog.Logger) (*imappoll.Poller, error) {
	poll := imappoll.Config{MaxMessageBytes: cfg.Limits.MaxMessage}
	for _, c := range cfg.IMAP {
		m := imappoll.Mailbox{
			Account: c.Name, Name: c.Mailbox, Address: c.Address, Host: c.Host, User: c.User, Poll: c.Poll, All: c.All, Folder: c.Folder,
			TLS:   map[config.TLS]imappoll.TLS{config.Implicit: imappoll.Implicit, config.Required: imappoll.STARTTLS, config.NoTLS: imappoll.NoTLS}[c.TLS],
			After: map[config.After]imappoll.After{config.Leave: imappoll.Leave, config.Flag: imappoll.Flag, config.Move: imappoll.Move, config.Delete: imappoll.Delete}[c.After],
		}
		if c.PasswordFile != "" {
			m.Password = secretIn(c.PasswordFile)
		} else {
			m.OAuth = oauthOf(c, log)
		}
		var err error
		if m.RootCAs, err = localdesk.Authorities(c.CA); err != nil {
			return nil, fmt.Errorf("authorities of %s: %w", c.Name, err)
		}
		poll.Mailboxes = append(poll.Mailboxes, m)
	}
	return imappoll.New(d.Desk, d.Store, poll, log), nil
}

// mailboxReasons returns a reason for each mailbox that has a problem.
func (d *Daemon) mailboxReasons() []health.Reason {
	var all []health.Reason
	for _, m := range d.poller.Health() {
		if m.State != ticket.MailboxFine && m.State != "" {
			all = append(all, health.Reason{Name: health.IMAP, Text: fmt.Sprintf("mailbox %s of %s is %s: %s", m.Mailbox, m.Account, m.State, m.Reason)})
		}
	}
	return all
}

// mailboxFigures returns the metrics of every mailbox.
func (d *Daemon) mailboxFigures() []health.Mailbox {
	var all []health.Mailbox
	for _, m := range d.poller.Health() {
		up := m.State == ticket.MailboxFine || m.State == ticket.MailboxDegraded
		all = append(all, health.Mailbox{Account: m.Account, Name: m.Mailbox, Up: up, Fetched: m.Fetched, Blocked: m.Blocked})
	}
	return all
}

func oauthOf(c config.IMAP, log *slog.Logger) *imappoll.OAuth {
	o := &imappoll.OAuth{TokenURL: c.OAuth.TokenURL, ClientID: c.OAuth.ClientID, Scopes: c.OAuth.Scopes}
	switch c.OAuth.Provider {
	case "google":
		o.TokenURL = imappoll.Google()
	case "microsoft":
		o.TokenURL = imappoll.Microsoft(c.OAuth.Tenant)
		if len(o.Scopes) == 0 && c.OAuth.RefreshTokenFile == "" {
			o.Scopes = []string{imappoll.MicrosoftScope}
		}
	}
	if c.OAuth.ClientSecretFile != "" {
		o.ClientSecret = secretIn(c.OAuth.ClientSecretFile)
	}
	if path := c.OAuth.RefreshTokenFile; path != "" {
		o.RefreshToken = secretIn(path)
		o.KeepRefreshToken = func(token string) {
			if err := durable.Replace(path, []byte(token+"\n")); err != nil {
				log.Warn("the new refresh token could not be stored; it is lost when maildesk ends", "account", c.Name, "err", err)
			}
		}
	}
	return o
}

// secretIn returns a function that reads a secret from a file each time, so that a
// new secret needs no restart.
func secretIn(path string) func() (string, error) {
	return func() (string, error) {
		data, err := os.ReadFile(path)
		return strings.TrimRight(string(data), "\r\n"), err
	}
}
