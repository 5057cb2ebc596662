package outgoing

import (
	"context"
	"encoding/hex"
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

type outboxShow struct {
	JSON bool  `help:"One JSON object, without the header." xor:"form"`
	Raw  bool  `help:"The mail's own bytes, unchanged." xor:"form"`
	Mail int64 `arg:"" help:"The mail's number."`
}

// attempt is one attempt to send a mail as --json prints it.
type attempt struct {
	At     time.Time          `json:"at"`
	State  ticket.OutboxState `json:"state"`
	NextAt *time.Time         `json:"next_at"`
	Host   string             `json:"host"`
	Code   int                `json:"code"`
	Text   string             `json:"text"`
}

func (c *outboxShow) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		m, err := r.OutboxMail(ticket.OutboxID(c.Mail))
		if errors.Is(err, ticket.ErrNotFound) {
			return fmt.Errorf("there is no outgoing mail %d", c.Mail)
		}
		if err != nil {
			return err
		}
		tries, err := r.Attempts(m.ID)
		if err != nil {
			return err
		}
		switch {
		case c.Raw && !m.DroppedAt.IsZero():
			return fmt.Errorf("the bytes of outgoing mail %d were dropped at %s, as keep_sent in [desk] says; their SHA-256 is %x", m.ID, console.Stamp(m.DroppedAt), m.SHA256)
		case c.Raw:
			_, err := std.Out.Write(m.Bytes)
			return err
		case c.JSON:
			list := []attempt{}
			for _, a := range tries {
				next := &a.NextAt
				if a.State != ticket.OutboxReady {
					next = nil
				}
				list = append(list, attempt{a.At, a.State, next, a.Host, a.Code, a.Text})
			}
			return console.WriteJSON(std.Out, struct {
				Mail
				ReversePath string    `json:"reverse_path"`
				Tries       []attempt `json:"tries"`
				Bytes       int64     `json:"bytes"`
				SHA256      string    `json:"sha256"`
				Dropped     bool      `json:"dropped"`
			}{MailOf(m), m.ReversePath, list, m.Size, hex.EncodeToString(m.SHA256[:]), !m.DroppedAt.IsZero()})
		}
		return printOutgoing(std.Out, m, tries)
	})
}

// printOutgoing prints a mail, the result of each attempt, and its header.
func printOutgoing(w io.Writer, m ticket.OutboxMail, tries []ticket.Attempt) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	state := string(m.State)
	if m.State == ticket.OutboxReady {
		state += ", tried next at " + console.Stamp(m.NextAt)
	}
	for _, row := range [][2]string{
		{"Mail", fmt.Sprintf("%d, %s", m.ID, m.Template)},
		{"Ticket", fmt.Sprintf("#%d", m.Ticket)},
		{"State", state},
		{"To", m.Recipient},
		{"From", "<" + m.ReversePath + ">"},
		{"Made", console.Stamp(m.CreatedAt)},
		{"Bytes", fmt.Sprint(m.Size)},
		{"SHA-256", fmt.Sprintf("%x", m.SHA256)},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], console.Printable(row[1]))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if len(tries) == 0 {
		fmt.Fprintln(w, "  Not tried yet.")
	}
	for _, a := range tries {
		became := string(a.State)
		if a.State == ticket.OutboxReady {
			became = "deferred"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", console.Stamp(a.At), became, console.Printable(a.Host), replyOf(a.Code, a.Text))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if !m.DroppedAt.IsZero() {
		fmt.Fprintf(w, "  Its bytes were dropped at %s (keep_sent in [desk]).\n", console.Stamp(m.DroppedAt))
		return nil
	}
	console.PrintHeader(w, m.Bytes)
	return nil
}

type outboxRetry struct {
	Mails []int64 `arg:"" name:"mail" help:"The mails' numbers."`
}

func (c *outboxRetry) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, who string) error {
		for _, id := range c.Mails {
			if err := d.RetryOutbox(ctx, ticket.OutboxID(id), who); err != nil {
				return notOutgoing(err, id)
			}
			fmt.Fprintf(std.Out, "outgoing mail %d is due; a running desk sends it within seconds\n", id)
		}
		return nil
	})
}

type outboxCancel struct {
	Mail   int64    `arg:"" help:"The mail's number."`
	Reason []string `arg:"" help:"Why it shall not be sent."`
}

func (c *outboxCancel) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, who string) error {
		if err := d.CancelOutbox(ctx, ticket.OutboxID(c.Mail), who, strings.Join(c.Reason, " ")); err != nil {
			return notOutgoing(err, c.Mail)
		}
		fmt.Fprintf(std.Out, "outgoing mail %d is cancelled\n", c.Mail)
		return nil
	})
}

// notOutgoing turns the error for a missing mail into one for people.
func notOutgoing(err error, id int64) error {
	if errors.Is(err, ticket.ErrNotFound) {
		return fmt.Errorf("there is no outgoing mail %d", id)
	}
	return err
}
