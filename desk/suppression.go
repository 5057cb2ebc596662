package desk

import (
	"context"
	"fmt"
	"time"
)

// Cause is why automatic mail to an address is suppressed. Closed set.
type Cause string

// The causes.
const (
	CauseBounce    Cause = "bounce"    // mails to it came back
	CauseComplaint Cause = "complaint" // its owner called a mail of ours spam (RFC 5965)
	CauseLoop      Cause = "loop"      // it seems to answer our automatic mails by itself
)

// Suppression is what speaks against automatic mail to an address. What an
// agent writes is sent all the same.
type Suppression struct {
	Address string
	Cause   Cause
	Detail  string    // the last strike, in words
	Strikes int       // how often it was seen
	At      time.Time // the last strike
	Until   time.Time // no automatic mail until then; zero: the strikes are only counted
}

// Active reports whether automatic mail is suppressed at a time.
func (s Suppression) Active(now time.Time) bool { return now.Before(s.Until) }

// strikes says how many signs within which time suppress an address, and for
// how long.
type strikes struct {
	limit  int
	window time.Duration
	length time.Duration
}

const day = 24 * time.Hour

var (
	twoBounces   = strikes{limit: 2, window: 30 * day, length: 7 * day}
	noSuchBox    = strikes{limit: 1, length: 30 * day}
	oneComplaint = strikes{limit: 1, length: 180 * day}
	twoLoopSigns = strikes{limit: 2, window: day, length: day}
	twoQuick     = strikes{limit: 2, window: time.Hour, length: day} // people can be quick, too
)

// strike counts a sign against automatic mail to an address. It gives the
// suppression as it is now and whether it began with this sign.
func (c *change) strike(address string, cause Cause, detail string, rule strikes) (s Suppression, began bool, err error) {
	old, err := c.tx.Suppressions(address)
	if err != nil {
		return s, false, err
	}
	s = Suppression{Address: address, Cause: cause}
	for _, o := range old {
		if o.Cause == cause && (o.Active(c.now) || c.now.Sub(o.At) < rule.window) {
			s = o
		}
	}
	active := s.Active(c.now)
	s.Detail, s.At, s.Strikes = detail, c.now, s.Strikes+1
	if until := c.now.Add(rule.length); s.Strikes >= rule.limit && until.After(s.Until) {
		s.Until = until
	}
	return s, s.Active(c.now) && !active, c.tx.SetSuppression(s)
}

// suppressed gives what forbids automatic mail to an address now, if anything.
func (c *change) suppressed(address string) (s Suppression, is bool, err error) {
	all, err := c.tx.Suppressions(address)
	for _, s := range all {
		if s.Active(c.now) {
			return s, true, err
		}
	}
	return Suppression{}, false, err
}

// Unsuppress forgets what speaks against automatic mail to an address, and
// gives the number of causes.
func (d *Desk) Unsuppress(ctx context.Context, address string) (int, error) {
	n := 0
	err := d.store.Update(ctx, func(tx Tx) error {
		var err error
		n, err = tx.RemoveSuppressions(address)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("allow automatic mail to %s again: %w", address, err)
	}
	return n, nil
}
