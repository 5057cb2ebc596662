// Package deadline does what is due on tickets by the clock: waiting times that are over, and
// targets that are close or missed.
//
// The entry points are [OverdueTargets], [WakeUp] and [CloseTicket].
package deadline
