package ticket

import "time"

// Standing is how much speaks for the reader of an automatic mail.
type Standing int

// The standings, least first.
const (
	// StandingUnknown: nothing but a From field, which anybody can write.
	StandingUnknown Standing = iota
	// StandingHouse: the address is of a domain of the desk's own, or of one
	// beside or below it, or its ticket reports an incident that goes on. That is
	// likely to be true, and harms few where it is not; yet a From field proves
	// neither.
	StandingHouse
	// StandingProven: see [Participant.Proven].
	StandingProven
)

// BudgetReader counts the automatic mails to people outside that the guard let go, and those that wait for it.
type BudgetReader interface {
	// CountOutbox counts the automatic mails to people outside that the guard
	// let go, sent or not.
	CountOutbox(OutboxCount) (int, error)
	// AllowedBack returns when the guard let go the n-th of these, counted back
	// from the last one, zero where there are fewer.
	AllowedBack(q OutboxCount, n int) (time.Time, error)
	// HeldOutbox returns the mails that wait for the guard, without Bytes, by the
	// time at which it is asked again.
	HeldOutbox(HeldFilter) ([]OutboxMail, error)
}

// BudgetWriter lets automatic mails wait for the guard.
type BudgetWriter interface {
	// HoldOutbox makes a ready mail wait for the guard until a time; held says what for, key
	// in whose budget. The error wraps ErrNotFound where no such mail is ready.
	HoldOutbox(id OutboxID, held, key string, until time.Time) error
	// AllowOutbox makes it due at now, likewise.
	AllowOutbox(id OutboxID, now time.Time) error
}

// OutboxCount chooses the mails that a budget counts: let go at Since or later;
// to one mailbox, or to all of a domain, or to everybody.
type OutboxCount struct {
	Mailbox     string   // as silence.Mailbox has it
	Domain      string   // as silence.Domain has it; only where Mailbox is empty
	Least, Most Standing // of their readers, both included
	Since       time.Time
	Limit       int // from which on they are too many, 0: it is not known
}

// HeldFilter chooses mails that wait for the guard. Zero fields choose all.
type HeldFilter struct {
	Held, Key string    // for one reason, of one budget
	DueBy     time.Time // asked again at or before
	DueAfter  time.Time // asked again later than
	Latest    bool      // the latest first
	Limit     int       // 0: all
	Any       bool      // one of them, whichever: a decision relies on nothing but that it goes on waiting
}
