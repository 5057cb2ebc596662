package quoted

import (
	"slices"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// Echoes reports whether the commands on top of a mail may be words of the
// requester, which a program quoted without any mark: the same commands stand in
// the correspondence, and so does the line that follows, or the mail has no
// other sign of a quote.
func Echoes(h *incoming.Handling, t ticket.Ticket, read command.Mail) (bool, error) {
	if len(read.Commands) == 0 {
		return false, nil
	}
	entries, err := decision.Story(h.Tx, t.ID)
	if err != nil {
		return false, err
	}
	theirs := []string{t.Subject}
	for _, e := range entries {
		if e.Kind != ticket.EntryMessage && e.Kind != ticket.EntryMachine {
			continue
		}
		texts := []string{e.Text, e.Full}
		if _, own := h.Set.AgentAt(e.Author); own { // on top are an agent's own commands; below may be what they pass on
			texts = []string{command.Read(e.Text).Text, command.Read(e.Full).Text}
		}
		theirs = append(theirs, texts...)
	}
	return echoed(read, h.Msg.Quoted != "", theirs), nil
}

// echoed is Echoes of a mail that has a quote, or none, against others' texts.
func echoed(read command.Mail, quotes bool, theirs []string) bool {
	said := func(s string) bool {
		return slices.ContainsFunc(theirs, func(text string) bool { return strings.Contains(incoming.SingleBlanks(text), incoming.SingleBlanks(s)) })
	}
	repeated := slices.ContainsFunc(theirs, func(text string) bool {
		return slices.ContainsFunc(command.Within(text), func(c command.Command) bool { return slices.Contains(read.Commands, c) })
	})
	if !repeated || !quotes {
		return repeated
	}
	next, _, _ := strings.Cut(read.Text, "\n")
	return strings.TrimSpace(next) != "" && said(next)
}
