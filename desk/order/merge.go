package order

import (
	"strconv"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// stepMerge lets the ticket be worked on in another one; answer.findMerge looks whether it can.
func stepMerge(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := ticketNumber("merge", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.Merge = n
	return ticket.Say("worked on in #%d from now on; #split in answer to this mail takes it apart again", n), nil
}

// stepLink mentions a ticket in another one, and the other way round.
func stepLink(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := ticketNumber("link", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.Links = append(o.Links, n)
	return ticket.Say("each of the two names the other: #%d", n), nil
}

// ticketNumber parses the argument of a command: "17", "#17".
func ticketNumber(name, arg string) (ticket.ID, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(arg, "#")), 10, 64)
	if err != nil || n <= 0 {
		return 0, ticket.Say("the number of a ticket is needed, as in #%s 17", name)
	}
	return ticket.ID(n), nil
}

// Say changes what is said of a command.
func (o *Order) Say(name string, message ticket.Phrase) {
	for i, line := range o.Lines {
		if first, _, _ := strings.Cut(line.Command, " "); first == "#"+name {
			o.Lines[i].Message = message
		}
	}
}
