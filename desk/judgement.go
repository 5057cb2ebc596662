package desk

import (
	"time"
)

// Judgement says which version of the rules judged a mail, and what they saw
// beside the mail itself, so that others can judge it again on the same facts.
type Judgement struct {
	Mail     MailID
	Ticket   TicketID  // that the mail opened, 0: the rules called it spam
	Version  string    // of the rules, as routing.Rules.Version
	LoadedAt time.Time // when that version came into force
	History  History
}

// History is what the desk knew of a requester before a mail: how many tickets
// they had, and how many of these were neither resolved nor closed.
type History struct{ Open, All int }

// judge keeps which rules judged the mail, with the ticket that it opened.
func (h *handling) judge(t TicketID) error {
	return h.tx.AddJudgement(Judgement{Mail: h.mail.ID, Ticket: t, Version: h.set.Rules.Version(), LoadedAt: h.set.LoadedAt, History: h.history})
}
