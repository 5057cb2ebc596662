package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"maildesk/store/postgres"
)

// Daemons that know nothing of each other but how many they are, and which terms are held, come to have about
// as many each, whatever of them come and go; what only one of them has in its settings it holds. Nothing is
// given up any more once that is so.
func TestTermsAreSpread(t *testing.T) {
	all := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint("mailbox ", i))
		}
		return names
	}
	for _, tt := range []struct {
		name   string
		wanted [][]string // by daemon: what it has in its settings
		most   []int      // terms that a daemon holds in the end
	}{
		{"one", [][]string{all(5)}, []int{5}},
		{"as many as daemons", [][]string{all(3), all(3), all(3)}, []int{1, 1, 1}},
		{"fewer than daemons", [][]string{all(1), all(1), all(1)}, []int{1, 1, 1}},
		{"more than daemons", [][]string{all(20), all(20), all(20)}, []int{7, 7, 7}},
		{"all in one daemon's settings", [][]string{all(5), nil, nil}, []int{5, 0, 0}},
		{"some in one daemon's settings", [][]string{all(6), all(2)}, []int{5, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(50) {
				m := &market{t: t, random: rand.New(rand.NewPCG(seed, 0)), holder: map[string]int{}, free: map[string]time.Duration{}}
				for _, wanted := range tt.wanted { // one comes after the other
					m.daemons = append(m.daemons, &trader{share: newShare(len(wanted)), wanted: wanted})
					m.settle()
				}
				for i, d := range m.daemons {
					if n := m.holds(i); n > tt.most[i] || n == 0 && len(d.wanted) >= len(m.daemons) {
						t.Fatalf("seed %d: daemon %d of %d holds %d terms, want at most %d: %v", seed, i, len(m.daemons), n, tt.most[i], m.holder)
					}
				}
				m.daemons[0].share = nil // it dies
				maps.DeleteFunc(m.holder, func(_ string, of int) bool { return of == 0 })
				m.settle()
			}
		})
	}
}

// market is daemons that share terms.
type market struct {
	t       *testing.T
	random  *rand.Rand
	daemons []*trader
	holder  map[string]int
	free    map[string]time.Duration // for how long nobody has held a term
}

type trader struct {
	*share // nil: it is dead
	wanted []string
}

func (m *market) holds(i int) (n int) {
	for _, of := range m.holder {
		if of == i {
			n++
		}
	}
	return n
}

// settle lets time pass until nothing changes any more, and sees that each term is held by a daemon that
// wants it.
func (m *market) settle() {
	m.t.Helper()
	for _, d := range m.daemons {
		for _, name := range d.wanted {
			m.free[name] = 0
		}
	}
	for still, round := 0, 0; still < int(2*leftToOthers/postgres.Beat); round++ {
		if round > 1000 {
			m.t.Fatalf("it goes on for ever: %v", m.holder)
		}
		if still++; m.pass() {
			still = 0
		}
	}
	for _, d := range m.daemons {
		for _, name := range d.wanted {
			if of, held := m.holder[name]; d.share != nil && (!held || !slices.Contains(m.daemons[of].wanted, name)) {
				m.t.Fatalf("%s is held by %d, %t", name, of, held)
			}
		}
	}
}

// pass lets a beat pass, and reports whether a term was taken or given up.
func (m *market) pass() (changed bool) {
	alive := 0
	for _, d := range m.daemons {
		if d.share != nil {
			alive++
		}
	}
	for _, i := range m.random.Perm(len(m.daemons)) {
		d := m.daemons[i]
		for _, n := range m.random.Perm(len(d.wanted)) {
			name := d.wanted[n]
			of, held := m.holder[name]
			switch {
			case d.share == nil:
			case !held && d.takes(name, alive, m.free[name]):
				m.holder[name] = i
				changed = true
			case held && of == i && d.givesUp(name, alive):
				delete(m.holder, name)
				m.free[name] = 0
				changed = true
			}
		}
	}
	for name := range m.free {
		if _, held := m.holder[name]; held {
			m.free[name] = 0
		} else {
			m.free[name] += postgres.Beat
		}
	}
	return changed
}
