package desk

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// commandOpening reads the commands on top of a proven agent's new mail: they are about
// the request that it opens, which becomes as they say, and are cut out of its text. Where
// one of them cannot be carried out no request is opened, and the agent gets the mail
// back with what is wrong; refused is true then.
func (h *handling) commandOpening(t *ticket.Ticket) (o order, refused bool, err error) {
	agent, isAgent := h.set.AgentAt(h.msg.From.Address)
	if !isAgent || h.silent || h.behalf.how == ticket.RequestForwarded || h.msg.Origin == mailparse.Foreign || h.proof() != ProofAuthenticated {
		return order{}, false, nil
	}
	read := command.Read(h.msg.Reply)
	if len(read.Commands) == 0 {
		return order{}, false, nil
	}
	o = plan(h.set, *t, report{}, agent, read.Commands, h.now)
	for i, c := range read.Commands {
		if e, known := command.Lookup(c.Name); known && !e.Opens {
			o.lines[i].OK, o.lines[i].Message, o.mistakes = false, ticket.Say("it is about a request that is there: write it in reply to an email about that request"), true
		}
	}
	if o.mistakes {
		return order{}, true, h.refuseOpening(agent, o.lines)
	}
	status := t.Status
	*t, t.Status = o.after, status
	if o.channel != "" {
		t.Tags = append(slices.Clone(t.Tags), o.channel)
	}
	h.cutCommands(read)
	return o, false, nil
}

// cutCommands takes the commands out of the text of the mail at hand.
func (h *handling) cutCommands(read command.Mail) {
	msg, text := *h.msg, read.Whole()
	if rest, whole := strings.CutPrefix(strings.TrimSpace(msg.Text), strings.TrimSpace(msg.Reply)); whole {
		msg.Text = text + rest
	}
	if msg.Reply = text; strings.TrimSpace(msg.Text) == "" {
		msg.Text = text
	}
	h.msg = &msg
}

// refuseOpening returns a new mail to the agent who wrote it, with what is wrong in it.
func (h *handling) refuseOpening(agent Agent, lines []notify.Line) error {
	n := notify.Notice{Template: notify.TemplateAnswer, Reason: notify.AskedWrong, Lines: lines, Text: h.msg.Reply}
	if err := h.writeBack(agent, h.msg.From.Address, n, nil); err != nil {
		return err
	}
	return h.finish(ticket.DispositionMachine, "refused-command", 0)
}

// stepChannel says how the requester came to the desk, where an agent writes for them.
func stepChannel(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	channel, known := command.Channel(arg)
	switch {
	case !known:
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Channels, Arg: arg, All: command.AllChannels}
	case o.after.ID != 0:
		return ticket.Phrase{}, ticket.Say("it says how a request came, and stands on top of the new email that opens it")
	}
	o.channel = channel
	return ticket.Say("came by %s", channel), nil
}
