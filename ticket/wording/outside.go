package wording

import (
	"fmt"
	"time"

	"maildesk/ticket"
)

// outsider returns what people outside were asked beside the correspondence, what
// they answered, and how the requester rates the answer.
func outsider(e ticket.Event) string {
	by := func(text string, until time.Time) string {
		if until.IsZero() {
			return text
		}
		return text + ", an answer is expected by " + until.UTC().Format(minutes)
	}
	switch e.Kind {
	case ticket.EventAsked:
		return by(joined(": ", e.From, e.Topic), e.Until)
	case ticket.EventVendorAnswered:
		return joined(", ", e.From, e.Topic)
	case ticket.EventVendorNumber:
		return joined(": ", e.From, e.To)
	case ticket.EventVendorLate, ticket.EventApprovalLate:
		return by(e.From, e.Until)
	case ticket.EventApprovalAsked:
		if e.Topic == ticket.ApproveInPlace {
			return by(fmt.Sprintf("%d: %s, in place of %s", e.Number, e.From, e.To), e.Until)
		}
		text := joined(", ", fmt.Sprintf("%d: %s", e.Number, e.From), e.To)
		if e.Topic == ticket.ApproveAll {
			text += ", all must agree"
		}
		return by(text, e.Until)
	case ticket.EventVoted:
		return joined("; known by: ", fmt.Sprintf("%d: %s %s", e.Number, e.From, e.To), e.Topic)
	case ticket.EventApproval:
		return joined(": ", fmt.Sprintf("%d: %s", e.Number, e.To), e.Reason)
	}
	return joined(": ", e.To, e.Reason) // rated
}
