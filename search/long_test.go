package search

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestLongQuery: what a query costs to read grows with its length, not with the square of it.
func TestLongQuery(t *testing.T) {
	cost := func(words int) uint64 {
		q := strings.Repeat("Aa ", words) + ":"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Parse(q, Desk{Now: time.Now()}); err != nil {
			t.Error(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if short, long := cost(500), cost(4000); long > 16*short {
		t.Errorf("a query of 8 times the length costs %d times the memory: %d and %d bytes", long/short, short, long)
	}
}
