package shift

import (
	"slices"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

// feedDays are for how many days an answer has the shifts as a calendar.
const feedDays = 92

// KeepDuties keeps whom an order puts on call.
func KeepDuties(h *incoming.Handling, o order.Order) error {
	for _, d := range o.Duties {
		if err := h.Tx.AddDuty(d); err != nil {
			return err
		}
	}
	return nil
}

// seenRotas returns the rotas of which an agent may know: none of the private queues of others.
func seenRotas(h *incoming.Handling, agent settings.Agent, name string, all []rota.Rota) []rota.Rota {
	return slices.DeleteFunc(all, func(r rota.Rota) bool {
		return name != "" && r.Name != name || !order.KnowsRota(h.Set, agent, r)
	})
}

// MayAskOnCall reports whether there is a rota of a name or, without one, any of which an
// agent may know; else why there is no answer.
func MayAskOnCall(h *incoming.Handling, agent settings.Agent, name string) (bool, ticket.Phrase) {
	switch {
	case len(seenRotas(h, agent, name, h.Set.Rules.Rotas())) > 0:
		return true, ticket.Phrase{}
	case name == "":
		return false, ticket.Say("the admin has set up no rota")
	}
	return false, ticket.Say("there is no rota named %q", name)
}

// OnCall answers who is on call now, and who is next: in the rota of a name or, without
// one, in all of which the agent may know. The shifts of each go along as a calendar.
func OnCall(h *incoming.Handling, agent settings.Agent, name string, n *notify.Notice) error {
	a := notify.Answer{Name: "oncall", About: name}
	rotas, away, err := decision.Rotas(h.Set, h.Tx)
	if err != nil {
		return err
	}
	for _, r := range seenRotas(h, agent, name, rotas) {
		now, next := r.Now(h.Now, away)
		a.Duties = append(a.Duties, notify.Duty{Rota: r.Name, Now: h.Set.KnownAs(now.Agent), Until: now.Until, Next: h.Set.KnownAs(next.Agent), From: next.From})
		shifts := r.Shifts(h.Now, h.Now.AddDate(0, 0, feedDays), away)
		n.Feeds = append(n.Feeds, compose.Attachment{
			Name: r.Name + ".ics", Type: "text/calendar; charset=utf-8", Content: rota.Feed(r, shifts, h.Set.KnownAs, h.Set.Hostname, h.Now),
		})
	}
	n.Answers = append(n.Answers, a)
	return nil
}
