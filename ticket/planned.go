package ticket

// What an agent can plan.
const (
	PlanLater  = "later"     // a text goes out at a time
	PlanSilent = "if silent" // a text goes out at a time, unless there is an answer by then
	PlanChase  = "chase"     // who does not answer is reminded some times
)

// How a planned sending ends.
const (
	EndedSent       = "sent"
	EndedAnswered   = "answered"   // there is nothing to remind of, or no reason to send
	EndedUnanswered = "unanswered" // after the last reminder
	EndedOver       = "resolved"   // the ticket was resolved or closed before
	EndedMerged     = "merged"     // the ticket is worked on in another one
	EndedReplaced   = "replaced"   // by a later plan for the same people
	EndedFailed     = "came back"  // what was asked did not arrive
	EndedLost       = "lost"       // the text cannot be read any more
)
