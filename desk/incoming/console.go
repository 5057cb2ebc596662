package incoming

import (
	"fmt"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// resolveConsole finds the ticket of a mail that a command of the program wrote in an
// agent's name: the one that its subject names. It stands as an answer of theirs to a mail
// of the ticket's present round.
func (h *Handling) resolveConsole() error {
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	h.Verdict.Match = threading.Match{}
	tags := threading.FindTags(h.Set.Name, h.Msg.Subject, h.Set.Former...)
	if !isAgent || len(tags) == 0 {
		return nil
	}
	t, err := h.Tx.Ticket(ticket.ID(tags[0]))
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	if may, err := h.mayCommand(t, agent); err != nil || !may {
		return err
	}
	p, err := h.Participant(t.ID, ticket.RoleAgent, agent.Mail[0], agent.Name)
	if err != nil {
		return fmt.Errorf("the agent's part in the ticket: %w", err)
	}
	h.Verdict.Match = threading.Match{Ticket: int64(t.ID), Reason: threading.SubjectTag, Token: &threading.Token{
		Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(ticket.RoleAgent), Kind: threading.Public, Round: int64(t.Round),
	}}
	return nil
}

// ReasonConsole is the reason of the disposition of such a mail that its agent may not
// write any more about the ticket.
const ReasonConsole = "console"

// mayCommand reports whether a command may be carried out in the agent's name; a rebuild
// goes by what was found then.
func (h *Handling) mayCommand(t ticket.Ticket, agent settings.Agent) (bool, error) {
	if h.Was != nil {
		return h.Was.Reason != ReasonConsole, nil
	}
	return h.MayAct(t, agent)
}
