package notices

import (
	"maps"
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// maxThanks is how many thanks one notice shows; the next one shows more.
const maxThanks = 10

// thanksFor returns the thanks for tickets of an agent that no notice has shown
// yet, each with a link to open the ticket again.
func thanksFor(c *decision.Change, p ticket.Participant) ([]notify.Thank, error) {
	a, is := c.Set.AgentAt(p.Address)
	if !is {
		return nil, nil
	}
	taken, err := c.Tx.TakeThanks(a.Name, maxThanks)
	if err != nil {
		return nil, err
	}
	var all []notify.Thank
	for _, id := range slices.Sorted(maps.Keys(taken)) {
		thank, err := thank(c, id, taken[id], p)
		if err != nil {
			return nil, err
		}
		all = append(all, thank)
	}
	return all, nil
}

func thank(c *decision.Change, id ticket.ID, mail ticket.MailID, p ticket.Participant) (notify.Thank, error) {
	t, err := c.Tx.Ticket(id)
	if err != nil {
		return notify.Thank{}, err
	}
	entries, err := c.Tx.Correspondence(id)
	if err != nil {
		return notify.Thank{}, err
	}
	thank := notify.Thank{Report: notify.Report{Ticket: t}}
	for _, e := range entries {
		if e.Mail == mail {
			thank.Text, thank.Name = e.Text, settings.FirstOf(e.Name, e.Author)
		}
	}
	if t.Status != ticket.StatusResolved {
		return thank, nil
	}
	own, err := c.Participant(id, ticket.RoleAgent, p.Address, p.Name)
	if err != nil {
		return notify.Thank{}, err
	}
	token := threading.Token{Ticket: int64(id), Participant: int64(own.ID), Role: string(ticket.RoleAgent), Kind: threading.Public, Round: int64(t.Round)}
	answer, signed, err := AnswerAddress(c, t, token)
	if err == nil && signed {
		thank.Reopen = []notify.Action{mailto(c, t, token, answer, "").Act("reopen", "#reopen\r\n")}
	}
	return thank, err
}

// ThanksFor returns the thanks for tickets of an agent that no notice has shown yet.
func ThanksFor(c *decision.Change, a settings.Agent) ([]notify.Thank, error) {
	return thanksFor(c, ticket.Participant{Address: a.Mail[0], Name: a.Name, Role: ticket.RoleAgent})
}
