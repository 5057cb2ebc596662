package outgoing

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Command manages the mails to be sent.
type Command struct {
	List   outboxList   `cmd:"" default:"withargs" help:"List mails that wait to be sent, were sent or failed."`
	Show   outboxShow   `cmd:"" help:"Show one with every attempt, in the remote's words, and its header."`
	Retry  outboxRetry  `cmd:"" help:"Send mails now that wait, failed or were cancelled: the same bytes once more."`
	Cancel outboxCancel `cmd:"" help:"Never send a mail that waits or failed."`
	Pause  outboxPause  `cmd:"" help:"Send nothing for a while; mail is taken and handled as ever."`
	Resume outboxResume `cmd:"" help:"Send again, after a pause or a restore."`
}

type outboxList struct {
	JSON  bool     `help:"One JSON object a mail, a line each."`
	All   bool     `short:"a" help:"Sent and cancelled mails too. Default: those that wait or failed."`
	State []string `placeholder:"STATE,…" predictor:"state" help:"Only mails that stand so, as ready,failed."`
}

// Mail is a mail of the outbox as --json prints it.
type Mail struct {
	ID        ticket.OutboxID    `json:"id"`
	Ticket    ticket.ID          `json:"ticket"`
	Template  string             `json:"template"`
	Recipient string             `json:"recipient"`
	MessageID string             `json:"message_id"`
	State     ticket.OutboxState `json:"state"`
	Attempts  int                `json:"attempts"`
	NextAt    *time.Time         `json:"next_at"`
	Undoable  bool               `json:"undoable"` // an agent can take it back until next_at
	Held      string             `json:"held"`     // the limit that holds it back, empty: none
	LastCode  int                `json:"last_code"`
	LastText  string             `json:"last_text"`
	CreatedAt time.Time          `json:"created_at"`
}

// MailOf returns a mail of the outbox as --json prints it.
func MailOf(m ticket.OutboxMail) Mail {
	o := Mail{ID: m.ID, Ticket: m.Ticket, Template: m.Template, Recipient: m.Recipient, MessageID: m.MessageID, State: m.State,
		Attempts: m.Attempts, Held: m.Held, LastCode: m.LastCode, LastText: m.LastText, CreatedAt: m.CreatedAt}
	o.Undoable = m.Undoable(time.Now())
	if m.State == ticket.OutboxReady {
		o.NextAt = &m.NextAt
	}
	return o
}

func (c *outboxList) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		states := []ticket.OutboxState{ticket.OutboxReady, ticket.OutboxClaimed, ticket.OutboxFailed}
		if c.All {
			states = nil
		}
		if len(c.State) > 0 {
			var err error
			if states, err = console.ChooseAll("state", c.State, ticket.OutboxStates); err != nil {
				return err
			}
		}
		mails, err := r.OutboxOf(0, states...)
		if err != nil {
			return err
		}
		list := make([]Mail, len(mails))
		for i, m := range mails {
			list[i] = MailOf(m)
		}
		if c.JSON {
			return console.WriteJSONLines(std.Out, list, console.Itself)
		}
		if len(list) == 0 && !c.All && len(c.State) == 0 {
			fmt.Fprintln(std.Out, "No outgoing mails wait or failed; --all lists the others.")
			return nil
		}
		return Print(std.Out, list)
	})
}

// Print prints outgoing mails as a table.
func Print(w io.Writer, list []Mail) error {
	if len(list) == 0 {
		fmt.Fprintln(w, "No outgoing mails.")
		return nil
	}
	table := console.NewTable(w, console.Column{Head: "MAIL"}, console.Column{Head: "TICKET", Rank: 2}, console.Column{Head: "WHAT", Least: 12}, console.Column{Head: "TO", Least: 15},
		console.Column{Head: "STATE"}, console.Column{Head: "TRIES", Rank: 3}, console.Column{Head: "NEXT", Least: 17, Rank: 1}, console.Column{Head: "THE REMOTE SAID", Least: 15})
	for _, o := range list {
		next := "–"
		if o.NextAt != nil {
			next = console.Stamp(*o.NextAt)
		}
		table.Row(console.Plain, fmt.Sprint(o.ID), fmt.Sprintf("#%d", o.Ticket), o.Template, o.Recipient, string(o.State), fmt.Sprint(o.Attempts), next, replyOf(o.LastCode, o.LastText)+waitsFor(o))
	}
	return table.Flush()
}

// waitsFor describes what a mail waits for: a limit that holds it back, or its writer.
func waitsFor(o Mail) string {
	switch {
	case o.Undoable:
		return "(an agent can take it back until then)"
	case o.Held == "":
		return ""
	}
	if slices.Contains(settings.WaitReasons, o.Held) {
		return "(waits, to come with others as one mail: " + o.Held + ")"
	}
	return "(waits for room within " + o.Held + ")"
}

// replyOf returns the remote's reply, printable: a terminal must not interpret it.
func replyOf(code int, text string) string {
	if code != 0 {
		text = fmt.Sprintf("%d %s", code, text)
	}
	return console.Printable(text)
}
