package incoming

import "maildesk/ticket"

// Judge keeps which rules judged the mail, with the ticket that it opened.
func (h *Handling) Judge(t ticket.ID) error {
	return h.Tx.AddJudgement(ticket.Judgement{Mail: h.Mail.ID, Ticket: t, Version: h.Set.Rules.Version(), LoadedAt: h.Set.LoadedAt, History: h.History, Learnt: h.Learnt})
}
