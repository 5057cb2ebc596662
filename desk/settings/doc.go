// Package settings has what the admin configured: addresses, agents, rules and limits, and what
// follows from these alone. It knows nothing about the history of tickets.
//
// The entry point is [Settings].
package settings
