// Package request is a mail that opens a ticket: what the ticket is, where it goes, who is told,
// and whether it is acknowledged.
//
// The entry point is [NewTicket].
package request
