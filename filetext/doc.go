// Package filetext reads the words of files, for the search: text of all kinds, HTML, and
// the documents of office programs that are zipped XML (OOXML, ECMA-376; OpenDocument,
// ISO/IEC 26300).
//
// Begin with [Of]. What it reads, how much of it and what it keeps is bounded by constants,
// so that a hostile file costs a fraction of a second at most and a few MiB. The same file
// always has the same text: a rebuild finds what was found before. The package opens no
// file and runs no program.
//
// PDF is not read: docs/search.md says why.
package filetext
