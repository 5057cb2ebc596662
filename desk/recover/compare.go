package recover

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"maildesk/ticket"
)

// Difference is something that two stores tell in different words.
type Difference struct {
	Mail   ticket.MailID `json:"mail,omitempty"`
	Ticket ticket.ID     `json:"ticket,omitempty"`
	What   string        `json:"what"`
	Old    string        `json:"old"`
	New    string        `json:"new"`
}

func (d Difference) String() string {
	of := fmt.Sprintf("ticket #%d", d.Ticket)
	if d.Ticket == 0 {
		of = "desk"
	}
	if d.Mail != 0 {
		of = fmt.Sprintf("mail %d", d.Mail)
	}
	return fmt.Sprintf("%s: %s was %s, is %s", of, d.What, d.Old, d.New)
}

// Compare returns what differs between two stores of one journal: what became of
// each mail; what agents settled of themselves; status, people, place and correspondence of each ticket. Times and
// events are not compared. fn gets every difference.
func Compare(ctx context.Context, old, now Viewer, fn func(Difference)) error {
	return old.View(ctx, func(a ticket.Reader) error {
		return now.View(ctx, func(b ticket.Reader) error {
			if err := compareMails(a, b, fn); err != nil {
				return err
			}
			if err := compareSettled(a, b, fn); err != nil {
				return err
			}
			return compareTickets(a, b, fn)
		})
	})
}

func compareMails(old, now ticket.MailReader, fn func(Difference)) error {
	for after := ticket.MailID(0); ; {
		page, err := old.Mails("", after, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, a := range page {
			b, err := now.Mail(a.ID)
			if err != nil {
				return err
			}
			if was, is := became(a), became(b); was != is {
				fn(Difference{Mail: a.ID, What: "disposition", Old: was, New: is})
			}
			after = a.ID
		}
	}
}

func became(m ticket.Mail) string {
	if m.Ticket == 0 {
		return string(m.Disposition)
	}
	return fmt.Sprintf("%s in #%d", m.Disposition, m.Ticket)
}

// ticketBooks is what is compared of tickets.
type ticketBooks interface {
	ticket.TicketReader
	ticket.CorrespondenceReader
}

func compareTickets(old, now ticketBooks, fn func(Difference)) error {
	was, err := old.Tickets(ticket.Filter{})
	if err != nil {
		return err
	}
	known := map[ticket.ID]bool{}
	for _, a := range was {
		known[a.ID] = true
		b, err := now.Ticket(a.ID)
		if errors.Is(err, ticket.ErrNotFound) {
			fn(Difference{Ticket: a.ID, What: "ticket", Old: "there", New: "missing"})
			continue
		}
		if err != nil {
			return err
		}
		if err := compareTicket(old, now, a, b, fn); err != nil {
			return err
		}
	}
	is, err := now.Tickets(ticket.Filter{})
	for _, b := range is {
		if !known[b.ID] {
			fn(Difference{Ticket: b.ID, What: "ticket", Old: "missing", New: "there"})
		}
	}
	return err
}

func compareTicket(old, now ticketBooks, a, b ticket.Ticket, fn func(Difference)) error {
	was, err := portrait(old, a)
	if err != nil {
		return err
	}
	is, err := portrait(now, b)
	if err != nil {
		return err
	}
	for i, p := range was {
		if p.text != is[i].text {
			fn(Difference{Ticket: a.ID, What: p.what, Old: p.text, New: is[i].text})
		}
	}
	return nil
}

type feature struct{ what, text string }

// portrait is a ticket in words, feature by feature.
func portrait(r ticketBooks, t ticket.Ticket) ([]feature, error) {
	people, err := r.Participants(t.ID)
	if err != nil {
		return nil, err
	}
	entries, err := r.Correspondence(t.ID)
	if err != nil {
		return nil, err
	}
	var who, said []string
	for _, p := range people {
		one := fmt.Sprintf("%d %s %s", p.ID, p.Role, p.Address)
		if p.Left {
			one += ", who left"
		}
		who = append(who, one)
	}
	for _, e := range entries {
		said = append(said, fmt.Sprintf("%s of %s (mail %d, %d letters)", e.Kind, e.Author, e.Mail, len(e.Text)))
	}
	return []feature{
		{"subject", t.Subject}, {"requester", t.Requester}, {"status", string(t.Status)}, {"informed", fmt.Sprint(t.Informed())},
		{"category", t.Category}, {"kind", string(t.Kind)}, {"priority", string(t.Priority)}, {"queue", fmt.Sprintf("%s, level %d", t.Queue, t.Level)},
		{"assignee", t.Assignee}, {"language", t.Language}, {"tags", strings.Join(t.Tags, ", ")}, {"follows", fmt.Sprint(t.Follows)}, {"merged", fmt.Sprint(t.Merged)},
		{"people", strings.Join(who, "; ")}, {"correspondence", strings.Join(said, "; ")},
	}, nil
}
