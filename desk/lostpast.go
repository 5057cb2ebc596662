package desk

import (
	"context"
	"fmt"
	"time"

	"maildesk/desk/answer"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/desk/trouble"
	"maildesk/ticket"
)

// fromLostPast files a mail to a signed address, or in answer to a mail, that
// the desk made in a past whose data were lost, such as that after the backup
// that was put back. The ticket that it names is gone, and whoever has its number
// now is somebody else. A requester's mail is a new request. An agent's answer
// becomes a ticket that nobody outside reads, as nobody knows any more whom it
// was for; the agent is told.
func fromLostPast(h *incoming.Handling) error {
	match := h.Verdict.Match
	err := trouble.Begin(h.Change, ticket.Trouble{Kind: ticket.TroubleOldAddress, Subject: "mails to tickets of a lost past", Text: fmt.Sprintf(
		"A mail came that answers ticket #%d as it was in a time whose data this desk does not have: a backup was put back, or the database was lost. "+
			"Such mails become tickets of their own, which name the old number; agents' answers do not go out. Further ones are not reported here.", match.Lost)})
	if err != nil {
		return err
	}
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	if !isAgent || match.LostRole != string(ticket.RoleAgent) {
		return request.NewTicket(h)
	}
	subject := h.CleanSubject()
	says := ticket.Say("%s answered ticket #%d, which this desk does not have: it was made in a time whose data were lost. The answer did not go out, as it is not known whom it was for. What it quotes may tell: then write to them, or wait for them to write again.", agent.Name, match.Lost)
	t, err := h.OwnTicket(0, fmt.Sprintf("Answer to #%d, which was lost: %s", match.Lost, subject), says.String())
	if err != nil {
		return err
	}
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventLost, Actor: ticket.ActorDesk, OtherTicket: ticket.ID(match.Lost)}); err != nil {
		return err
	}
	tell, err := answer.TellUndone(h, t, agent, notify.UndoneLost)
	if err != nil {
		return err
	}
	if tell {
		n := notify.Notice{Template: notify.TemplateNewTicket, Actor: agent.Name, Says: says, Text: h.Msg.Text}
		if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, agent); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionNew, request.LostReason, t.ID)
}

// oldAddressFor is how long the trouble of answers to a lost past stands after
// the first of them.
const oldAddressFor = 7 * 24 * time.Hour

// forgetLostPast ends that trouble: most answers to old mails have come by then.
// The next one begins it anew.
func (d *Desk) forgetLostPast(ctx context.Context, now time.Time) error {
	var known []ticket.TroubleState
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		known, err = r.Troubles(ticket.TroubleOldAddress)
		return err
	})
	for _, s := range known {
		if err == nil && s.Stands() && now.Sub(s.Since) > oldAddressFor {
			err = d.TroubleOver(ctx, s.Kind, s.Subject)
		}
	}
	return err
}
