// Package decision has what every decision needs: a draft to read and to change, the
// settings and the time that it goes by, and what it has done so far.
//
// The entry points are [Maker.Decide], which makes a decision on a snapshot and commits it,
// and [Change], the value that the rooms of the desk work on.
package decision
