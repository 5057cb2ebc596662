package ticket

import (
	"cmp"
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
	Merged     ID       // the ticket in which this one is worked on, 0: itself
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
	AwaitAt          time.Time // when the clock looks next at whoever is expected to do something: a vendor, an approver, an owner who is idle; zero: never
	PlanAt           time.Time // when the clock looks next at what agents have planned to send; zero: never
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

// ByDue orders tickets by what is due first, the oldest of those that are due together; what has
// no time comes last, the newest of it first.
func ByDue(a, b Ticket) int {
	dueA, _ := a.NextDue()
	dueB, _ := b.NextDue()
	switch {
	case dueA.IsZero() && !dueB.IsZero():
		return 1
	case dueB.IsZero() && !dueA.IsZero():
		return -1
	}
	if dueA.IsZero() {
		return cmp.Compare(b.ID, a.ID)
	}
	return cmp.Or(dueA.Compare(dueB), cmp.Compare(a.ID, b.ID))
}

// LateAt reports whether something was due before a time.
func (t Ticket) LateAt(at time.Time) bool {
	due, _ := t.NextDue()
	return !due.IsZero() && due.Before(at)
}

// Informed reports whether the requester has been told that the matter is solved.
func (t Ticket) Informed() bool { return !t.InformedAt.IsZero() }

// TicketReader reads tickets and those who take part in them.
type TicketReader interface {
	// Ticket returns a ticket; the error wraps ErrNotFound where there is none.
	Ticket(ID) (Ticket, error)
	// Tickets returns the tickets that a filter chooses, by number unless it says otherwise.
	Tickets(Filter) ([]Ticket, error)
	// Search returns the tickets that match, best first. What the same transaction
	// wrote is found once it is committed. It looks at a bounded number of texts, the
	// newest first; see [Found].
	Search(Query) (Found, error)
	// History counts the tickets of a requester, at most the last 1000.
	History(requester string) (History, error)
	// Participants returns who takes or took part in a ticket, in the order in which they came.
	Participants(ID) ([]Participant, error)
	// Participant returns one of them; the error wraps ErrNotFound where there is none.
	Participant(ParticipantID) (Participant, error)
	// TakesPart reports whether an address is that of somebody who takes or took part in
	// any ticket, as anything but an agent.
	TakesPart(address string) (bool, error)
}

// TicketWriter makes and changes tickets and those who take part in them.
type TicketWriter interface {
	// InsertTicket returns the ticket's number: the one it has, the next one
	// where that is 0.
	InsertTicket(Ticket) (ID, error)
	// UpdateTicket keeps a ticket in the place of the one with its number.
	UpdateTicket(Ticket) error
	// Overtake lets every decision that makes or has read a ticket, and is not
	// committed yet, be made again. It changes nothing, and the ticket need not be
	// there yet.
	Overtake(ID) error
	// AddParticipant returns the existing participant when the ticket already
	// has one with this address (compared in lower case) and role. A new one
	// keeps its ID, 0: the next one.
	AddParticipant(Participant) (Participant, error)
	// SetProven keeps that somebody showed that an address is theirs.
	SetProven(ParticipantID) error
	// SetLeft keeps whether somebody has left a ticket. They stay known to it.
	SetLeft(id ParticipantID, left bool) error
}

// Filter chooses tickets. Zero fields choose all.
type Filter struct {
	Status      []Status
	Queue       string
	Assignee    string
	Requester   string // address, compared in lower case
	Category    string
	Categories  []string // any of them
	Tags        []string // all of them
	Priorities  []Priority
	Level       int
	Language    string
	Unassigned  bool
	Incident    bool      // reports or leads one that goes on
	LateAt      time.Time // something was due before
	ActiveFrom  time.Time // changed at or after
	MadeBefore  time.Time // created before
	NotInformed bool      // resolved, and the resolution notice not accepted yet
	Informed    bool      // the resolution notice was accepted
	ResolvedBy  time.Time // resolved at or before
	WakeBy      time.Time // WakeAt is set and at or before
	AwaitBy     time.Time // AwaitAt is set and at or before
	PlanBy      time.Time // PlanAt is set and at or before
	TargetBy    time.Time // TargetAt is set and at or before; the longest due come first
	ActiveSince time.Time // not closed, or changed or (before the same transaction) rated, or a mail of it came back, at or after
	After       ID        // a higher number
	Before      ID        // a lower number
	Newest      bool      // newest first
	DueFirst    bool      // as [ByDue] orders them, whatever Newest and TargetBy say
	Limit       int       // 0: all
}
