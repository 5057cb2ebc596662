package daemon

import (
	"fmt"
	"log/slog"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/health"
	"maildesk/imappoll"
	"maildesk/ticket"
)

// pollerOf returns the poller of all [[imap]] blocks.
func pollerOf(cfg *config.Config, d *localdesk.Local, log *slog.Logger) (*imappoll.Poller, error) {
	poll := imappoll.Config{MaxMessageBytes: cfg.Limits.MaxMessage, Left: d.Store.Left}
	for _, c := range cfg.IMAP {
		m, err := localdesk.Mailbox(c, log)
		if err != nil {
			return nil, err
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

// mailboxFigures returns the metrics of every mailbox that this daemon fetches.
func (d *Daemon) mailboxFigures() []health.Mailbox {
	var all []health.Mailbox
	for _, m := range d.poller.Health() {
		if m.State == "" {
			continue
		}
		up := m.State == ticket.MailboxFine || m.State == ticket.MailboxDegraded
		all = append(all, health.Mailbox{Account: m.Account, Name: m.Mailbox, Up: up, Fetched: m.Fetched, Blocked: m.Blocked})
	}
	return all
}
