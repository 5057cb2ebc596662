// Package dice draws what happens in a play from its seed: the same seed, the same draws. It
// is for tests only.
//
// Begin with [New].
package dice

import (
	"math/rand/v2"
	"time"
)

// Dice draws. What it draws next follows from its seed and from what was drawn before.
type Dice struct{ *rand.Rand }

// New returns the dice of a seed.
func New(seed uint64) Dice { return Dice{rand.New(rand.NewPCG(seed, 0))} }

// Chance is true with a probability, in per cent.
func (d Dice) Chance(percent int) bool { return d.IntN(100) < percent }

// Between draws a time between two others.
func (d Dice) Between(least, most time.Duration) time.Duration {
	return least + time.Duration(d.Int64N(int64(most-least)))
}

// Pick draws one of some.
func Pick[T any](d Dice, from []T) T { return from[d.IntN(len(from))] }
