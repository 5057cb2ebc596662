// Package desk is the help desk itself: what happens to a mail once it is
// understood, and who must be told. It knows tickets, queues, agents and
// correspondence. It knows no SQL, no socket and no reply code.
//
// The entry points are [Desk.Accept] (custody of a mail), [Desk.Run] (working
// through the journal), [Desk.Outcome] (what became of a sent mail) and
// [Desk.Due] (what is due by the clock).
package desk
