package request

import (
	"fmt"
	"time"

	"maildesk/desk/incoming"
)

// requesterClock returns the moment in the requester's time zone, and whether
// times need the name of the zone: where it is not surely the requester's own,
// or is not the desk's.
//
// A mail names no zone, only how far its author's clock was from UTC (RFC 5322
// section 3.3). Where that is the desk's own distance, the desk's zone is
// meant, with its summer time.
func requesterClock(h *incoming.Handling) (now time.Time, abroad bool) {
	zone := h.Set.Zone()
	written := h.Msg.Date
	if age := h.Now.Sub(written); written.IsZero() || age.Abs() > 48*time.Hour {
		return h.Now.In(zone), true // no clock that knows the day knows the zone
	}
	_, offset := written.Zone()
	_, ours := written.In(zone).Zone()
	switch {
	case offset == ours:
		return h.Now.In(zone), false
	case offset == 0, offset%(15*60) != 0, offset < -12*3600, offset > 14*3600:
		// QUIRK: much software writes +0000 wherever its user is.
		return h.Now.In(zone), true
	}
	return h.Now.In(time.FixedZone(offsetName(offset), offset)), true
}

// offsetName writes a distance from UTC as people do: UTC-5, UTC+5:30.
func offsetName(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	name := fmt.Sprintf("UTC%c%d", sign, seconds/3600)
	if minutes := seconds % 3600 / 60; minutes > 0 {
		name += fmt.Sprintf(":%02d", minutes)
	}
	return name
}
