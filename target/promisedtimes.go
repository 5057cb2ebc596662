package target

import (
	"cmp"
	"time"

	"maildesk/calendar"
	"maildesk/ticket"
)

// Promise is what one target promises for its tickets. A time of 0 is not
// promised.
type Promise struct {
	Name          string
	FirstResponse time.Duration
	NextUpdate    time.Duration
	Resolution    time.Duration
	Hours         *calendar.Hours // in which the times count
	Mailing       *calendar.Hours // in which agents are written to; nil: at any time
	Escalate      bool

	// Warn is how long before a time is over agents are warned; 0: a quarter of
	// it, negative: never.
	Warn time.Duration
}

// WarnAfter returns after which part of a time agents are warned; the time
// itself if they are not.
func (p *Promise) WarnAfter(d time.Duration) time.Duration {
	if p.Warn < 0 {
		return d
	}
	return d - cmp.Or(p.Warn, d/4)
}

// Time returns the time that is promised for something; 0: none.
func (p *Promise) Time(k ticket.TargetKind) time.Duration {
	switch k {
	case ticket.TargetFirstResponse:
		return p.FirstResponse
	case ticket.TargetUpdate:
		return p.NextUpdate
	default:
		return p.Resolution
	}
}
