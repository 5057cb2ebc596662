package ticket

import (
	"time"
)

// TargetKind names one of the times that a target promises.
type TargetKind string

// The kinds, in the order in which people read them.
const (
	TargetFirstResponse TargetKind = "first response" // from the request until an agent answers
	TargetUpdate        TargetKind = "next update"    // from then on, until the requester hears from an agent again
	TargetResolution    TargetKind = "resolution"     // from the request, or its last reopening
)

// TargetKinds lists every kind.
var TargetKinds = []TargetKind{TargetFirstResponse, TargetUpdate, TargetResolution}

// Due returns the time by which something is due; zero: never.
func (t Ticket) Due(k TargetKind) time.Time {
	switch k {
	case TargetFirstResponse:
		return t.DueFirstResponse
	case TargetUpdate:
		return t.DueUpdate
	default:
		return t.DueResolution
	}
}
