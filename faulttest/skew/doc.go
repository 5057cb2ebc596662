// Package skew sets the clock of a whole process of the tests wrong, so that several daemons on one
// machine have clocks that differ. Nothing else does that to a program in Go: it asks no C library
// for the time, as faketime would have it, and a namespace of Linux shifts other clocks than the time of day.
//
// Begin with [FromEnvironment].
package skew

// Variable names the environment variable by how much the clock is wrong: "5m", "-5m".
const Variable = "MAILDESK_TEST_SKEW"
