// Package article has what is said of the articles of the knowledge base and needs nothing
// else: their files (Markdown with a TOML front matter, see [Files] and [Folder]), what
// changed between two revisions ([Changes]), the draft that is made of a solved ticket
// ([Draft]) without what would name people ([Anonymise]), and their HTML ([HTML]).
//
// It is pure: it reads no folder and no store.
package article
