package request

import (
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/knowledge"
	"maildesk/desk/leak"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/ticket"
)

// Texts of the admin's that an agent sends with a new mail (#send): what the agent wrote
// is the request, as after a phone call, and they are its first answer.

// textsOf returns the names of the texts that commands on a new mail send, and marks as a
// mistake what cannot be sent.
func textsOf(h *incoming.Handling, o *order.Order, commands []command.Command) (names []string) {
	for i, c := range commands {
		switch {
		case c.Name != "send" || !o.Lines[i].OK:
		case c.Arg == "":
			o.Lines[i].OK, o.Mistakes = false, true
			o.Lines[i].Message = order.Explained(&command.ChoiceError{Kind: command.Texts, All: h.Set.Macros.Names()})
		case h.Behalf.How == "":
			o.Lines[i].OK, o.Mistakes = false, true
			o.Lines[i].Message = ticket.Say("the text goes to whose request it is; name them in a line above it, as in #for ana@example.net")
		default:
			names = append(names, c.Arg)
		}
	}
	return names
}

// firstAnswer returns the texts that a new mail sends, for the ticket that it opens.
func firstAnswer(h *incoming.Handling, t ticket.Ticket, o opening) string {
	var all []string
	for _, name := range o.texts {
		all = append(all, h.TextNamed(t, o.Agent, name))
	}
	return strings.Join(all, "\n\n")
}

// leaks returns what of the texts must stay inside.
func leaks(h *incoming.Handling, t ticket.Ticket, o opening) (lines []notify.Line) {
	text := firstAnswer(h, t, o)
	for _, f := range (leak.Finder{Keys: h.Maker.Keys, Host: h.Set.Hostname}).Find(leak.Source{Content: []byte(text)}) {
		lines = append(lines, notify.Line{Command: f.Word, Message: ticket.Say("this stands in the text and is for agents only, so the text has not been sent")})
	}
	return lines
}

// sendTexts sends the texts of a new mail to those who read its ticket, and gives the
// ticket to the agent, who has answered it.
func sendTexts(h *incoming.Handling, t *ticket.Ticket, o opening) error {
	text := firstAnswer(h, *t, o)
	if text == "" {
		return nil
	}
	e := h.Entry(t.ID, ticket.EntryReply, text)
	e.Mail, e.Full, e.Files = 0, "", "" // the mail is the request
	if _, err := h.Tx.AddEntry(e); err != nil {
		return err
	}
	if t.Assignee == "" && h.MayHear(*t, o.Agent) {
		t.Assignee = o.Agent.Name
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: o.Agent.Name, To: o.Agent.Name}); err != nil {
			return err
		}
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAnswered, Actor: o.Agent.Name}); err != nil {
		return err
	}
	if err := knowledge.NoteSent(h, t.ID, o.Agent.Name, o.Sends); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		if err := h.Move(t, ticket.StatusOpen, o.Agent.Name); err != nil {
			return err
		}
	}
	files, formatted := h.Files, h.Formatted
	h.Files, h.Formatted = nil, decision.Formatted{} // they are the agent's, who wrote for the desk
	err := notices.SendToReaders(h.Change, *t, notify.Notice{Template: notify.TemplateReply, Actor: o.Agent.Name, Text: text})
	h.Files, h.Formatted = files, formatted
	if err != nil {
		return err
	}
	return h.Save(t)
}
