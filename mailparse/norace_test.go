//go:build !race

package mailparse

const underRace = false
