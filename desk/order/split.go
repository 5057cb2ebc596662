package order

import (
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// splits is what a #split asks for.
type splits struct {
	Asked   bool
	Arg     string
	Apart   ticket.ID       // a merged ticket that is one of its own again, 0: none
	Mail    ticket.MailID   // with which a ticket of its own begins, 0: none
	Follows []ticket.MailID // that go with it
}

// stepSplit notes what a #split names; answer.findSplit finds what it means.
func stepSplit(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	o.Splits.Asked, o.Splits.Arg = true, arg
	return ticket.Say("a ticket of its own"), nil
}

// SplitWord stands before the number of a mail: "#split mail 12".
const SplitWord = "mail"
