// Package request handles a mail that opens a ticket: what the ticket is about, where it goes,
// who is notified, and whether it is acknowledged.
//
// The entry point is [NewTicket].
package request
