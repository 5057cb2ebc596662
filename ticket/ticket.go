package ticket

import (
	"slices"
	"time"
)

// ID is the number that people see: [Example IT #1042].
type ID int64

// Status is where a ticket stands.
type Status string

// The statuses; every move between them stands in the table of status.go.
const (
	StatusNew      Status = "new"
	StatusOpen     Status = "open"
	StatusPending  Status = "pending" // waits for the requester
	StatusOnHold   Status = "on-hold" // waits for someone else
	StatusResolved Status = "resolved"
	StatusClosed   Status = "closed"
)

// Statuses lists every status, in the order in which people read them; closed is
// the last.
var Statuses = []Status{StatusNew, StatusOpen, StatusPending, StatusOnHold, StatusResolved, StatusClosed}

// Kind is what somebody wants. Closed set.
type Kind string

// The kinds.
const (
	KindIncident       Kind = "incident"
	KindServiceRequest Kind = "service request"
	KindQuestion       Kind = "question"
)

// Kinds lists every kind.
var Kinds = []Kind{KindIncident, KindServiceRequest, KindQuestion}

// Priority is how urgent a ticket is. Closed set.
type Priority string

// The priorities.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Priorities lists every priority, the lowest first.
var Priorities = []Priority{PriorityLow, PriorityNormal, PriorityHigh, PriorityUrgent}

// Above reports whether a priority is higher than another. One that is none is
// below all.
func (p Priority) Above(other Priority) bool {
	return slices.Index(Priorities, p) > slices.Index(Priorities, other)
}

// Ticket is one matter.
type Ticket struct {
	ID         ID
	Subject    string
	Address    string // intake address that it came to; the desk writes in its name
	Requester  string // address, empty when nobody can be answered
	Name       string // the requester's name, may be empty
	Status     Status
	Category   string
	Kind       Kind // empty: not known
	Priority   Priority
	Queue      string
	Level      int    // 1, 2, 3
	Assignee   string // agent's name, empty: nobody
	Language   string // ISO 639-1, of the requester; empty: unknown
	Tags       []string
	Rules      []string // names of the rules that routed it
	Follows    ID       // the closed ticket that this one follows up, 0: none
	CreatedAt  time.Time
	UpdatedAt  time.Time
	ResolvedAt time.Time // zero: not resolved
	InformedAt time.Time // when the next hop accepted the resolution notice
	ClosedAt   time.Time
	WakeAt     time.Time // when a pending or on-hold ticket opens by itself; zero: never
	Round      int       // how often it was reopened; signed addresses are good for one round

	Target           string    // name of the target that a rule chose; empty: by priority and category
	DueFirstResponse time.Time // zero: not promised, over, or the clock stands (pending, on-hold)
	DueUpdate        time.Time // likewise: by when the requester is to hear from an agent again
	DueResolution    time.Time // likewise
	TargetAt         time.Time // when the clock looks at these next; zero: never
}

// NextDue returns the earliest time by which something is due, and what; zero
// when nothing is.
func (t Ticket) NextDue() (time.Time, TargetKind) {
	var at time.Time
	var kind TargetKind
	for _, k := range TargetKinds {
		if due := t.Due(k); !due.IsZero() && (at.IsZero() || due.Before(at)) {
			at, kind = due, k
		}
	}
	return at, kind
}

// Informed reports whether the requester has been told that the matter is solved.
func (t Ticket) Informed() bool { return !t.InformedAt.IsZero() }
