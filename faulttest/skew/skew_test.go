package skew

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"
)

const asks = "MAILDESK_TEST_ASKS"

func TestMain(m *testing.M) {
	if os.Getenv(asks) == "" {
		os.Exit(m.Run())
	}
	FromEnvironment()
	begun := time.Now()
	runtime.GC()
	if time.Since(begun) < 0 || time.Since(begun) > time.Hour {
		os.Exit(1)
	}
	os.Stdout.WriteString(strconv.FormatInt(time.Now().Unix(), 10))
}

// A process lives by the clock that it is given, and durations are right.
func TestProcessLivesByAWrongClock(t *testing.T) {
	if !Possible {
		t.Skip("only on Linux, amd64")
	}
	for _, by := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute, 24 * time.Hour} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asks+"=1", Variable+"="+by.String())
		before := time.Now()
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", by, err)
		}
		seconds, err := strconv.ParseInt(string(out), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if at := time.Unix(seconds, 0).Add(-by); at.Before(before.Add(-time.Second)) || at.After(time.Now()) {
			t.Errorf("by %s the process says %s, at %s", by, at.Add(by), before)
		}
	}
}
