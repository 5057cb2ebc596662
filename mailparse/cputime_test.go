package mailparse

import (
	"syscall"
	"testing"
	"time"
)

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
