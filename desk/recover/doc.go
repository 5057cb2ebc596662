// Package recover rebuilds the tickets of an old store from its journal: it makes the same
// decisions as the desk did, with the numbers, assignments and Message-IDs already given out.
// It also compares two stores. What it cannot read of the old one it reports and skips.
//
// The entry points are [Rebuild] and [Compare].
package recover
