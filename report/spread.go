package report

import (
	"slices"
	"time"
)

// Spread is a distribution of times.
type Spread struct {
	all    []time.Duration
	sorted bool
}

func (s *Spread) add(d time.Duration) {
	s.all = append(s.all, d)
	s.sorted = false
}

// Count returns how many times there are.
func (s *Spread) Count() int { return len(s.all) }

// Median returns the time that half of all do not exceed, Late the one that nine in ten
// do not exceed; 0 where there is none. Both are times that occurred (nearest rank).
func (s *Spread) Median() time.Duration { return s.rank(50) }

// Late: see [Spread.Median].
func (s *Spread) Late() time.Duration { return s.rank(90) }

// Longest returns the longest time; 0 where there is none.
func (s *Spread) Longest() time.Duration { return s.rank(100) }

func (s *Spread) rank(percent int) time.Duration {
	if len(s.all) == 0 {
		return 0
	}
	if !s.sorted {
		slices.Sort(s.all)
		s.sorted = true
	}
	n := (len(s.all)*percent + 99) / 100
	return s.all[max(n, 1)-1]
}
