// Package faulttest is what the tests of the fault catalogue share: how a test
// says which case it plays and what was seen, and which tests are too long for
// an ordinary run. Only tests import it; `make faults` prints the table.
package faulttest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Variable names the environment variable that asks for the long half of the suite.
const Variable = "MAILDESK_FAULTS"

// Attribute is the key under which Seen reports to the test runner.
const Attribute = "fault"

// Long skips a case that takes more than some seconds, or the machine to
// itself, unless the long half of the fault suite was asked for.
func Long(t testing.TB, id string) {
	t.Helper()
	if os.Getenv(Variable) != "long" {
		t.Skipf("%s belongs to the long half of the fault suite: make faults", id)
	}
}

// Seen reports a row of the table: the case of the catalogue ("T021"), what was
// done and what was seen, once the test has passed, with those in it that still run.
func Seen(t testing.TB, id, done, format string, args ...any) {
	t.Helper()
	row := strings.Join([]string{id, done, fmt.Sprintf(format, args...)}, " | ")
	t.Cleanup(func() {
		if !t.Failed() {
			t.Attr(Attribute, strings.Join(strings.Fields(row), " "))
		}
	})
}
