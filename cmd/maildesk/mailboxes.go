package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/ticket"
)

type mailboxesCommand struct {
	JSON  bool   `help:"One JSON object a mailbox, a line each."`
	Retry uint32 `placeholder:"UID" help:"Fetch a blocked or too large mail again. The running maildesk does it at its next look."`
}

// mailboxJSON is a mailbox as --json prints it.
type mailboxJSON struct {
	Account     string              `json:"account"`
	Mailbox     string              `json:"mailbox"`
	Configured  bool                `json:"configured"`
	State       ticket.MailboxState `json:"state"`
	Reason      string              `json:"reason"`
	Since       *time.Time          `json:"since"`
	LastContact *time.Time          `json:"last_contact"`
	FirstAt     *time.Time          `json:"first_contact"`
	UIDValidity uint32              `json:"uidvalidity"`
	Taken       int64               `json:"taken"`
	Recognised  int64               `json:"recognised"`
	PassedOver  int                 `json:"passed_over"`
	Mails       []mailboxMail       `json:"mails"`
}

// mailboxMail is a fetched mail in a state other than done.
type mailboxMail struct {
	UID      uint32          `json:"uid"`
	State    ticket.UIDState `json:"state"`
	Attempts int             `json:"attempts"`
	Reason   string          `json:"reason"`
	Mail     ticket.MailID   `json:"mail"`
	At       time.Time       `json:"at"`
}

// unsettled lists the states of mails that may need a person's attention.
var unsettled = []ticket.UIDState{ticket.UIDFailed, ticket.UIDBlocked, ticket.UIDTooLarge, ticket.UIDKept}

func (c *mailboxesCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if c.Retry != 0 {
		return retryUID(ctx, cfg, c.Retry, std.Out)
	}
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		boxes, err := r.Mailboxes()
		if err != nil {
			return err
		}
		list := make([]mailboxJSON, 0, len(boxes))
		for _, m := range boxes {
			b := mailboxOf(cfg, m)
			uids, err := r.MailboxUIDs(m.ID, unsettled...)
			if err != nil {
				return err
			}
			for _, u := range uids {
				b.Mails = append(b.Mails, mailboxMail{u.UID, u.State, u.Attempts, u.Reason, u.Mail, u.At})
			}
			list = append(list, b)
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, list, console.Itself)
		}
		return printMailboxes(std.Out, list)
	})
}

func mailboxOf(cfg *config.Config, m ticket.Mailbox) mailboxJSON {
	b := mailboxJSON{
		Account: m.Account, Mailbox: m.Name, State: m.Status.State, Reason: m.Status.Reason, Since: unlessZero(m.Status.Since),
		LastContact: unlessZero(m.Status.ContactAt), FirstAt: unlessZero(m.FirstAt), UIDValidity: m.UIDValidity,
		Taken: m.Taken, Recognised: m.Recognised, PassedOver: m.PassedOver, Mails: []mailboxMail{},
	}
	for _, c := range cfg.IMAP {
		b.Configured = b.Configured || c.Name == m.Account && c.Mailbox == m.Name
	}
	return b
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func retryUID(ctx context.Context, cfg *config.Config, uid uint32, out io.Writer) error {
	local, err := localdesk.Open(ctx, cfg, console.Quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	n, err := local.RetryUID(ctx, uid)
	switch {
	case err != nil:
		return err
	case n == 0:
		return fmt.Errorf("no mail with the UID %d is blocked or too large", uid)
	}
	fmt.Fprintf(out, "UID %d is fetched again.\n", uid)
	return nil
}

func printMailboxes(w io.Writer, list []mailboxJSON) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No mailbox was fetched yet.")
		return nil
	}
	table := console.NewTable(w, console.Column{Head: "ACCOUNT", Least: 15}, console.Column{Head: "MAILBOX", Least: 8}, console.Column{Head: "STATE"}, console.Column{Head: "LAST CONTACT", Least: 17, Rank: 1},
		console.Column{Head: "TAKEN", Rank: 3}, console.Column{Head: "LEFT ALONE", Rank: 4}, console.Column{Head: "TROUBLED", Rank: 2}, console.Column{Head: "REASON", Least: 20})
	for _, b := range list {
		state, reason := console.FirstOf(string(b.State), "not tried"), b.Reason
		if !b.Configured {
			state, reason = "not configured", ""
		}
		table.Row(console.Plain, b.Account, b.Mailbox, state, stampOr(b.LastContact), fmt.Sprint(b.Taken), fmt.Sprint(b.PassedOver), fmt.Sprint(len(b.Mails)), console.FirstOf(reason, "–"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, b := range list {
		for _, m := range b.Mails {
			fmt.Fprintf(w, "%s %s: UID %d is %s since %s%s\n", b.Account, b.Mailbox, m.UID, m.State, console.Stamp(m.At), console.Printable(console.Parenthesised(m.Reason)))
		}
	}
	return nil
}

func stampOr(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return console.Stamp(*t)
}
