package ticket

import "strings"

// ErasedDomain is the domain of the addresses that stand for people who were erased: one
// that nobody can have (RFC 2606 section 2).
const ErasedDomain = "erased.invalid"

// IsErasedAddress reports whether an address stands for somebody who was erased. Nothing is
// sent there.
func IsErasedAddress(address string) bool {
	return strings.HasSuffix(strings.ToLower(address), "@"+ErasedDomain)
}

// Gone stands in the place of what was erased.
const Gone = "[erased]"

// Left returns what an erasure left of a text, for those who count its words: nobody wrote [Gone].
func Left(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, Gone, " ")) }
