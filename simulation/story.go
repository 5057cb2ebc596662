package simulation

import (
	"fmt"
	"strings"
	"time"

	"maildesk/desk/recover"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// storyIn tells the way of a letter, and what happened on its tickets, as a store has it.
func (w *world) storyIn(db recover.Viewer, l *letter, on ticket.ID) string {
	var b strings.Builder
	tickets := []ticket.ID{}
	if on != 0 {
		tickets = append(tickets, on)
	}
	err := db.View(w.ctx, func(r ticket.Reader) error {
		if l != nil {
			fmt.Fprintf(&b, "letter %d (%s) of <%s> to %v:\n%s\n", l.number, l.meaning, l.from.address, l.to, indent(string(l.raw)))
			for _, id := range l.kept {
				m, err := r.Mail(id)
				if err != nil {
					return err
				}
				fmt.Fprintf(&b, "mail %d: %s (%s), ticket %d, received %s, handled %s, copy of mail %d, attempts %d\n",
					id, m.Disposition, m.Reason, m.Ticket, clock(m.ReceivedAt), clock(m.HandledAt), m.DuplicateOf, m.Attempts)
				if m.Ticket != 0 && m.Ticket != on {
					tickets = append(tickets, m.Ticket)
				}
			}
		}
		for _, id := range tickets {
			if err := tellTicket(&b, r, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Fprintf(&b, "the rest cannot be read: %v\n", err)
	}
	return b.String()
}

// tellTicket tells what happened on a ticket, and what was sent because of it.
func tellTicket(b *strings.Builder, r ticket.Reader, id ticket.ID) error {
	t, err := r.Ticket(id)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "ticket %d of <%s>: %q, %s, queue %s, level %d, assignee %q\n", id, t.Requester, t.Subject, t.Status, t.Queue, t.Level, t.Assignee)
	entries, err := r.Correspondence(id)
	if err != nil {
		return err
	}
	for _, e := range entries {
		fmt.Fprintf(b, "  %s mail %d: %s of %s: %q\n", clock(e.At), e.Mail, e.Kind, e.Author, e.Text)
	}
	events, err := r.Events(id)
	if err != nil {
		return err
	}
	for _, e := range events {
		fmt.Fprintf(b, "  %s mail %d: %s, by %s: %s\n", clock(e.At), e.Mail, e.Kind, e.Actor, wording.Of(e))
	}
	out, err := r.OutboxOf(id)
	if err != nil {
		return err
	}
	for _, o := range out {
		fmt.Fprintf(b, "  %s outgoing mail %d, because of mail %d: %s to %s, %s\n", clock(o.CreatedAt), o.ID, o.Cause, o.Template, o.Recipient, o.State)
		attempts, err := r.Attempts(o.ID)
		if err != nil {
			return err
		}
		for _, a := range attempts {
			fmt.Fprintf(b, "    %s %s: %s %d %s\n", clock(a.At), a.Host, a.State, a.Code, a.Text)
		}
	}
	return nil
}

func clock(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format("01-02 15:04:05")
}

func indent(s string) string {
	return "  | " + strings.ReplaceAll(strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n", "\n  | ")
}
