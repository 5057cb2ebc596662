package request

import (
	"slices"
	"strings"

	"maildesk/desk/agentmail"
	"maildesk/desk/approval"
	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/knowledge"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// opening is what a proven agent's new mail says about the request that it opens.
type opening struct {
	order.Order
	texts []string // names of the admin's texts that go to the requester

	demand approval.Demand // who has to approve it first
	nobody bool            // it has to be approved, and nobody is there to do it
}

// readOpening reads the commands on top of a new mail, and the language of its requester;
// refused is true where an agent's mail was sent back.
func readOpening(h *incoming.Handling, t *ticket.Ticket, route routing.Decision) (o opening, refused bool, err error) {
	was := h.Msg
	if o, refused, err = commandOpening(h, t); refused || err != nil {
		return o, refused, err
	}
	if t.Language, err = Language(h, route); err != nil {
		return o, false, err
	}
	if lines := leaks(h, *t, o); len(lines) > 0 {
		h.Msg = was
		return o, true, refuseOpening(h, o.Agent, lines)
	}
	return o, false, nil
}

// commandOpening reads the commands on top of a proven agent's new mail: they are about
// the request that it opens, which becomes as they say, and are cut out of its text. Where
// one of them cannot be carried out no request is opened, and the agent gets the mail
// back with what is wrong; refused is true then.
func commandOpening(h *incoming.Handling, t *ticket.Ticket) (o opening, refused bool, err error) {
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	if !isAgent || h.Silent || h.Behalf.How == ticket.RequestForwarded || h.Msg.Origin == mailparse.Foreign || h.Proof() < incoming.ProofAuthenticated {
		return o, false, nil
	}
	read := command.Read(h.Msg.Reply)
	if err := knowledge.LetSend(h, read.Commands); err != nil {
		return o, false, err
	}
	read.Commands = h.TextsThere(read.Commands)
	if len(read.Commands) == 0 {
		return o, false, nil
	}
	o.Order = order.Check(h.Set, *t, order.Incident{}, agent, read.Commands, h.Now)
	for i, c := range read.Commands {
		e, known := command.Lookup(c.Name)
		switch {
		case known && !ladder.Enough(h.Proof().Level(), h.Set.Ladder.Needs(c.Name, agent.Proof)):
			o.Lines[i].OK, o.Lines[i].Message, o.Mistakes = false, h.SaysBelowLevel(), true
		case known && !e.Opens:
			o.Lines[i].OK, o.Lines[i].Message, o.Mistakes = false, ticket.Say("it is about a request that is there: write it in reply to an email about that request"), true
		}
	}
	o.texts = textsOf(h, &o.Order, read.Commands)
	if o.Mistakes {
		return o, true, refuseOpening(h, agent, o.Lines)
	}
	status := t.Status
	*t, t.Status = o.After, status
	if o.Channel != "" {
		t.Tags = append(slices.Clone(t.Tags), o.Channel)
	}
	cutCommands(h, read)
	return o, false, nil
}

// tellUndone tells an agent, in whose name a new mail came, which commands on top of it were not
// carried out, since nothing proves that they wrote it. The #for that says whose request it is counts
// all the same, see [incoming.BehalfOf].
func tellUndone(h *incoming.Handling, t ticket.Ticket) error {
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	theirs := isAgent && !h.Silent && (h.Author == author.InFrom || h.Author == author.BehindGroup) && h.Msg.Class == mailparse.Person && h.Msg.Origin != mailparse.Foreign
	if !theirs || h.Proof() >= incoming.ProofAuthenticated {
		return nil
	}
	counts := h.Behalf.How == ticket.RequestNamed
	undone := slices.DeleteFunc(command.Read(h.Msg.Reply).Commands, func(c command.Command) bool {
		_, known := command.Lookup(c.Name)
		done := counts && c.Name == "for"
		counts = counts && !done // the first one
		return !known || done
	})
	if len(undone) == 0 {
		return nil
	}
	why := notify.UndoneUnproven
	if h.AuthFailed() {
		why = notify.UndoneForged
	}
	_, err := agentmail.TellUndone(h, t, agent, notify.Notice{Reason: string(why), AsRequest: true, Behalf: h.Behalf.How}, false)
	return err
}

// cutCommands takes the commands out of the text of the mail at hand.
func cutCommands(h *incoming.Handling, read command.Mail) {
	msg, text := *h.Msg, read.Whole()
	if rest, whole := strings.CutPrefix(strings.TrimSpace(msg.Text), strings.TrimSpace(msg.Reply)); whole {
		msg.Text = text + rest
	}
	if msg.Reply = text; strings.TrimSpace(msg.Text) == "" {
		msg.Text = text
	}
	h.Msg = &msg
}

// refuseOpening returns a new mail to the agent who wrote it, with what is wrong in it.
func refuseOpening(h *incoming.Handling, agent settings.Agent, lines []notify.Line) error {
	n := notify.Notice{Template: notify.TemplateAnswer, Reason: notify.AskedWrong, Lines: lines, Text: h.Msg.Reply}
	if err := h.WriteBack(agent, h.Msg.From.Address, n, nil); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionMachine, incoming.ReasonRefused, 0)
}
