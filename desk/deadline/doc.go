// Package deadline is what the clock brings to tickets: waiting times that are over, and
// promised times that are near or past.
//
// The entry points are [OverdueTargets], [WakeUp] and [CloseTicket].
package deadline
