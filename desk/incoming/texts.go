package incoming

import (
	"slices"

	"maildesk/desk/command"
	"maildesk/desk/macro"
	"maildesk/desk/notices"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// ReasonRefused is the reason of a mail in which a command was wrong.
const ReasonRefused = "refused-command"

// TextNamed returns a text of the admin's in the requester's language, or the desk's, as
// an agent sends it.
func (h *Handling) TextNamed(t ticket.Ticket, agent settings.Agent, written string) string {
	name, _ := h.Set.Macros.Named(written)
	subject := t.Subject
	if subject == notices.NoSubject {
		subject = ""
	}
	return h.Set.Macros.Text(name, macro.Fields{
		Number: int64(t.ID), Subject: subject, Name: t.Name, Requester: t.Requester, Agent: settings.FirstOf(agent.Display, h.Set.Name),
		Desk: h.Set.Name, Category: t.Category, Queue: t.Queue,
	}, t.Language, h.Set.Language)
}

// MayBeRefused reports whether the mail may be refused for what it says: one that is handled
// again by rebuild is, where it was.
func (h *Handling) MayBeRefused() bool { return h.Was == nil || h.Was.Reason == ReasonRefused }

// MayPassOn reports whether a mail may be kept for passing on what others wrote: one that is
// handled again by rebuild is, where it was.
func (h *Handling) MayPassOn() bool { return h.Was == nil || h.Was.Reason == "passed-on" }

// TextsThere returns commands without each #send of a text that there is no more, where
// rebuild handles the mail again that once sent it.
func (h *Handling) TextsThere(commands []command.Command) []command.Command {
	if h.MayBeRefused() {
		return commands
	}
	return slices.DeleteFunc(slices.Clone(commands), func(c command.Command) bool {
		_, there := h.Set.Macros.Named(c.Arg)
		return c.Name == "send" && c.Arg != "" && !there
	})
}
