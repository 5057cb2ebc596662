package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

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

// ticketPrinter prints tickets as they come. A column of a table is as wide as the widest
// cell so far.
type ticketPrinter struct {
	w       io.Writer
	json    bool
	widths  []int
	showDue bool
	printed bool
	now     time.Time
}

var ticketColumns = []string{"TICKET", "STATUS", "PRIORITY", "DUE", "AGE", "LAST", "QUEUE", "LEVEL", "ASSIGNEE", "REQUESTER", "SUBJECT"}

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
	out := bufio.NewWriter(p.w)
	if p.json {
		return cmp.Or(console.WriteJSONLines(out, tickets, jsonOf), out.Flush())
	}
	var rows [][]string
	if !p.printed {
		p.printed, p.showDue, p.widths, p.now = true, anyDue(tickets), make([]int, len(ticketColumns)), time.Now()
		rows = append(rows, ticketColumns)
	}
	styles := make([]console.Style, len(rows), len(rows)+len(tickets))
	for i := range styles {
		styles[i] = console.Bold
	}
	for _, t := range tickets {
		rows, styles = append(rows, ticketCells(t, p.now)), append(styles, styleOf(t, p.now))
	}
	for _, cells := range rows {
		for i, cell := range cells {
			p.widths[i] = max(p.widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, cells := range rows {
		fmt.Fprintln(out, styles[i].In(p.w, p.row(cells)))
	}
	return out.Flush()
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

func (p *ticketPrinter) row(cells []string) string {
	var line strings.Builder
	for i, cell := range cells {
		switch {
		case i == dueColumn && !p.showDue:
		case i == len(cells)-1:
			line.WriteString(console.Cut(cell, p.room(utf8.RuneCountInString(line.String()))))
		default:
			fmt.Fprintf(&line, "%-*s", p.widths[i]+2, cell)
		}
	}
	return line.String()
}

// subjectWidth is how much of a subject is printed: at most, and at least however narrow
// the terminal is.
const (
	subjectWidth = 60
	subjectLeast = 20
)

// room returns the width of a subject behind so many characters.
func (p *ticketPrinter) room(before int) int {
	width, isTerminal := console.Width(p.w)
	if !isTerminal {
		return subjectWidth
	}
	return max(subjectLeast, width-before)
}

// end says so when there were none.
func (p *ticketPrinter) end() error {
	if p.json || p.printed {
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
