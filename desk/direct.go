package desk

import (
	"slices"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// An agent may write to the requester from their own mailbox, with the desk among the
// recipients. The words have arrived then, and only need to be kept.

// wroteDirectly reports whether a mail of an agent went to a ticket's requester
// already, and asks the desk for nothing.
func (h *handling) wroteDirectly(t ticket.Ticket) bool {
	if h.silent || h.authFailed() || len(command.Read(h.msg.Reply).Commands) > 0 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(h.msg.To, h.msg.Cc), func(a mailparse.Address) bool { return sameAddress(a.Address, t.Requester) })
}

// fileDirect files such a mail: as an answer where the agent is proven to be its
// writer, else as a note. Nothing is sent to the requester a second time.
func (h *handling) fileDirect(t ticket.Ticket, agent Agent) error {
	if h.proof() < ProofAuthenticated {
		if err := h.fileEntry(t.ID, ticket.EntryNote); err != nil {
			return err
		}
		n := notify.Notice{Template: notify.TemplateNote, Actor: h.actorName(), Text: h.newText(), Unproven: true}
		if err := h.tellAgents(t, h.responsible(t), n, agent); err != nil {
			return err
		}
		return h.finish(ticket.DispositionAppended, "written-directly", t.ID)
	}
	if err := h.fileEntry(t.ID, ticket.EntryReply); err != nil {
		return err
	}
	before := t
	o := order{agent: agent, after: t}
	if t.Status != ticket.StatusClosed {
		if err := h.firstAnswer(&t, o); err != nil {
			return err
		}
	}
	if err := h.tellColleague(t, before, o, h.newText(), true); err != nil {
		return err
	}
	if err := h.save(&t); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, "written-directly", t.ID)
}
