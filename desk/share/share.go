// Package share divides a number of places among those who come for one, so that nobody who
// comes often, or stays long, keeps all others out. It is pure.
//
// The entry point is [Places.Take].
package share

import "sync"

// Places are places that are taken and freed. It is safe for concurrent use.
type Places struct {
	most, each int

	mu    sync.Mutex
	taken int
	by    map[string]int // that are taken, by each name under which somebody came
}

// New returns a number of places, of which one name may have each at the most, and never more
// than are left for all others.
func New(most, each int) *Places { return &Places{most: most, each: each, by: map[string]int{}} }

// Take takes a place under some names, all of which count, and reports whether there was one.
func (p *Places) Take(names ...string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.free(names) {
		return false
	}
	p.taken++
	for _, name := range names {
		p.by[name]++
	}
	return true
}

func (p *Places) free(names []string) bool {
	left := p.most - p.taken
	for _, name := range names {
		if n := p.by[name]; n >= p.each || n >= left {
			return false
		}
	}
	return left > 0
}

// Return frees a place that was taken under these names.
func (p *Places) Return(names ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	for _, name := range names {
		if p.by[name]--; p.by[name] == 0 {
			delete(p.by, name)
		}
	}
}
