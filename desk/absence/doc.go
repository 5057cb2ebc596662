// Package absence records who reports themselves or a colleague away or back by mail, and
// tells the colleague.
//
// The entry points are [Check] and [Keep].
package absence
