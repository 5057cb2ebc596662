// Package outgoing has the commands on what leaves the desk: the outbox, and the addresses
// that get no automatic mail.
package outgoing
