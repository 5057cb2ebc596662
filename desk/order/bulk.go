package order

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// maxBulk bounds the tickets that one mail changes.
const maxBulk = 50

// onSeveral are the commands that may be carried out on several tickets at once: what they
// have to say they say in words of the desk. #anyway says that what colleagues did
// meanwhile does not matter.
var onSeveral = []string{
	"take", "assign", "resolve", "close", "reopen", "pending", "hold", "escalate", "return", "queue", "category", "priority", "kind", "tag", "untag", "spam", "anyway",
}

// Bulk is what an agent's mail asks to be done to several tickets.
type Bulk struct {
	Tickets []ticket.ID
	Each    []command.Command // that are carried out on each of them
	Wrong   []notify.Line     // why nothing is done; empty: it is done
}

// IsBulk reports whether commands are for several tickets.
func IsBulk(commands []command.Command) bool {
	return slices.ContainsFunc(commands, func(c command.Command) bool { return c.Name == "bulk" })
}

// BulkOf returns what commands ask to be done to several tickets; more: the mail has a text or
// files beside them, which go to nobody.
func BulkOf(commands []command.Command, more bool) (b Bulk) {
	wrong := func(c command.Command, why ticket.Phrase) {
		b.Wrong = append(b.Wrong, notify.Line{Command: c.String(), Message: why})
	}
	named := 0
	for _, c := range commands {
		switch {
		case c.Name != "bulk" && !slices.Contains(onSeveral, c.Name):
			wrong(c, ticket.Say("this cannot be done to several requests at once"))
		case c.Name != "bulk":
			b.Each = append(b.Each, c)
		case named == 1:
			wrong(c, errOneBulk)
		default:
			named++
			if err := b.read(c.Arg); !err.IsZero() {
				wrong(c, err)
			}
		}
	}
	if len(b.Wrong) == 0 && !slices.ContainsFunc(b.Each, func(c command.Command) bool { return c.Name != "anyway" }) {
		wrong(command.Command{Name: "bulk"}, errOneBulk)
	}
	if more {
		b.Wrong = append(b.Wrong, notify.Line{Message: ticket.Say("no text and no file goes to several requests at once; write them to each of them")})
	}
	return b
}

// read reads the numbers of tickets: "12 13, #14".
func (b *Bulk) read(arg string) ticket.Phrase {
	for _, word := range words(arg) {
		n, err := strconv.ParseInt(strings.TrimLeft(strings.TrimRight(word, "."), signs), 10, 64)
		if err != nil || n <= 0 {
			return ticket.Say("%q is not the number of a request; numbers are needed, as in %s", word, "#bulk 12 13 14")
		}
		if id := ticket.ID(n); !slices.Contains(b.Tickets, id) {
			b.Tickets = append(b.Tickets, id)
		}
	}
	switch {
	case len(b.Tickets) == 0:
		return ticket.Say("the numbers of the requests are missing, as in %s", "#bulk 12 13 14")
	case len(b.Tickets) > maxBulk:
		return ticket.Say("these are %d requests, and one email changes %d at most", len(b.Tickets), maxBulk)
	}
	return ticket.Phrase{}
}

// signs are the number signs that may stand before the number of a ticket.
const signs = "#＃"

var errOneBulk = ticket.Say("one #bulk an email, and below it the commands for each of the requests, as in #close")

// stepBulk refuses a #bulk where it stands among commands about one ticket.
func stepBulk(_ *settings.Settings, _ *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Phrase{}, errOneBulk
}

// ChangesNothing reports whether a ticket is already as an order of [onSeveral] wants it.
func (o *Order) ChangesNothing(t ticket.Ticket) bool {
	return o.After.Status == t.Status && len(o.Changes(t)) == 0 && !o.Closing && !o.Spam && o.WakeAt.IsZero()
}

// Outcome tells what became of one of several tickets: what an order that was carried out on it
// says of each command, or the first mistake of one that was not.
func (o *Order) Outcome(t ticket.Ticket) notify.Line {
	line := notify.Line{Command: fmt.Sprintf("#%d %s", t.ID, t.Subject), OK: !o.Mistakes}
	for _, l := range o.Lines {
		switch {
		case o.Mistakes && l.OK, !o.Mistakes && commandOf(l) == "anyway":
			continue
		case o.Mistakes:
			line.Message = ticket.Say("%s: %s", l.Command, l.Message)
			return line
		case line.Message.IsZero():
			line.Message = l.Message
		default:
			line.Message = ticket.Phrase{English: "%s; %s", Args: []any{line.Message, l.Message}}
		}
	}
	return line
}
