package order

import (
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

func stepEscalate(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a reason is needed, for those who take over: #escalate REASON")
	}
	return o.HandOn(s, +1, arg, notify.TemplateEscalation)
}

func stepReturn(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a reason is needed, for those who get it back: #return REASON")
	}
	return o.HandOn(s, -1, arg, notify.TemplateReturned)
}

// errNoPath says how a ticket without an escalation path is handed on.
var errNoPath = ticket.Say("nothing says who is asked next: the ticket has no category with a path; #category NAME gives it one, #queue NAME moves it")

// HandOn moves the ticket along its escalation path: to the nearest queue of a
// higher (+1) or lower (-1) level.
func (o *Order) HandOn(s *settings.Settings, direction int, reason string, notice notify.Template) (ticket.Phrase, error) {
	best := ""
	bestLevel := 0
	path := s.Path(o.After)
	for _, q := range path {
		if (q.Level-o.After.Level)*direction <= 0 {
			continue
		}
		if best == "" || (bestLevel-q.Level)*direction > 0 {
			best, bestLevel = q.Name, q.Level
		}
	}
	if best == "" {
		if len(path) == 0 {
			return ticket.Phrase{}, errNoPath
		}
		if direction > 0 {
			return ticket.Phrase{}, ticket.Say("level %d is the last of this ticket's path", o.After.Level)
		}
		return ticket.Phrase{}, ticket.Say("level %d is the first of this ticket's path", o.After.Level)
	}
	if o.After.Status == ticket.StatusClosed || o.After.Status == ticket.StatusResolved {
		return ticket.Phrase{}, &ticket.MoveError{From: o.After.Status, To: ticket.StatusOpen}
	}
	o.After.Queue, o.After.Level, o.After.Assignee = best, bestLevel, ""
	o.After.Status = ticket.StatusOpen
	o.Notice, o.Reason, o.Escalated = notice, reason, direction > 0
	return ticket.Say("handed to queue %s, level %d", best, bestLevel), nil
}
