// Package recent is the requests of late, among which an outage shows.
//
// The entry point is [Requests].
package recent
