package notices

import (
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// OpenedBy returns the agent whose mail opened a ticket for somebody else: the event
// that says so; zero where none does.
func OpenedBy(c *decision.Change, t ticket.ID) (ticket.Event, error) {
	events, err := c.Tx.Events(t, ticket.EventRequester)
	if err != nil || len(events) == 0 || events[0].Topic == ticket.RequestOwn {
		return ticket.Event{}, err
	}
	return events[0], nil
}

// mayReadAlong reports whether a notice may go to a reader. A participant who never
// wrote did not ask for anything: they get what an agent wrote, and no mail that the
// desk writes by itself.
func mayReadAlong(p ticket.Participant, n notify.Notice) bool {
	return p.Role != ticket.RoleParticipant || p.Proven || !n.Unwritten(p.Role)
}

// Participants returns the participants among the readers of a ticket.
func Participants(c *decision.Change, t ticket.ID) ([]ticket.Participant, error) {
	readers, err := c.Readers(t)
	return slices.DeleteFunc(readers, func(p ticket.Participant) bool { return p.Role != ticket.RoleParticipant }), err
}
