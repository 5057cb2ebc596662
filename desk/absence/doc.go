// Package absence keeps who is away or back by an agent's mail, and tells a colleague of
// whom somebody else says so.
//
// The entry points are [Check] and [Keep].
package absence
