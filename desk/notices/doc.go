// Package notices writes to people: it decides whether a notice may go out, fills it in,
// renders it and puts it into the outbox. The properties of each kind of notice are in the
// table of package notify.
//
// The entry points are [Send] and [SendToAgents].
package notices
