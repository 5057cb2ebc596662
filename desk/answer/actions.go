package answer

import (
	"slices"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
)

// The links in notices lead to addresses that ask for an action: an empty mail there
// resolves or takes the ticket, and a text is read as if the command stood on top of
// it. What an address asks for needs the proof that its command needs.

// readCommands takes the text of an agent's mail apart. A mail to the address of an
// action has no text of its own where it is only signed: mail programs do that by
// themselves.
func readCommands(h *incoming.Handling) command.Mail {
	read := command.Read(h.Msg.Reply)
	if len(h.Verdict.Match.Actions) == 0 {
		return read
	}
	agent, _ := h.Set.AgentAt(h.Msg.From.Address)
	if h.Msg.Signed || isName(read.Text, agent.Name, agent.Display, h.Msg.From.Name) {
		read.Text, read.Doubts = "", nil
	}
	return read
}

// maxReason bounds what of a text is the reason of an escalation, in bytes.
const maxReason = 300

// asked returns the commands of an agent's mail: those that its addresses ask for,
// unless they stand in its text as well, and then those in the text.
func asked(h *incoming.Handling, read *command.Mail) []command.Command {
	var all []command.Command
	for _, name := range h.Verdict.Match.Actions {
		entry, known := command.Lookup(name)
		if !known || slices.ContainsFunc(read.Commands, func(c command.Command) bool { return c.Name == name }) {
			continue
		}
		c := command.Command{Name: name}
		if entry.Takes == command.Words { // the text is the reason, and what is longer goes with it
			if c.Arg = incoming.SingleBlanks(read.Text); len(c.Arg) <= maxReason {
				read.Text = ""
			} else {
				c.Arg = strings.ToValidUTF8(c.Arg[:maxReason], "") + "…"
			}
		}
		all = append(all, c)
	}
	return append(all, read.Commands...)
}
