// Package incident is outages: many tickets that report the same, of which one leads and
// all are solved together.
//
// The entry points are [Detect], for new requests, and [KeepReport], for agents' commands.
package incident
