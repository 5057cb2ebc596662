package faulttest

import (
	"syscall"
	"testing"
	"time"
)

// CPUTime returns how long the processor has worked for the process of the tests. Other
// processes on the machine do not count.
func CPUTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
