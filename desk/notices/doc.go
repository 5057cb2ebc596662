// Package notices writes to people: it decides whether a notice may go out, fills it,
// renders it and puts it into the outbox. What holds for each kind of notice is in the
// table of package notify.
//
// The entry points are [Send] and [SendToAgents].
package notices
