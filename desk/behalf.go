package desk

import (
	"strings"

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
	line, _, _ := strings.Cut(strings.TrimSpace(h.msg.Reply), "\n")
	word, named, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.EqualFold(word, "#for") {
		return mailparse.Address{}, false
	}
	a, err := mailparse.ParseIdentity([]string{strings.TrimSpace(named)})
	if err != nil {
		return mailparse.Address{}, false
	}
	people := h.set.peopleIn([]mailparse.Address{a})
	if len(people) == 0 {
		return mailparse.Address{}, false
	}
	return people[0], true
}
