package answer

import (
	"slices"

	"maildesk/desk/agentmail"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// An agent may write to the requester from their own mailbox, with the desk among the
// recipients. The words have arrived then, and only need to be kept.

// WroteDirectly reports whether a mail of an agent went to a ticket's requester
// already, and asks the desk for nothing.
func WroteDirectly(h *incoming.Handling, t ticket.Ticket) bool {
	if h.Silent || h.AuthFailed() || len(command.Read(h.Msg.Reply).Commands) > 0 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(h.Msg.To, h.Msg.Cc), func(a mailparse.Address) bool { return settings.SameAddress(a.Address, t.Requester) })
}

// FileDirect files such a mail: as an answer where the agent is proven to be its
// writer, else as a note, and so one that only calls another mail back. Nothing is sent to the requester a second time.
func FileDirect(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	proven := h.Proof() >= incoming.ProofAuthenticated && ladder.Enough(h.Proof().Level(), h.Set.Ladder.Needs(ladder.Words, agent.Proof))
	if !proven || silence.IsRecall(h.Msg.Subject, h.Msg.Words()) {
		if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
			return err
		}
		n := notify.Notice{Template: notify.TemplateNote, Actor: h.ActorName(), Text: h.NewText(), Unproven: !proven}
		if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, agent); err != nil {
			return err
		}
		return h.Finish(ticket.DispositionAppended, "written-directly", t.ID)
	}
	if err := h.FileEntry(t.ID, ticket.EntryReply); err != nil {
		return err
	}
	before := t
	o := order.Order{Agent: agent, After: t}
	if t.Status != ticket.StatusClosed {
		if err := agentmail.FirstAnswer(h, &t, o); err != nil {
			return err
		}
	}
	if err := tellColleague(h, t, before, o, h.NewText(), true); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "written-directly", t.ID)
}
