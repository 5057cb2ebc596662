package history

import (
	"slices"

	"maildesk/ticket"
)

// Counting returns the events of a ticket that count, in their order: without what was
// taken back, and without the changes by which it was. The kinds asked for must include
// [EventTakenBack]. Of a mail whose text had left before, what it said counts.
func Counting(events []ticket.Event) []ticket.Event {
	var all, changes []ticket.MailID
	for _, e := range events {
		switch {
		case e.Kind != ticket.EventTakenBack:
		case e.Topic == ticket.TakenAll:
			all = append(all, e.OtherMail, e.Mail)
		default:
			changes = append(changes, e.OtherMail, e.Mail)
		}
	}
	if len(all)+len(changes) == 0 {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e ticket.Event) bool {
		if e.Mail == 0 || e.Kind == ticket.EventTakenBack {
			return false
		}
		said := e.Kind == ticket.EventAnswered || e.Kind == ticket.EventAsked || e.Kind == ticket.EventApprovalAsked || e.Kind == ticket.EventMet || e.Kind == ticket.EventBreached
		return slices.Contains(all, e.Mail) || !said && slices.Contains(changes, e.Mail)
	})
}
