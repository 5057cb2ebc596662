package desk

import "maildesk/ticket"

// judge keeps which rules judged the mail, with the ticket that it opened.
func (h *handling) judge(t ticket.ID) error {
	return h.tx.AddJudgement(ticket.Judgement{Mail: h.mail.ID, Ticket: t, Version: h.set.Rules.Version(), LoadedAt: h.set.LoadedAt, History: h.history})
}
