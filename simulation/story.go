package simulation

import (
	"fmt"
	"strings"

	"maildesk/desk/recover"
	"maildesk/simulation/story"
	"maildesk/ticket"
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
			fmt.Fprintf(&b, "letter %d (%s) of <%s> to %v:\n%s\n", l.number, l.meaning, l.from.address, l.to, story.Indent(string(l.raw)))
			for _, id := range l.kept {
				m, err := r.Mail(id)
				if err != nil {
					return err
				}
				fmt.Fprintf(&b, "mail %d: %s (%s), ticket %d, received %s, handled %s, copy of mail %d, attempts %d\n",
					id, m.Disposition, m.Reason, m.Ticket, story.Clock(m.ReceivedAt), story.Clock(m.HandledAt), m.DuplicateOf, m.Attempts)
				if m.Ticket != 0 && m.Ticket != on {
					tickets = append(tickets, m.Ticket)
				}
			}
		}
		for _, id := range tickets {
			if err := story.Ticket(&b, r, id); err != nil {
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
