package notices

import (
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Notices to agents that come at a bad time wait, and come as one mail: those in an
// agent's quiet hours when these end, and those of many new tickets of a queue when some
// minutes are over. Each ticket is where it is; only its notice waits. This is no limit:
// what bounds the mails to people outside is the guard's.

// isMany reports whether so many new tickets have come to a queue lately that the notice of
// one more waits. It counts that one.
func isMany(c *decision.Change, t ticket.Ticket, n notify.Notice) (bool, error) {
	limit := c.Set.Notices.Many
	if limit == 0 || n.Template != notify.TemplateNewTicket || c.Silent {
		return false, nil
	}
	s, err := c.Tx.CountUpTo("new in "+t.Queue, c.Now.Truncate(c.Set.Notices.Within), limit)
	return s.Count > limit, err
}

// waits returns how a notice to an agent waits; the zero passage: it goes at once. many:
// see isMany.
func waits(c *decision.Change, t ticket.Ticket, a settings.Agent, n notify.Notice, many bool) (passage, error) {
	if n.Template.AnswersMail() {
		return passage{}, nil
	}
	urgent := c.Set.Notices.Urgent != "" && (t.Priority == c.Set.Notices.Urgent || t.Priority.Above(c.Set.Notices.Urgent))
	if until := c.Set.QuietUntil(a, c.Now); !until.IsZero() && !urgent {
		return passage{held: settings.WaitQuiet, key: a.Name, until: until}, nil
	}
	if n.Template != notify.TemplateNewTicket || c.Set.Notices.Many == 0 {
		return passage{}, nil
	}
	gathered, err := c.Tx.HeldOutbox(ticket.HeldFilter{Held: settings.WaitMany, Key: a.Name, Any: true})
	if err != nil {
		return passage{}, err
	}
	until := c.Now.Add(c.Set.Notices.Within)
	if len(gathered) > 0 {
		until = gathered[0].NextAt
		first, err := c.Tx.Ticket(gathered[0].Ticket)
		if err != nil {
			return passage{}, err
		}
		many = many || first.Queue == t.Queue // it goes on
	}
	if !many {
		return passage{}, nil
	}
	return passage{held: settings.WaitMany, key: a.Name, until: until}, nil
}

// waited reports whether an outgoing mail is a notice that waits to come with others.
func waited(m ticket.OutboxMail) bool { return slices.Contains(settings.WaitReasons, m.Held) }
