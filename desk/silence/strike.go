package silence

import (
	"time"

	"maildesk/ticket"
)

// Strikes says how many signs within which time suppress an address, and for
// how long.
type Strikes struct {
	Limit  int
	Window time.Duration
	Length time.Duration // 0: they are only counted
}

const day = 24 * time.Hour

// The rules.
var (
	TwoBounces   = Strikes{Limit: 2, Window: 30 * day, Length: 7 * day}
	NoSuchBox    = Strikes{Limit: 1, Length: 30 * day}
	OneComplaint = Strikes{Limit: 1, Length: 180 * day}
	TwoLoopSigns = Strikes{Limit: 2, Window: day, Length: day}
)

// Count counts a sign against automatic mail to an address of which old is known.
// It returns the suppression as it is now, and whether it began with this sign.
func (r Strikes) Count(old []ticket.Suppression, address string, cause ticket.Cause, detail string, now time.Time) (s ticket.Suppression, began bool) {
	s = ticket.Suppression{Address: address, Cause: cause}
	for _, o := range old {
		if o.Cause == cause && (o.Active(now) || now.Sub(o.At) < r.Window) {
			s = o
		}
	}
	active := s.Active(now)
	s.Detail, s.At, s.Strikes = detail, now, s.Strikes+1
	if until := now.Add(r.Length); r.Length > 0 && s.Strikes >= r.Limit && until.After(s.Until) {
		s.Until = until
	}
	return s, s.Active(now) && !active
}
