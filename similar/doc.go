// Package similar reports how alike two texts are: a request, and an article or the request of
// a solved ticket. It goes by their words alone: without accents, without words that everybody
// uses, and by their stems ("printers", "printing"), each weighed by how rare it is.
//
// [Read] returns the words of a text, [Document] is what an index keeps of one, [Rarest] are the
// words by which to look for candidates, and [Compare] is how alike a candidate is, with the
// words that say so. The package reads nothing; docs/suggestions.md has how well it finds.
package similar
