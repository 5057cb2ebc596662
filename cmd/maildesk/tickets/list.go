// Package tickets has the commands that show tickets to people and to programs: list, show and
// search.
package tickets

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"maildesk/calendar"
	"maildesk/cmd/maildesk/console"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/ticket"
)

// ListCommand lists tickets, or the mails that became none.
type ListCommand struct {
	JSON       bool     `help:"One JSON object a ticket, a line each."`
	All        bool     `short:"a" help:"Closed tickets too."`
	Queue      string   `predictor:"queue" help:"Only tickets of this queue."`
	Assignee   string   `aliases:"agent" predictor:"agent" help:"Only tickets of this agent."`
	Unassigned bool     `help:"Only tickets that nobody has."`
	Requester  string   `placeholder:"WHO" help:"Only tickets of this address, or of those whose address or name has this part."`
	Category   string   `predictor:"category" help:"Only tickets of this category and of those below it."`
	Tag        []string `placeholder:"TAG,…" help:"Only tickets with all of these tags."`
	Level      int      `help:"Only tickets at this level: 1, 2 or 3."`
	Status     []string `placeholder:"STATUS,…" predictor:"status" help:"Only tickets that stand so, as new,open. Default: all but closed."`
	Priority   []string `placeholder:"PRIORITY,…" predictor:"priority" help:"Only tickets of these priorities, as high,urgent."`
	Since      string   `placeholder:"TIME" help:"Only tickets on which something happened since: 12h, 30d, 6w, 3m, 1y or a day, as 2026-11-01."`
	Until      string   `placeholder:"TIME" help:"Only tickets that were there at that time, or on that day."`
	Late       bool     `help:"Only tickets on which something is overdue."`
	Incident   bool     `help:"Only tickets that report or lead an incident that goes on."`
	Due        bool     `help:"Only tickets on which something is due, the soonest first."`
	Mails      bool     `help:"Print TICKET MESSAGE-ID of every stored mail instead."`
}

func (c *ListCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		if c.Mails {
			return listMails(std.Out, r)
		}
		f, err := c.filter(r, s)
		if err != nil {
			return err
		}
		unwanted := func(t ticket.Ticket) bool {
			return c.Requester != "" && !search.Names(c.Requester, t.Requester, t.Name)
		}
		if c.Due { // the order needs all of them
			tickets, err := r.Tickets(f)
			if err != nil {
				return err
			}
			return printTickets(std.Out, dueFirst(slices.DeleteFunc(tickets, unwanted)), c.JSON)
		}
		p := ticketPrinter{w: std.Out, json: c.JSON}
		for page, err := range ticketPages(r, f) {
			if err == nil {
				err = p.print(slices.DeleteFunc(page, unwanted))
			}
			if err != nil {
				return err
			}
		}
		return p.end()
	})
}

// filter returns the filter that the options describe.
func (c *ListCommand) filter(r ticket.TicketReader, s *settings.Settings) (ticket.Filter, error) {
	f := ticket.Filter{Status: ticket.Statuses[:len(ticket.Statuses)-1]}
	if c.All {
		f.Status = nil
	}
	var err error
	if len(c.Status) > 0 {
		if f.Status, err = console.ChooseAll("status", c.Status, ticket.Statuses); err != nil {
			return f, err
		}
	}
	if f.Priorities, err = console.ChooseAll("priority", c.Priority, ticket.Priorities); err != nil {
		return f, err
	}
	if c.Level != 0 {
		if _, err := console.Choose("level", strconv.Itoa(c.Level), []string{"1", "2", "3"}); err != nil {
			return f, err
		}
	}
	if err := c.names(r, s); err != nil {
		return f, err
	}
	f.Queue, f.Assignee, f.Unassigned, f.Level, f.Tags, f.Incident = c.Queue, c.Assignee, c.Unassigned, c.Level, c.Tag, c.Incident
	if c.Category != "" {
		f.Categories = search.Below(s.Rules.CategoryNames(), c.Category, s.Rules.Within)
	}
	return f, c.times(&f, time.Now())
}

// names reads the names among the options; each must exist.
func (c *ListCommand) names(r ticket.TicketReader, s *settings.Settings) error {
	agents := make([]string, len(s.Agents))
	for i, a := range s.Agents {
		agents[i] = a.Name
	}
	for _, name := range []struct {
		what    string
		value   *string
		choices []string
		of      func(name string) ticket.Filter // tickets with it
	}{
		{"queue", &c.Queue, s.Rules.QueueNames(), func(name string) ticket.Filter { return ticket.Filter{Queue: name} }},
		{"agent", &c.Assignee, agents, func(name string) ticket.Filter { return ticket.Filter{Assignee: name} }},
		{"category", &c.Category, s.Rules.CategoryNames(), func(name string) ticket.Filter { return ticket.Filter{Category: name} }},
	} {
		if *name.value == "" {
			continue
		}
		chosen, unknown := console.Choose(name.what, *name.value, name.choices)
		if unknown == nil {
			*name.value = chosen
			continue
		}
		// It may have been removed from the configuration and still have tickets.
		kept := name.of(*name.value)
		kept.Limit = 1
		if tickets, err := r.Tickets(kept); err != nil || len(tickets) == 0 {
			return cmp.Or(err, unknown)
		}
	}
	return nil
}

// times adds the times that the options describe to a filter.
func (c *ListCommand) times(f *ticket.Filter, now time.Time) error {
	if c.Late {
		f.LateAt = now
	}
	if c.Since != "" {
		at, _, err := calendar.ParsePast(c.Since, now)
		if err != nil {
			return console.UsageError(fmt.Errorf("--since: %w", err))
		}
		f.ActiveFrom = at
	}
	if c.Until != "" {
		at, day, err := calendar.ParsePast(c.Until, now)
		if err != nil {
			return console.UsageError(fmt.Errorf("--until: %w", err))
		}
		if day {
			at = calendar.NextDay(at)
		}
		f.MadeBefore = at
	}
	return nil
}

// listMails prints the ticket and Message-ID of every mail that belongs to a ticket.
func listMails(w io.Writer, r ticket.MailReader) error {
	out := bufio.NewWriter(w)
	var after ticket.MailID
	for {
		mails, err := r.Mails("", after, 1000)
		if err != nil {
			return err
		}
		if len(mails) == 0 {
			return out.Flush()
		}
		for _, m := range mails {
			after = m.ID
			if m.Ticket != 0 && m.Disposition != ticket.DispositionDuplicate {
				fmt.Fprintf(out, "%d %s\n", m.Ticket, console.FirstOf(m.MessageID, fmt.Sprintf("<mail.%d>", m.ID)))
			}
		}
	}
}

// ticketJSON is a ticket as every --json listing prints it.
type ticketJSON struct {
	Ticket    ticket.ID       `json:"ticket"`
	Subject   string          `json:"subject"`
	Status    ticket.Status   `json:"status"`
	Informed  bool            `json:"informed"`
	Requester string          `json:"requester"`
	Category  string          `json:"category"`
	Kind      ticket.Kind     `json:"kind"`
	Priority  ticket.Priority `json:"priority"`
	Queue     string          `json:"queue"`
	Level     int             `json:"level"`
	Assignee  string          `json:"assignee"`
	Language  string          `json:"language"`
	Tags      []string        `json:"tags"`
	Rules     []string        `json:"rules"`
	Follows   ticket.ID       `json:"follows,omitempty"`
	Merged    ticket.ID       `json:"merged_into,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`

	DueFirstResponse time.Time `json:"due_first_response,omitzero"`
	DueUpdate        time.Time `json:"due_update,omitzero"`
	DueResolution    time.Time `json:"due_resolution,omitzero"`
}

func jsonOf(t ticket.Ticket) ticketJSON {
	return ticketJSON{t.ID, t.Subject, t.Status, t.Informed(), t.Requester, t.Category, t.Kind, t.Priority, t.Queue, t.Level,
		t.Assignee, t.Language, console.OrEmpty(t.Tags), console.OrEmpty(t.Rules), t.Follows, t.Merged, t.CreatedAt, t.UpdatedAt, t.DueFirstResponse, t.DueUpdate, t.DueResolution}
}

// statusWords returns the status for people, which shows where a ticket is worked on in
// another one, and when the requester of a resolved one has not been informed yet.
func statusWords(t ticket.Ticket) string {
	if t.Merged != 0 {
		return fmt.Sprintf("merged into #%d", t.Merged)
	}
	if t.Status == ticket.StatusResolved && !t.Informed() {
		return "resolved, not informed"
	}
	return string(t.Status)
}
