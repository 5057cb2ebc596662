// Package incident handles outages: many tickets report the same problem, one of them leads,
// and all are solved together.
//
// The entry points are [Detect], for new requests, and [KeepReport], for agents' commands.
package incident
