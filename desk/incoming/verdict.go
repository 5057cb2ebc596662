package incoming

import (
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/threading"
	"maildesk/ticket"
)

// Verdict is what the desk made of one mail, and why.
type Verdict struct {
	Message     *mailparse.Message
	Match       threading.Match
	Route       *routing.Decision // of a new ticket, else nil
	Trials      []routing.Trial   // when asked for: every rule, fired or not
	Path        []routing.Queue   // likewise: the escalation path of the new ticket
	Disposition ticket.Disposition
	Reason      string
	Ticket      ticket.ID
	WorkedOn    ticket.ID     // the ticket in which that one is worked on, where it was merged, else 0
	Opened      ticket.Ticket // the new ticket, else zero
	Learnt      ticket.Learnt // what the history of the desk says of a new request
	Target      string        // the [[target]] that counts for it, empty: none
	Mails       []decision.PlannedMail
	Auth        mailauth.Results      // what is known about who sent it
	Checked     ticket.Authentication // what the desk itself found of that; zero: it did not check
}

// Acknowledgement returns the one that follows, sent or suppressed, if any does.
func (v Verdict) Acknowledgement() (decision.PlannedMail, bool) {
	i := slices.IndexFunc(v.Mails, func(m decision.PlannedMail) bool { return m.Template == notify.TemplateAcknowledgement })
	if i < 0 {
		return decision.PlannedMail{}, false
	}
	return v.Mails[i], true
}
