// Package copies handles mails that came more than once, or to several addresses of the desk:
// a copy has no effect of its own, but further queues are notified of the ticket.
//
// The entry points are [RepeatOf], [FindAltered] and [AddOnlookers].
package copies
