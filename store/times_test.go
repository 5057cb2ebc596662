package store

import (
	"fmt"
	"testing"
	"time"

	"maildesk/store/sqlrow"
)

func TestTimesAreKeptToTheMicrosecond(t *testing.T) {
	for _, want := range []time.Time{{}, noon, time.Unix(0, 0).Add(time.Microsecond), time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)} {
		var got time.Time
		if err := sqlrow.At(&got).Scan(sqlrow.Micros(want)); err != nil || !got.Equal(want) {
			t.Errorf("time %v is read as %v, %v", want, got, err)
		}
	}
	var got time.Time
	if err := sqlrow.At(&got).Scan("2026-11-23"); err == nil {
		t.Errorf("a text is read as time %v", got)
	}
	if got := fmt.Sprint(sqlrow.Micros(noon.Add(999 * time.Nanosecond))); got != fmt.Sprint(sqlrow.Micros(noon)) {
		t.Errorf("nanoseconds are kept: %s", got)
	}
}
