package answer

import (
	"slices"

	"maildesk/desk/agentmail"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TellCommandsApart tells an agent, once a ticket, who asked for something themselves and
// writes commands in answer to a mail for requesters, that they work in answer to those for
// agents. The mail that says so is one.
func TellCommandsApart(h *incoming.Handling, t ticket.Ticket) error {
	agent, is := h.Set.AgentAt(h.Msg.From.Address)
	if wish := command.ReadWish(h.Msg.Reply); !is || h.Set.MayHave(agent, t.Queue) != nil || wish.Name != "" && wish.Name != command.WishSolved {
		return nil
	}
	var lines []notify.Line
	for _, c := range command.Read(h.Msg.Reply).Commands {
		if _, known := command.Lookup(c.Name); known {
			lines = append(lines, notify.Line{Command: c.String()})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	told, err := h.Tx.OutboxWith(t.ID, string(notify.TemplateTranscript))
	if err != nil || slices.ContainsFunc(told, func(m ticket.OutboxMail) bool { return settings.SameAddress(m.Recipient, h.Msg.From.Address) }) {
		return err
	}
	lines[len(lines)-1].Message = ticket.Say("not done: your email answers one to the requester, so it is filed as the requester's; commands work in answer to emails to agents, such as this one")
	return agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateTranscript, Lines: lines})
}
