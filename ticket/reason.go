package ticket

import "slices"

// The reasons with which a mail of a person opens a ticket.
const (
	ReasonNewRequest = "new-request"
	ReasonFollowUp   = "follow-up"           // it answers one that is closed
	ReasonClaims     = "claims-other-ticket" // it names one that is not its writer's
)

// OpenedByPerson reports whether the reason of a mail that opened a ticket says that a
// person asked.
func OpenedByPerson(reason string) bool {
	return slices.Contains([]string{ReasonNewRequest, ReasonFollowUp, ReasonClaims}, reason)
}
