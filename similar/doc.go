// Package similar scores how similar two texts are: a request, and an article or the request of
// a solved ticket. It compares only their words: without accents, without words that everybody
// uses, reduced to their stems ("printers", "printing"), each weighted by how rare it is.
//
// [Read] returns the words of a text, [Document] is what an index keeps of one, [Rarest] returns the
// words to look for candidates with, and [Compare] scores a candidate and returns the
// words that decided. The package does no I/O; docs/suggestions.md says how well it works.
package similar
