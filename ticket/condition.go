package ticket

import "time"

// ConditionReader reads how the desk stands.
type ConditionReader interface {
	// Tally counts the mails in custody and what became of them.
	Tally() (Tally, error)
	// Condition returns what those who run the desk watch. It costs little, however
	// much is kept.
	Condition(now time.Time) (Condition, error)
	// Troubles returns the troubles of some kinds, of all where none is named,
	// by kind and subject: those that stand and those that are over.
	Troubles(kinds ...TroubleKind) ([]TroubleState, error)
	// AuditedSince returns the events of some kinds that are in the audit since a time,
	// oldest first, from the last thousand rows of it.
	AuditedSince(since time.Time, kinds ...EventKind) ([]Event, error)
}

// TroubleWriter keeps troubles.
type TroubleWriter interface {
	// SaveTrouble keeps a trouble in the place of that of its kind and subject.
	SaveTrouble(TroubleState) error
	// DropTrouble forgets a trouble; it need not be there.
	DropTrouble(kind TroubleKind, subject string) error
}

// Tally counts everything, for the law of conservation: Accepted is the
// number of journal rows, counted apart from the dispositions.
type Tally struct {
	Accepted     int64
	Dispositions map[Disposition]int64
	Tickets      map[Status]int64
	Outbox       map[OutboxState]int64
	Entries      int64
}

// Condition is how the desk stands: rows by state, and the age of what waits.
type Condition struct {
	Mails      map[Disposition]int64
	Tickets    map[Status]int64
	Open       []OpenTickets // those that somebody has to work on
	Breached   map[TargetKind]int64
	Awaited    int64 // tickets on which a vendor is expected to answer by a time
	Planned    int64 // tickets on which an agent has planned to send something
	Incidents  int64 // that are not solved
	Uninformed int64 // tickets that are resolved and whose requester was not told yet
	Outbox     map[OutboxState]int64
	Held       map[string]int64 // mails that wait for the guard, by reason
	// HeldAnswers are agents' mails that wait until their writer has said what
	// they mean, on tickets that are not closed.
	HeldAnswers int64
	// Undoable counts the outgoing mails for which [OutboxMail.Undoable] holds.
	Undoable int64
	// OldestPending is when the oldest unhandled mail was received, OldestUntried
	// when the oldest outgoing mail was made that nobody has tried to send
	// though it is due and has its turn, OldestDeferred when the oldest was made
	// that was tried and not accepted, OldestUninformed when the ticket was
	// resolved whose requester waits the longest to be told; zero: there is none.
	OldestPending    time.Time
	OldestUntried    time.Time
	OldestDeferred   time.Time
	OldestUninformed time.Time

	Troubles []TroubleState // that stand
}

// OpenTickets counts the open tickets of a queue that are of one age.
type OpenTickets struct {
	Queue   string
	Level   int
	Age     string // one of TicketAges
	Tickets int64
	Late    int64 // of them, those of which something is late
}

// TicketAges are the ages by which open tickets are counted: made less than an
// hour, a day, a week ago, or before.
var Ages = []string{"hour", "day", "week", "older"}
