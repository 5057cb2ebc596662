package notices

import (
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// sayLearnt adds to the notice of a new ticket what the history of the desk says of it,
// with the words that decided, and the commands that do as it says.
func sayLearnt(c *decision.Change, n *notify.Notice, t ticket.Ticket) {
	if n.Template != notify.TemplateNewTicket || c.Learnt.IsZero() {
		return
	}
	if filed := c.Learnt.Category; filed.Value == t.Category && settings.IsLearnt(t) {
		n.Learnt = append(n.Learnt, ticket.Say("Filed under %s, as earlier requests like it (%s). If that is wrong, reply with #category NAME.", filed.Value, filed.Words))
	}
	add := func(g ticket.Guess, command string, says ticket.Phrase) {
		if !g.IsZero() {
			n.Learnt = append(n.Learnt, says)
			n.AsLearnt += command + g.Value + "\r\n"
		}
	}
	s := c.Set.Suggested(c.Learnt, t)
	g := s.Category
	add(g, "#category ", ticket.Say("This looks like %s (%s). If so, reply with #category %s.", g.Value, g.Words, g.Value))
	g = s.Queue
	add(g, "#queue ", ticket.Say("Requests like this go to the queue %s (%s). If this one does too, reply with #queue %s.", g.Value, g.Words, g.Value))
	g = s.Priority
	add(g, "#priority ", ticket.Say("Requests like this have the priority %s (%s). If this one does too, reply with #priority %s.", ticket.Priority(g.Value), g.Words, g.Value))
}
