package ticket

import (
	"time"
)

// Cause is why automatic mail to an address is suppressed. Closed set.
type Cause string

// The causes.
const (
	CauseBounce    Cause = "bounce"    // mails to it came back
	CauseComplaint Cause = "complaint" // its owner called a mail of ours spam (RFC 5965)
	CauseLoop      Cause = "loop"      // it seems to answer our automatic mails by itself
	CauseHand      Cause = "hand"      // an admin says so
)

// Suppression is what speaks against automatic mail to an address. What an
// agent writes is sent all the same.
type Suppression struct {
	Address string
	Cause   Cause
	Detail  string    // the last strike, in words
	Strikes int       // how often it was seen
	At      time.Time // the last strike
	Until   time.Time // no automatic mail until then; zero: the strikes are only counted, or, by hand, for ever
}

// Active reports whether automatic mail is suppressed at a time.
func (s Suppression) Active(now time.Time) bool {
	return now.Before(s.Until) || s.Cause == CauseHand && s.Until.IsZero()
}

// SuppressionReader reads what speaks against automatic mail.
type SuppressionReader interface {
	// Suppressions returns what speaks against automatic mail to addresses
	// (compared in lower case), ended or not; without one, to any.
	Suppressions(addresses ...string) ([]Suppression, error)
	// Storm returns how many mails of a kind came in an hour.
	Storm(kind string, hour time.Time) (Storm, error)
}

// SuppressionWriter changes what speaks against automatic mail.
type SuppressionWriter interface {
	// SetSuppression keeps a suppression in the place of that of the same
	// address and cause.
	SetSuppression(Suppression) error
	// RemoveSuppressions forgets all of an address and returns their number.
	RemoveSuppressions(address string) (int, error)
	// CountStorm counts one more mail of a kind in an hour and returns the count.
	CountStorm(kind string, hour time.Time) (Storm, error)
	// CountUpTo is CountStorm for whoever only asks whether there are more than limit.
	CountUpTo(kind string, hour time.Time, limit int) (Storm, error)
	// SetStormTicket keeps the ticket that tells of the mails of a kind in an hour.
	SetStormTicket(kind string, hour time.Time, t ID) error
}
