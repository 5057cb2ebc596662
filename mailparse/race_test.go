//go:build race

package mailparse

// underRace: the race detector lets sync.Pool drop what it is given, so that each
// match of a regular expression allocates.
const underRace = true
