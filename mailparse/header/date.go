package header

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
)

// Date reads a date-time (RFC 5322 section 3.3), and some that are not. The zone of what it
// returns has no name but UTC, and is the same on each machine, whatever its own zone is.
func Date(raw string) time.Time {
	if t, ok := StandardDate(raw); ok || len(raw) > maxDate {
		return t
	}
	raw, _, _ = strings.Cut(raw, "(")
	raw = withOffset(strings.Join(strings.Fields(strings.ReplaceAll(raw, ".", ":")), " "))
	for _, layout := range []string{
		time.ANSIC, "Mon Jan _2 15:04:05 -0700 2006", time.RFC1123Z, time.RFC3339,
		"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05 -0700",
		"Mon, 2 Jan 06 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 GMT-0700", "Mon, 2 January 2006 15:04:05 -0700",
		"Monday, 2 January 2006 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "Mon, 2 Jan 2006 3:04:05 PM -0700",
	} {
		if t, err := time.ParseInLocation(layout, raw, time.UTC); err == nil {
			return t
		}
	}
	return time.Time{}
}

// maxDate bounds the text that is read as a date, in bytes.
const maxDate = 200

// StandardDate reads a date-time as RFC 5322 has it, the obsolete forms too, and reports
// whether it is one.
func StandardDate(raw string) (time.Time, bool) {
	if len(raw) > maxDate {
		return time.Time{}, false
	}
	if t, err := time.ParseInLocation(time.RFC1123Z, raw, time.UTC); err == nil {
		return t, true // the usual form; mail.ParseDate tries others first
	}
	t, err := mail.ParseDate(withOffset(raw))
	if err != nil {
		return time.Time{}, false
	}
	// Package mail gives a time of this machine's offset this machine's zone.
	if _, offset := t.Zone(); offset != 0 {
		return t.In(time.FixedZone("", offset)), true
	}
	return t.UTC(), true
}

// Zones are the hours of zones by their names in dates (RFC 5322 section 4.3), with those
// that programs in Europe write.
var Zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}

var zoneName = regexp.MustCompile(`(:\d\d )([A-Z]{1,5})( |\(|$)`)

// withOffset writes the name of a date's zone as its distance from UTC. One that nobody knows is UTC, as RFC
// 5322 has it: package time would take what this machine calls so.
func withOffset(date string) string {
	m := zoneName.FindStringSubmatchIndex(date)
	if m == nil {
		return date
	}
	name := date[m[4]:m[5]]
	if name == "AM" || name == "PM" {
		return date
	}
	return date[:m[4]] + fmt.Sprintf("%+03d00", Zones[strings.ToLower(name)]) + date[m[5]:]
}
