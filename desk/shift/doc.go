// Package shift invites agents to their shifts by mail, as calendars do it (iTIP, RFC 5546),
// where the admin wants that for a rota. Whoever declines passes the shift to the next in turn,
// who is invited in turn; whoever accepts again what they declined takes it back, unless the
// other has accepted by then.
//
// The entry points are [Invite] and [Replied].
package shift
