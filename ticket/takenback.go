package ticket

import "slices"

// Counting returns the events of a ticket that count, in their order: without what was
// taken back, and without the changes by which it was. The kinds asked for must include
// [EventTakenBack]. Of a mail whose text had left before, what it said counts.
func Counting(events []Event) []Event {
	var all, changes []MailID
	for _, e := range events {
		switch {
		case e.Kind != EventTakenBack:
		case e.Topic == TakenAll:
			all = append(all, e.OtherMail, e.Mail)
		default:
			changes = append(changes, e.OtherMail, e.Mail)
		}
	}
	if len(all)+len(changes) == 0 {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool {
		if e.Mail == 0 || e.Kind == EventTakenBack {
			return false
		}
		said := e.Kind == EventAnswered || e.Kind == EventAsked || e.Kind == EventApprovalAsked || e.Kind == EventMet || e.Kind == EventBreached
		return slices.Contains(all, e.Mail) || !said && slices.Contains(changes, e.Mail)
	})
}
