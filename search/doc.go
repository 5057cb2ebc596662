// Package search implements the query language for tickets: words, "phrases",
// prefixes*, -words to exclude, and fields such as from:ana or status:open.
//
// Begin with [Parse], which parses a query. [Score] returns the rank of a hit, and
// [Line] the line of a text that matched. The package does no I/O; the store
// does (ticket.Reader.Search).
package search
