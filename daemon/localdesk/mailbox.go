package localdesk

import (
	"fmt"
	"log/slog"
	"os"
	"strings"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/imappoll"
)

// Mailbox returns how the mailbox of a block [[imap]] is fetched.
func Mailbox(c config.IMAP, log *slog.Logger) (imappoll.Mailbox, error) {
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
	if m.RootCAs, err = Authorities(c.CA); err != nil {
		return m, fmt.Errorf("authorities of %s: %w", c.Name, err)
	}
	return m, nil
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
