//go:build !linux || !amd64

package skew

// Possible says whether a clock can be set wrong here.
const Possible = false

// FromEnvironment does nothing here.
func FromEnvironment() {}
