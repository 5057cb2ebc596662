package request

import (
	"fmt"

	"maildesk/desk/incoming"
	"maildesk/desk/trouble"
	"maildesk/routing"
	"maildesk/ticket"
)

// noteFailedRules writes down which rules failed for a mail, on its ticket, and
// tells the admin once of each. New rules end the troubles of the old ones.
func noteFailedRules(h *incoming.Handling, t ticket.Ticket, decision routing.Decision) error {
	version := h.Set.Rules.Version()
	known, err := h.Tx.Troubles(ticket.TroubleRule)
	if err != nil {
		return err
	}
	for _, s := range known {
		if s.Stands() && s.Mark != version {
			if err := trouble.End(h.Change, ticket.TroubleRule, s.Subject); err != nil {
				return err
			}
		}
	}
	for _, p := range decision.Problems {
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventRuleFailed, Actor: ticket.ActorDesk, Reason: p}); err != nil {
			return err
		}
		text := fmt.Sprintf("It counts as not fired, first for ticket #%d. Mend its condition; maildesk explain shows what it meets, and the event \"rule failed\" stands on each ticket that it failed for.", t.ID)
		if err := trouble.Begin(h.Change, ticket.Trouble{Kind: ticket.TroubleRule, Subject: trouble.Cut(p, 200), Text: text, Mark: version}); err != nil {
			return err
		}
	}
	return nil
}
