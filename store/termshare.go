package store

import (
	"sync"
	"time"

	"maildesk/store/postgres"
)

// share is which of some terms a daemon has, of which each daemon is to have about as many. It is
// safe for concurrent use.
type share struct {
	all int // the terms that this daemon could have

	mu   sync.Mutex
	held map[string]int // those that it has, and among how many daemons nobody else wanted it; 0: they were not asked
}

// leftToOthers is for how long a daemon with its share leaves a free term to others: for long enough
// that each of them sees that it is free.
const leftToOthers = 3 * postgres.Beat

func newShare(all int) *share { return &share{all: all, held: map[string]int{}} }

// takes reports whether this daemon, one of several, is to take a term that has been free for some time, and
// notes that it does.
func (s *share) takes(name string, daemons int, free time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.counted(daemons) < s.fair(daemons):
		s.held[name] = 0
	case free >= leftToOthers:
		s.held[name] = daemons
	default:
		return false
	}
	return true
}

// givesUp reports whether this daemon is to give a term up, as others have fewer, and notes that it does.
func (s *share) givesUp(name string, daemons int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	unwanted, has := s.held[name]
	if !has || unwanted == daemons || s.counted(daemons) <= s.fair(daemons) {
		return false
	}
	delete(s.held, name)
	return true
}

// ended notes that this daemon does not have a term any more.
func (s *share) ended(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, name)
}

// fair returns how many of the terms that others want as well each of some daemons has.
func (s *share) fair(daemons int) int {
	wanted := s.all - (len(s.held) - s.counted(daemons))
	return (wanted + daemons - 1) / daemons
}

// counted returns how many terms this daemon has, apart from those that no other one wants.
func (s *share) counted(daemons int) (n int) {
	for _, unwanted := range s.held {
		if unwanted != daemons {
			n++
		}
	}
	return n
}
