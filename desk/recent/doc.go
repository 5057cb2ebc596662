// Package recent keeps the latest requests in memory, in which an outage shows.
//
// The entry point is [Requests].
package recent
