// Package silence says who must not be written to by a machine, and why: whom the
// admin names, addresses that bounced or complained, whose budget of automatic
// mails is spent, and what shows that a machine answers ours. It keeps nothing and
// sends nothing: what it must know of the past it asks of a [Sent], or is given.
package silence
