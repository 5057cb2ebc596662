// Package settings is what an admin decided: addresses, agents, rules and limits, and what
// follows from them alone. It knows no ticket's past.
//
// The entry point is [Settings].
package settings
