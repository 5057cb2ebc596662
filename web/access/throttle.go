package access

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"maildesk/addr"
	"maildesk/clientnet"
)

// How often links may be asked for within a [Window], whether or not anybody gets one.
// Somebody at the network from which they logged in lately has only the limit of the two
// together: what strangers ask for elsewhere locks nobody out.
const (
	Window     = 15 * time.Minute
	perPair    = 3  // by one network for one person
	perPerson  = 12 // for one person, by networks from which they have not logged in
	perNetwork = 20
	maxCounted = 10_000 // persons and networks

	// KnownFor is how long it counts that somebody logged in from a network.
	KnownFor = 30 * 24 * time.Hour
)

// Throttle counts how often links are asked for.
type Throttle struct {
	mu     sync.Mutex
	counts map[string]int
	until  time.Time
	known  map[string]time.Time // pairs → the last log-in
}

// NewThrottle returns a throttle that has counted nothing.
func NewThrottle() *Throttle {
	return &Throttle{counts: map[string]int{}, known: map[string]time.Time{}}
}

// Allow counts that somebody at an IP address asks for a link for a person, an agent's name
// or a mail address that is nobody's, and reports whether they may. An answer says nothing
// of whether the person is known.
func (t *Throttle) Allow(client netip.Addr, person string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.After(t.until) {
		clear(t.counts)
		t.until = now.Add(Window)
	}
	network, pair := "network "+clientnet.Of(client), pairOf(client, person)
	if last, is := t.known[pair]; is && now.Sub(last) < KnownFor {
		t.counts[pair]++
		return t.counts[pair] <= perPair
	}
	if t.counts[network] >= perNetwork || len(t.counts) >= maxCounted {
		return false
	}
	t.counts[network]++
	if t.counts[pair]++; t.counts[pair] > perPair {
		return false
	}
	mail := "person " + addr.Key(person)
	t.counts[mail]++
	return t.counts[mail] <= perPerson
}

// LoggedIn notes that a person has logged in from an IP address.
func (t *Throttle) LoggedIn(client netip.Addr, person string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxCounted {
		maps.DeleteFunc(t.known, func(_ string, last time.Time) bool { return now.Sub(last) >= KnownFor })
	}
	if len(t.known) < maxCounted {
		t.known[pairOf(client, person)] = now
	}
}

func pairOf(client netip.Addr, person string) string {
	return "pair " + clientnet.Of(client) + " " + addr.Key(person)
}
