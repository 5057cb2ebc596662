// Package order is what an agent's commands ask for: each is checked against the ticket as
// it will be by then, and nothing is done yet. It is pure.
//
// The entry point is [Check].
package order
