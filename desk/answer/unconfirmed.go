package answer

import (
	"slices"

	"maildesk/desk/agentmail"
	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/threading"
	"maildesk/ticket"
)

// confirms is [agentmail.OnlyConfirms]; on rebuild a mail does what it did.
func confirms(h *incoming.Handling, t ticket.Ticket, w unproven) (bool, error) {
	commands := command.Read(h.Msg.Reply).Commands
	if h.Was != nil && len(commands) == 0 {
		return h.Was.Reason != reasonUnconfirmed, nil
	}
	asks := func(c command.Command) bool { return slices.Contains(releasing, c.Name) }
	if h.Was.Caused(ticket.EventReleased) && !slices.ContainsFunc(commands, asks) {
		return true, nil // as words beside it once did not matter
	}
	raw, err := h.Tx.Raw(w.mail.ID)
	if err != nil {
		return false, err
	}
	held, _ := author.Parse(h.Set, w.mail, raw)
	return agentmail.OnlyConfirms(h, t, w.agent, held.Text), nil
}

// unconfirmed keeps the words of a mail to an address that confirms, and tells its writer that
// it confirms nothing. Where they say that the mail which waits is not theirs, that one is over. Commands
// are treated as in any mail to an address that was signed for the agent.
func unconfirmed(h *incoming.Handling, t ticket.Ticket, w unproven) error {
	line := notify.Line{Message: errWords}
	if agentmail.Denies(h, t) && !w.done {
		line.Message = errDisowned
		if !w.not {
			e := ticket.Event{Ticket: t.ID, Kind: ticket.EventUndone, Actor: w.agent.Name, Reason: string(notify.UndoneDisowned), OtherMail: w.mail.ID}
			if err := h.Record(e); err != nil {
				return err
			}
		}
	}
	if err := agentmail.Respond(h, t, w.agent, notify.Notice{Template: notify.TemplateTranscript, Lines: []notify.Line{line}}); err != nil {
		return err
	}
	if len(command.Read(h.Msg.Reply).Commands) > 0 {
		p, err := h.Participant(t.ID, ticket.RoleAgent, h.Msg.From.Address, w.agent.Name)
		if err != nil {
			return err
		}
		h.Verdict.Match.Token = &threading.Token{Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(ticket.RoleAgent), Kind: threading.Internal, Round: int64(t.Round)}
		h.Verdict.Match.Internal, h.Confirmed = true, false
		return FromAgentIfProven(h, t, w.agent)
	}
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	on, err := decision.WorkedOn(h.Tx, t)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNote, Actor: h.ActorName(), Text: h.NewText()}
	if err := notices.SendToAgents(h.Change, on, h.Responsible(on), n, w.agent); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reasonUnconfirmed, t.ID)
}
