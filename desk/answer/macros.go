package answer

import (
	"strings"

	"maildesk/desk/agentmail"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// inserts returns the #send commands of an agent's mail that stand within its text. A
// mail that is handled again by rebuild may name a text that there is no more: it is left
// out then.
func inserts(h *incoming.Handling, commands *[]command.Command, text string) []command.Command {
	*commands = h.TextsThere(*commands)
	return h.TextsThere(command.Inserts(text))
}

// withTexts returns an agent's text with the admin's texts that it asks for: those of
// commands on top above it, others where they are named.
func withTexts(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, commands []command.Command, text string) string {
	var all []string
	for _, c := range commands {
		if c.Name == "send" && c.Arg != "" {
			all = append(all, h.TextNamed(t, agent, c.Arg))
		}
	}
	text = command.Insert(text, func(name string) string { return h.TextNamed(t, agent, name) })
	return strings.TrimSpace(strings.Join(append(all, text), "\n\n"))
}

// aboutRequester returns the ticket of which the admin's texts may tell: nothing of its
// requester where others read them as well, all who report an incident, the requesters of
// merged tickets, vendors, approvers.
func aboutRequester(h *incoming.Handling, t ticket.Ticket, o order.Order) (ticket.Ticket, error) {
	seats, err := decision.MergedInto(h.Tx, t.ID)
	if err != nil {
		return t, err
	}
	if o.Incident.Tell || len(o.Asked()) > 0 || len(seats) > 0 || o.Incident.Of == t.ID {
		t.Name, t.Requester, t.Subject = "", "", ""
	}
	return t, nil
}

// listTexts answers an agent who asks which texts there are, each with how it begins in
// the requester's language.
func listTexts(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	var lines []notify.Line
	for _, name := range h.Set.Macros.Names() {
		lines = append(lines, notify.Line{Command: "#send " + name, OK: true, Message: ticket.Phrase{English: "%s", Args: []any{agentmail.Beginning(h.TextNamed(t, agent, name))}}})
	}
	if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateTranscript, Lines: lines}); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "texts", t.ID)
}
