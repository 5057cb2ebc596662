// Package ticket holds the words of a help desk as types: the mail as it came,
// the ticket with its correspondence, participants and events, the mail that goes
// out, and the table of moves that a ticket can make. It also declares what a store
// keeps and how it is queried.
//
// It decides nothing and does no I/O, and imports no other package of ours but value
// types. [maildesk/ticket/history] works out what the events of a ticket add up to,
// [maildesk/ticket/wording] puts them into words.
package ticket
