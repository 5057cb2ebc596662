package daemon

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestSightingsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s sightings
		s.add("first", netip.MustParseAddr("2001:db8::1"), "alice")
		time.Sleep(time.Minute)
		for range 2*maxSightings + 1 {
			s.add("failed log-in", netip.MustParseAddr("192.0.2.1"), "")
		}
		if got := s.since(time.Now().Add(-time.Hour)); len(got) > maxSightings || got[len(got)-1].Origin != "192.0.2.1" {
			t.Errorf("%d are remembered, want at most %d, the last ones", len(got), maxSightings)
		}
		time.Sleep(time.Hour)
		if got := s.since(time.Now().Add(-time.Minute)); len(got) > 0 || len(s.all) > 0 {
			t.Errorf("%d are remembered when they are over, %d are kept", len(got), len(s.all))
		}
	})
}
