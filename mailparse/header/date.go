package header

import (
	"net/mail"
	"strings"
	"time"
)

// Date reads a date-time (RFC 5322 section 3.3), and some that are not.
func Date(raw string) time.Time {
	if len(raw) > 200 {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC1123Z, raw); err == nil {
		return t // the usual form; mail.ParseDate tries others first
	}
	if t, err := mail.ParseDate(raw); err == nil {
		return t
	}
	raw, _, _ = strings.Cut(raw, "(")
	raw = strings.Join(strings.Fields(strings.ReplaceAll(raw, ".", ":")), " ")
	for _, layout := range []string{
		time.ANSIC, time.UnixDate, time.RubyDate, time.RFC1123, time.RFC1123Z, time.RFC3339,
		"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05 -0700",
		"Mon, 2 Jan 06 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 GMT-0700", "Mon, 2 January 2006 15:04:05 -0700",
		"Monday, 2 January 2006 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "Mon, 2 Jan 2006 3:04:05 PM -0700",
	} {
		if t, err := time.Parse(layout, raw); err == nil {
			return t
		}
	}
	return time.Time{}
}
