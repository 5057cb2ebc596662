// Package ticket holds the words of a help desk as types: the mail as it came,
// the ticket with its correspondence, participants and events, the mail that goes
// out, and the table of moves that a ticket can make. It also declares what a store
// keeps and can be asked.
//
// It decides nothing and does no I/O, and imports nothing of the house but value
// types. [maildesk/ticket/history] works out what the events of a ticket add up to,
// [maildesk/ticket/wording] has the words for them.
package ticket
