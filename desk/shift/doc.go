// Package shift invites agents to their shifts by mail, as calendars do (iTIP, RFC 5546),
// if the admin wants that for a rota. Whoever declines passes the shift to the next in line,
// who is then invited; whoever accepts after all takes it back, unless the
// other has accepted by then.
//
// The entry points are [Invite] and [Replied].
package shift
