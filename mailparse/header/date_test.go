package header

import (
	"testing"
	"time"
)

// TestDateOnEachMachine: what a date says does not depend on where it is read.
func TestDateOnEachMachine(t *testing.T) {
	here := time.Local
	t.Cleanup(func() { time.Local = here })
	for _, zone := range []string{"UTC", "America/New_York", "Europe/Berlin", "Asia/Shanghai", "Pacific/Kiritimati"} {
		var err error
		if time.Local, err = time.LoadLocation(zone); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ raw, want string }{
			{"Mon, 30 Nov 2026 10:00:00 +0100", "2026-11-30 10:00 +0100"},
			{"Mon, 30 Nov 2026 10:00:00 +0100 (CET)", "2026-11-30 10:00 +0100"},
			{"Mon, 30 Nov 2026 10:00:00 CET", "2026-11-30 10:00 +0100"},
			{"30 Nov 2026 10:00 EST", "2026-11-30 10:00 -0500"},
			{"Mon, 30 Nov 2026 10:00:00 EST (wrong)", "2026-11-30 10:00 -0500"},
			{"Thu, 2 Jul 26 10:00:00 PDT", "2026-07-02 10:00 -0700"},
			{"Mon, 30 Nov 2026 10:00:00 CST", "2026-11-30 10:00 -0600"}, // not that of China
			{"Mon, 30 Nov 2026 10:00:00 GMT", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00 UT", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00 Z", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00 XYZT", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00 -0000", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00", "2026-11-30 10:00 +0000"},
			{"Mon Nov 30 10:00:00 EST 2026", "2026-11-30 10:00 -0500"},
			{"Mon Nov 30 10:00:00 2026", "2026-11-30 10:00 +0000"},
			{"Mon, 30 Nov 2026 10:00:00 GMT+0100", "2026-11-30 10:00 +0100"},
			{"Mon, 30 Nov 2026 10:00:00 PM +0100", "2026-11-30 22:00 +0100"},
			{"Mon, 30 Nov 2026 10.00.00 +0100", "2026-11-30 10:00 +0100"},
			{"2026-11-30T10:00:00Z", "2026-11-30 10:00 +0000"},
		} {
			if got := Date(tt.raw); got.Format("2006-01-02 15:04 -0700") != tt.want {
				t.Errorf("in %s, Date(%q) = %s, want %s", zone, tt.raw, got, tt.want)
			}
		}
		for _, raw := range []string{"", "Monday", "Mon, 31 Feb 2026 10:00:00 CET", "Mon, 30 Nov 2026 25:00:00 CET"} {
			if got := Date(raw); !got.IsZero() {
				t.Errorf("in %s, Date(%q) = %s", zone, raw, got)
			}
		}
	}
}
