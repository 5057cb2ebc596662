package faulttest

import "testing"

// recorded is a test of which one says whether it fails.
type recorded struct {
	testing.TB
	failed bool
	ends   []func()
	rows   []string
}

func (r *recorded) Helper()              {}
func (r *recorded) Failed() bool         { return r.failed }
func (r *recorded) Cleanup(fn func())    { r.ends = append(r.ends, fn) }
func (r *recorded) Attr(_, value string) { r.rows = append(r.rows, value) }

// A test whose parallel subtests fail after it has returned has seen nothing.
func TestSeenOnceItHasPassed(t *testing.T) {
	for _, failed := range []bool{false, true} {
		r := &recorded{}
		Seen(r, "T001", "a fault", "%d rows", 3)
		r.failed = failed
		for _, end := range r.ends {
			end()
		}
		if got := len(r.rows) == 1 && r.rows[0] == "T001 | a fault | 3 rows"; got == failed {
			t.Errorf("of a test that fails: %t the rows are %q", failed, r.rows)
		}
	}
}
