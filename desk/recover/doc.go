// Package recover makes the tickets of an old store anew from its journal: the same
// decisions as the desk made, with the numbers, assignments and Message-IDs that are out.
// It compares two stores. What it cannot read of the old one it says and passes over.
//
// The entry points are [Rebuild] and [Compare].
package recover
