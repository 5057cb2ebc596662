package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk"
	"maildesk/ticket"
)

// quarantineCommand manages mails that could not be handled.
type quarantineCommand struct {
	List    quarantineList    `cmd:"" default:"1" help:"List the mails in quarantine."`
	Show    quarantineShow    `cmd:"" help:"Show the envelope and the header of one, or its bytes."`
	Release quarantineRelease `cmd:"" help:"Let the desk handle mails once more, also those marked as spam."`
	Drop    quarantineDrop    `cmd:"" help:"Give a mail up, with a reason. Its bytes stay in the journal."`
}

// quarantined is a mail in quarantine as --json prints it.
type quarantined struct {
	Mail         ticket.MailID      `json:"mail"`
	ReceivedAt   time.Time          `json:"received_at"`
	Source       ticket.Source      `json:"source"`
	ReversePath  string             `json:"reverse_path"`
	ForwardPaths []string           `json:"forward_paths"`
	Client       string             `json:"client"`
	MessageID    string             `json:"message_id"`
	Size         int64              `json:"size"`
	SHA256       string             `json:"sha256"`
	Attempts     int                `json:"attempts"`
	Disposition  ticket.Disposition `json:"disposition"`
	Reason       string             `json:"reason"`
	Ticket       ticket.ID          `json:"ticket,omitempty"`
}

func quarantinedOf(m ticket.Mail) quarantined {
	return quarantined{m.ID, m.ReceivedAt, m.Envelope.Source, m.Envelope.ReversePath, console.OrEmpty(m.Envelope.ForwardPaths), m.Envelope.Client,
		m.MessageID, m.Size, fmt.Sprintf("%x", m.SHA256), m.Attempts, m.Disposition, m.Reason, m.Ticket}
}

type quarantineList struct {
	Spam bool `help:"List the mails that are spam instead: marked so by a filter before the desk, by a rule, or dropped."`
	JSON bool `help:"One JSON object a mail, a line each."`
}

func (c *quarantineList) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		var list []ticket.Mail
		for {
			var after ticket.MailID
			if len(list) > 0 {
				after = list[len(list)-1].ID
			}
			page, err := r.Mails(c.disposition(), after, 1000)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			list = append(list, page...)
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, list, quarantinedOf)
		}
		return printQuarantine(std.Out, list, c.Spam)
	})
}

// ticketOr returns the number of the ticket of a mail, or another word where it has none.
func ticketOr(m ticket.Mail, none string) string {
	if m.Ticket == 0 {
		return none
	}
	return fmt.Sprintf("#%d", m.Ticket)
}

func (c *quarantineList) disposition() ticket.Disposition {
	if c.Spam {
		return ticket.DispositionSpam
	}
	return ticket.DispositionQuarantined
}

func printQuarantine(w io.Writer, list []ticket.Mail, spam bool) error {
	if len(list) == 0 && spam {
		fmt.Fprintln(w, "No mails are spam.")
		return nil
	}
	if len(list) == 0 {
		fmt.Fprintln(w, "No mails in quarantine.")
		return nil
	}
	table := console.NewTable(w, console.Column{Head: "MAIL"}, console.Column{Head: "TICKET"}, console.Column{Head: "RECEIVED", Least: 11, Rank: 1},
		console.Column{Head: "FROM", Least: 12}, console.Column{Head: "BYTES", Rank: 2}, console.Column{Head: "WHY", Least: 20})
	for _, m := range list {
		table.Row(console.Plain, fmt.Sprint(m.ID), ticketOr(m, ""), console.Stamp(m.ReceivedAt), "<"+m.Envelope.ReversePath+">", fmt.Sprint(m.Size), m.Reason)
	}
	return table.Flush()
}

type quarantineShow struct {
	JSON bool  `help:"One JSON object, without the header." xor:"form"`
	Raw  bool  `help:"The mail's own bytes, unchanged." xor:"form"`
	Mail int64 `arg:"" help:"The mail's number."`
}

func (c *quarantineShow) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		m, err := r.Mail(ticket.MailID(c.Mail))
		if errors.Is(err, ticket.ErrNotFound) {
			return fmt.Errorf("there is no mail %d", c.Mail)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return console.WriteJSON(std.Out, quarantinedOf(m))
		}
		raw, err := r.Raw(m.ID)
		if err != nil {
			return err
		}
		if c.Raw {
			_, err := std.Out.Write(raw)
			return err
		}
		return printMail(std.Out, m, raw)
	})
}

// printMail prints a mail without parsing it: it may be one that breaks the parser.
// The text is printable: a terminal must not interpret it.
func printMail(w io.Writer, m ticket.Mail, raw []byte) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"Mail", fmt.Sprintf("%d, %s", m.ID, m.Disposition)},
		{"Why", m.Reason},
		{"Ticket", ticketOr(m, "none")},
		{"Attempts", fmt.Sprint(m.Attempts)},
		{"Received", console.Stamp(m.ReceivedAt) + " by " + string(m.Envelope.Source)},
		{"From", "<" + m.Envelope.ReversePath + ">" + console.Parenthesised(m.Envelope.Client)},
		{"To", strings.Join(m.Envelope.ForwardPaths, ", ")},
		{"Bytes", fmt.Sprint(m.Size)},
		{"SHA-256", fmt.Sprintf("%x", m.SHA256)},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], console.Printable(row[1]))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	console.PrintHeader(w, raw)
	return nil
}

type quarantineRelease struct {
	Mails []int64 `arg:"" name:"mail" help:"The mails' numbers."`
}

func (c *quarantineRelease) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.ChangeByMail(ctx, string(path), func(d *desk.Desk, who string) error {
		for _, id := range c.Mails {
			err := d.ReleaseMail(ctx, ticket.MailID(id), who)
			e, ok := errors.AsType[*desk.NotQuarantinedError](err)
			if ok && e.Mail.Disposition == ticket.DispositionSpam {
				if err := releaseMarked(ctx, d, std.Out, e.Mail.ID, who); err != nil {
					return err
				}
				continue
			}
			if ok {
				fmt.Fprintf(std.Out, "%s; nothing to do\n", console.Printable(e.Error()))
				continue
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(std.Out, "mail %d is back in the journal; a running desk handles it within seconds\n", id)
		}
		return nil
	})
}

// releaseMarked has a mail handled that was marked as spam.
func releaseMarked(ctx context.Context, d *desk.Desk, out io.Writer, id ticket.MailID, who string) error {
	m, err := d.ReleaseMarked(ctx, id, who)
	if e, ok := errors.AsType[*desk.NotMarkedError](err); ok {
		fmt.Fprintf(out, "%s; nothing to do\n", console.Printable(e.Error()))
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "mail %d was handled: it is %s%s, ticket: %s\n", id, m.Disposition, console.Printable(console.Parenthesised(m.Reason)), ticketOr(m, "none"))
	return nil
}

type quarantineDrop struct {
	Mail   int64    `arg:"" help:"The mail's number."`
	Reason []string `arg:"" help:"Why nobody needs it."`
}

func (c *quarantineDrop) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, who string) error {
		if err := d.DropMail(ctx, ticket.MailID(c.Mail), who, strings.Join(c.Reason, " ")); err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "mail %d is dropped; its bytes stay in the journal\n", c.Mail)
		return nil
	})
}
