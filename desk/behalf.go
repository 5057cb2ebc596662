package desk

import (
	"errors"
	"slices"
	"time"

	"maildesk/desk/command"
	"maildesk/mailparse"
)

// onBehalfOf returns for whom an agent opens a ticket: "#for ana@example.net" is the
// first line of their new mail, as after a call. The words stay the agent's; the
// ticket, its receipt and what is answered are for the person named, of whom it
// proves nothing. Where no person outside is named the ticket is the agent's own.
func (h *handling) onBehalfOf() (mailparse.Address, bool) {
	if _, agent := h.set.AgentAt(h.msg.From.Address); !agent || h.silent || h.msg.Origin == mailparse.Foreign {
		return mailparse.Address{}, false
	}
	commands := command.Read(h.msg.Reply).Commands
	i := slices.IndexFunc(commands, func(c command.Command) bool { return c.Name == "for" })
	if i < 0 {
		return mailparse.Address{}, false
	}
	a, err := mailparse.ParseIdentity([]string{commands[i].Arg})
	if err != nil {
		return mailparse.Address{}, false
	}
	people := h.set.peopleIn([]mailparse.Address{a})
	if len(people) == 0 {
		return mailparse.Address{}, false
	}
	return people[0], true
}

// stepFor refuses #for where there is a request already.
func stepFor(_ *Settings, _ *order, _ string, _ time.Time) (string, error) {
	return "", errors.New("it opens a request for somebody else; it stands on top of a new mail to the desk, not in an answer")
}
