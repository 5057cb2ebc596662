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
