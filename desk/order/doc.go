// Package order checks what an agent's commands ask for, each against the ticket as the
// commands before it will have left it. It is pure, and carries out nothing.
//
// The entry point is [Check].
package order
