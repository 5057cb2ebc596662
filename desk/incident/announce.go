package incident

import (
	"cmp"
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/recent"
	"maildesk/desk/settings"
	"maildesk/outage"
	"maildesk/ticket"
)

// announce tells agents, each once, of an incident and everybody who reports it,
// the least alike first: who does not belong to it must not be told that it is
// solved.
func announce(c *decision.Change, lead ticket.Ticket, s outage.Signature, agents []settings.Agent) error {
	told := map[string]bool{}
	agents = slices.DeleteFunc(agents, func(a settings.Agent) bool {
		twice := told[a.Name]
		told[a.Name] = true
		return twice
	})
	tickets, err := c.Tx.Reports(lead.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateIncident}
	if n.Reports, err = leastAlikeFirst(c, tickets, s); err != nil {
		return err
	}
	if n.Text, err = FirstText(c, lead.ID); err != nil {
		return err
	}
	return notices.SendToAgents(c, lead, agents, n, settings.Agent{})
}

// leastAlikeFirst returns the tickets of an incident with their words, in the
// order of how little they have of its signature.
func leastAlikeFirst(c *decision.Change, tickets []ticket.Ticket, s outage.Signature) ([]notify.Report, error) {
	likeness := make(map[ticket.ID]float64, len(tickets))
	reports := make([]notify.Report, 0, len(tickets))
	for _, t := range tickets {
		text, err := FirstText(c, t.ID)
		if err != nil {
			return nil, err
		}
		r := ticket.Request{Ticket: t.ID, From: t.Requester, At: t.CreatedAt, Category: t.Category, Subject: t.Subject, Text: text}
		likeness[t.ID] = s.Likeness(recent.Request(r))
		reports = append(reports, notify.Report{Ticket: t, Text: text})
	}
	slices.SortStableFunc(reports, func(a, b notify.Report) int {
		return cmp.Or(cmp.Compare(likeness[a.Ticket.ID], likeness[b.Ticket.ID]), cmp.Compare(b.Ticket.ID, a.Ticket.ID))
	})
	return reports, nil
}
