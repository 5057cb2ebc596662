// Package macro has the texts that an admin keeps for agents to send: a file for each
// name and language, with fields of the ticket in it. It is pure: the caller passes the folder,
// which is read once.
//
// The entry points are [Read] and [Macros.Text].
package macro
