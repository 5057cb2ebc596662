package simulation

import (
	"slices"

	"maildesk/desk/notify"
	"maildesk/simulation/rare"
	"maildesk/simulation/story"
	"maildesk/ticket"
)

// holdMuted checks that who muted a ticket hears nothing of what its requester writes, where
// somebody else does.
func (w *world) holdMuted(r ticket.Reader) error {
	tickets, err := r.Tickets(ticket.Filter{})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		events, err := r.Events(t.ID, ticket.EventLeft, ticket.EventJoined, ticket.EventAssigned, ticket.EventTakenBack)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Topic == ticket.LeftMuted }) {
			continue
		}
		out, err := r.OutboxOf(t.ID)
		if err != nil {
			return err
		}
		told := map[ticket.MailID][]ticket.OutboxMail{}
		for _, o := range out {
			if o.Template == string(notify.TemplateMessage) {
				told[o.Cause] = append(told[o.Cause], o)
			}
		}
		for cause, mails := range told {
			w.holdMutedAt(t, cause, events, mails)
		}
	}
	return nil
}

// holdMutedAt checks the notices of one mail of a requester.
func (w *world) holdMutedAt(t ticket.Ticket, cause ticket.MailID, events []ticket.Event, mails []ticket.OutboxMail) {
	silent := story.MutedAt(events, mails[0].CreatedAt)
	if len(silent) == 0 {
		return
	}
	heard := map[string]ticket.OutboxMail{} // by the names of agents
	others := 0
	for _, o := range mails {
		a, _ := w.settings.AgentAt(o.Recipient)
		if heard[a.Name] = o; !silent[a.Name] {
			others++
		}
	}
	for _, a := range w.settings.AgentsOf(t.Queue) {
		o, hears := heard[a.Name]
		switch {
		case !silent[a.Name] || others == 0:
		case hears:
			w.breaks("who mutes a ticket hears nothing of it", w.byID[cause], t.ID, "outgoing mail %d goes to %s", o.ID, a.Name)
		default:
			w.seen.Note(rare.Spared)
		}
	}
}
