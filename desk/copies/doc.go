// Package copies is mails that came more than once, or to several addresses of the desk:
// a copy has no effect of its own, but further queues learn of the ticket.
//
// The entry points are [RepeatOf], [FindAltered] and [AddOnlookers].
package copies
