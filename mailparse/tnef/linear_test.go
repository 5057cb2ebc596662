package tnef

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadRTFLinear holds that hostile RTF costs little.
func TestReadRTFLinear(t *testing.T) {
	before := cpuTime(t)
	pieces := []string{"a{b}", `\ansicpg1251 `, `\'fc`, `\u8364?`, "{", "}", `\*`, `{\*\htmltag <}`, `\fromhtml a`, `\htmlrtf a`}
	for _, piece := range pieces {
		readRTF(strings.Repeat(piece, maxRTF/len(piece)))
	}
	if took := cpuTime(t) - before; took > 10*time.Second {
		t.Errorf("%d documents of 2 MiB took %s of the processor, want at most 10s", len(pieces), took)
	}
}

// cpuTime is how long the processor worked for the tests. Other processes on
// the machine do not count.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
