// Package delivery handles what became of the mails that the desk sent (accepted, late, failed,
// or returned with a report), and what follows for the ticket and for the address.
//
// The entry points are [Outgoing] and, for reports that came as mails, [CameBack].
package delivery
