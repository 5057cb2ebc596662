package ticket

import (
	"fmt"
	"time"
)

// outsiderWords returns what people outside were asked beside the correspondence, what
// they answered, and how the requester rates the answer.
func (e Event) outsiderWords() string {
	by := func(text string, until time.Time) string {
		if until.IsZero() {
			return text
		}
		return text + ", an answer is expected by " + until.UTC().Format(minutes)
	}
	switch e.Kind {
	case EventAsked:
		return by(joined(": ", e.From, e.Topic), e.Until)
	case EventVendorAnswered:
		return joined(", ", e.From, e.Topic)
	case EventVendorNumber:
		return joined(": ", e.From, e.To)
	case EventVendorLate, EventApprovalLate:
		return by(e.From, e.Until)
	case EventApprovalAsked:
		if e.Topic == ApproveInPlace {
			return by(fmt.Sprintf("%d: %s, in place of %s", e.Number, e.From, e.To), e.Until)
		}
		text := joined(", ", fmt.Sprintf("%d: %s", e.Number, e.From), e.To)
		if e.Topic == ApproveAll {
			text += ", all must agree"
		}
		return by(text, e.Until)
	case EventVoted:
		return joined("; known by: ", fmt.Sprintf("%d: %s %s", e.Number, e.From, e.To), e.Topic)
	case EventApproval:
		return joined(": ", fmt.Sprintf("%d: %s", e.Number, e.To), e.Reason)
	}
	return joined(": ", e.To, e.Reason) // rated
}
