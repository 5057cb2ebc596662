package routing

import (
	"errors"
	"fmt"
	"time"
)

// How long rules may take. A rule needs a microsecond; only one that went
// wrong meets these.
const (
	maxRuleTime = 200 * time.Millisecond
	maxMailTime = 2 * time.Second
)

var (
	errRuleTime = errors.New("it took too long")
	errMailTime = fmt.Errorf("not tried: the rules before it took more than %v", maxMailTime)
)

// stopwatch ends a rule that takes too long. Loops and patterns look at it;
// a rule without them is not worth a look at the clock.
type stopwatch struct {
	mail, rule time.Time // zero: not looked yet
	rules      int
}

// start begins a rule. It fails when the mail has used up its time.
func (s *stopwatch) start() error {
	s.rule = time.Time{}
	s.rules++
	if s.rules%16 != 1 {
		return nil
	}
	now := time.Now()
	if s.mail.IsZero() {
		s.mail = now
	}
	if now.Sub(s.mail) > maxMailTime {
		s.rules-- // the next one looks again
		return errMailTime
	}
	return nil
}

// check panics when the rule has used up its time, or the mail all of its: it is
// the only way out of a condition that runs.
func (s *stopwatch) check() {
	now := time.Now()
	if s.rule.IsZero() {
		s.rule = now
	}
	if now.Sub(s.rule) > maxRuleTime || now.Sub(s.mail) > maxMailTime {
		panic(errRuleTime)
	}
}
