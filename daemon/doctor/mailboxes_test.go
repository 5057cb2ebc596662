package doctor

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/ticket"
)

// TestMailboxes: each mailbox of the configuration is opened; what is known of others does not count.
func TestMailboxes(t *testing.T) {
	s := dovecot.Start(t, dovecot.Options{})
	secret := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right, wrong := secret(dovecot.Password), secret("guess")
	one := func(change func(*config.IMAP)) config.IMAP {
		c := config.IMAP{Name: "support@example.org", User: "support@example.org", Host: s.Addr, TLS: config.NoTLS, Mailbox: "INBOX", PasswordFile: right, After: config.Leave}
		change(&c)
		return c
	}
	for _, tt := range []struct {
		name   string
		box    config.IMAP
		status *ticket.MailboxStatus // nil: it was never fetched
		grade  Grade
		words  string
	}{
		{"right", one(func(*config.IMAP) {}), &ticket.MailboxStatus{State: ticket.MailboxFine, ContactAt: time.Now()}, Fine, "opens, and is fetched"},
		{"never fetched", one(func(*config.IMAP) {}), nil, Odd, "no daemon has fetched it yet"},
		{"the daemon is long gone", one(func(*config.IMAP) {}), &ticket.MailboxStatus{State: ticket.MailboxFine, ContactAt: time.Now().Add(-5 * time.Hour)}, Bad, "5h0m0s ago"},
		{"the daemon has trouble", one(func(*config.IMAP) {}), &ticket.MailboxStatus{State: ticket.MailboxDegraded, Reason: "a mail is broken", ContactAt: time.Now()}, Bad, "a mail is broken"},
		{"a wrong password", one(func(c *config.IMAP) { c.PasswordFile = wrong }), nil, Bad, "refuses the log-in"},
		{"no such mailbox", one(func(c *config.IMAP) { c.Mailbox = "Support" }), nil, Bad, "Support of support@example.org: the mailbox cannot be opened"},
		{"no such folder", one(func(c *config.IMAP) { c.After, c.Folder = config.Move, "Done" }), nil, Odd, "the folder is not there yet: Done"},
		{"no server", one(func(c *config.IMAP) { c.Host = faulttest.FreePort(t) }), nil, Bad, "refused"},
		{"a certificate of nobody", one(func(c *config.IMAP) { c.Host, c.TLS = s.TLSAddr, config.Implicit }), nil, Bad, "certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := &visit{cfg: &config.Config{IMAP: []config.IMAP{tt.box}}, log: slog.New(slog.DiscardHandler)}
			local, err := localdesk.OpenScratch(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer local.Close()
			v.local = local
			note := func(account, name string, status ticket.MailboxStatus) {
				err := local.Store.Update(t.Context(), func(tx ticket.Tx) error {
					m, err := tx.OpenMailbox(account, name)
					if err != nil {
						return err
					}
					m.Status = status
					return tx.SaveMailbox(m)
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			note("former@example.org", "INBOX", ticket.MailboxStatus{State: ticket.MailboxDown, Reason: "taken out of the configuration"})
			if tt.status != nil {
				note(tt.box.Name, tt.box.Mailbox, *tt.status)
			}
			v.mailboxes(t.Context())
			v.wants(t, "mailbox", tt.grade, tt.words)
			for _, f := range v.found {
				if f.Grade == Bad && tt.grade != Bad {
					t.Errorf("found %+v", f)
				}
			}
		})
	}
	if mails, err := os.ReadDir(filepath.Join(s.Folder("support@example.org"), ".Done")); err == nil {
		t.Errorf("a look has made a folder: %v", mails)
	}
}
