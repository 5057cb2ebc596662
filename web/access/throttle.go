package access

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"maildesk/addr"
	"maildesk/clientnet"
)

// How often links may be asked for within a [Window], whether or not anybody gets one, and how
// often they are mailed. Somebody at the network from which they logged in lately has only the
// limit of the two together: what strangers ask for elsewhere locks nobody out. What is answered
// depends on the address that was written alone, and so does not tell whose it is.
const (
	Window     = 15 * time.Minute
	perPair    = 3  // by one network for one person
	perPerson  = 12 // for one person, by networks from which they have not logged in
	perNetwork = 20
	maxCounted = 10_000 // persons and networks

	// KnownFor is how long it counts that somebody logged in from a network.
	KnownFor = 30 * 24 * time.Hour
)

// Throttle counts how often links are asked for and mailed.
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

// Allow counts that somebody at an IP address asks for a link for an address, as they wrote it,
// and reports whether they may.
func (t *Throttle) Allow(client netip.Addr, address string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin(now)
	if network := "network " + clientnet.Of(client); !t.knows(client, address, now) {
		if t.counts[network] >= perNetwork || len(t.counts) >= maxCounted {
			return false
		}
		t.counts[network]++
	}
	return t.count("asked", client, address, now)
}

// Mail counts that a link is to be mailed to an agent, at whichever of their addresses, as somebody
// at an IP address asked for it, and reports whether it may. Nobody is told when it may not.
func (t *Throttle) Mail(client netip.Addr, agent string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin(now)
	return t.count("mailed", client, agent, now)
}

// begin forgets what was counted when the time is over.
func (t *Throttle) begin(now time.Time) {
	if now.After(t.until) {
		clear(t.counts)
		t.until = now.Add(Window)
	}
}

// count counts one thing more, and reports whether it is within the limits of the two together
// and of the person.
func (t *Throttle) count(what string, client netip.Addr, person string, now time.Time) bool {
	pair, each := what+" "+pairOf(client, person), what+" "+addr.Key(person)
	if t.counts[pair]++; t.counts[pair] > perPair || t.knows(client, person, now) {
		return t.counts[pair] <= perPair
	}
	t.counts[each]++
	return t.counts[each] <= perPerson
}

// knows reports whether a person logged in lately from the network of an IP address.
func (t *Throttle) knows(client netip.Addr, person string, now time.Time) bool {
	last, is := t.known[pairOf(client, person)]
	return is && now.Sub(last) < KnownFor
}

// LoggedIn notes that somebody, of a name and some addresses, has logged in from an IP address.
func (t *Throttle) LoggedIn(client netip.Addr, now time.Time, persons ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, person := range persons {
		if len(t.known) >= maxCounted {
			maps.DeleteFunc(t.known, func(_ string, last time.Time) bool { return now.Sub(last) >= KnownFor })
		}
		if len(t.known) < maxCounted {
			t.known[pairOf(client, person)] = now
		}
	}
}

func pairOf(client netip.Addr, person string) string {
	return clientnet.Of(client) + " " + addr.Key(person)
}
