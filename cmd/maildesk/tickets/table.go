package tickets

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/ticket"
)

// ticketPage is how many tickets are read before they are printed, so that a long list
// begins at once.
const ticketPage = 500

// ticketPages returns the tickets of a filter without a limit, in ascending order, a page
// at a time.
func ticketPages(r ticket.TicketReader, f ticket.Filter) iter.Seq2[[]ticket.Ticket, error] {
	return func(yield func([]ticket.Ticket, error) bool) {
		f.Limit = ticketPage
		for {
			page, err := r.Tickets(f)
			if len(page) > 0 {
				f.After = page[len(page)-1].ID
			}
			if more := len(page) == ticketPage; !yield(page, err) || err != nil || !more {
				return
			}
		}
	}
}

// ticketPrinter prints tickets as they come.
type ticketPrinter struct {
	w       io.Writer
	json    bool
	table   *console.Table // nil: nothing is printed yet
	showDue bool
	now     time.Time
}

// ticketColumns are the columns of the list, in the order of [ticketCells].
var ticketColumns = []console.Column{
	{Head: "TICKET"}, {Head: "STATUS", Least: 8}, {Head: "PRIORITY", Rank: 7}, {Head: "DUE", Least: 17, Rank: 1}, {Head: "AGE", Rank: 8}, {Head: "LAST", Rank: 6},
	{Head: "QUEUE", Least: 8, Rank: 5}, {Head: "LEVEL", Rank: 9}, {Head: "ASSIGNEE", Least: 6, Rank: 3}, {Head: "REQUESTER", Least: 12, Rank: 2}, {Head: "SUBJECT", Least: 20},
}

const dueColumn = 3

// printTickets prints a whole list.
func printTickets(w io.Writer, tickets []ticket.Ticket, asJSON bool) error {
	p := ticketPrinter{w: w, json: asJSON}
	if err := p.print(tickets); err != nil {
		return err
	}
	return p.end()
}

// print prints some more tickets. The column DUE is there if something is due on one of
// the first.
func (p *ticketPrinter) print(tickets []ticket.Ticket) error {
	if len(tickets) == 0 {
		return nil
	}
	if p.json {
		out := bufio.NewWriter(p.w)
		return cmp.Or(console.WriteJSONLines(out, tickets, jsonOf), out.Flush())
	}
	if p.table == nil {
		p.showDue, p.now = anyDue(tickets), time.Now()
		columns := slices.Clone(ticketColumns)
		if !p.showDue {
			columns = slices.Delete(columns, dueColumn, dueColumn+1)
		}
		p.table = console.NewTable(p.w, columns...)
	}
	for _, t := range tickets {
		cells := ticketCells(t, p.now)
		if !p.showDue {
			cells = slices.Delete(cells, dueColumn, dueColumn+1)
		}
		p.table.Row(styleOf(t, p.now), cells...)
	}
	return p.table.Flush()
}

// styleOf returns how a ticket is shown: what is late stands out, what is solved does not.
func styleOf(t ticket.Ticket, now time.Time) console.Style {
	switch {
	case t.LateAt(now):
		return console.Alarm
	case t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed:
		return console.Faint
	}
	return console.Plain
}

// end says so when there were none.
func (p *ticketPrinter) end() error {
	if p.json || p.table != nil {
		return nil
	}
	_, err := fmt.Fprintln(p.w, "No tickets.")
	return err
}

func ticketCells(t ticket.Ticket, now time.Time) []string {
	return []string{
		fmt.Sprintf("#%d", t.ID), statusWords(t), string(cmp.Or(t.Priority, ticket.PriorityNormal)), dueWords(t), console.Ago(now.Sub(t.CreatedAt)), console.Ago(now.Sub(t.UpdatedAt)), t.Queue, fmt.Sprint(t.Level),
		console.FirstOf(t.Assignee, "–"), console.FirstOf(t.Requester, "–"), t.Subject,
	}
}
