// Package silence decides who must not get automatic mail, and why: those whom the
// admin names, addresses that bounced or complained, those whose budget of automatic
// mails is spent, and machines that answer ours. It stores nothing and
// sends nothing: it asks a [Sent] about the past, or is told.
package silence
