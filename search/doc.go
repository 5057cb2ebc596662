// Package search is the language in which people ask for tickets: words, "phrases",
// beginnings*, -words that must not be there, and fields such as from:ana or status:open.
//
// Begin with [Parse], which reads what somebody typed. [Score] is the rank of a hit, and
// [Line] returns the line of a text that matched. The package reads nothing; the store
// does (ticket.Reader.Search).
package search
