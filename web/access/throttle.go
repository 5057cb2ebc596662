package access

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"maildesk/addr"
)

// How often links may be asked for within a [Window], whether or not anybody gets one.
const (
	Window     = 15 * time.Minute
	perAddress = 3
	perNetwork = 20
	maxCounted = 10_000 // addresses and networks
)

// Throttle counts how often links are asked for.
type Throttle struct {
	mu     sync.Mutex
	counts map[string]int
	until  time.Time
}

// NewThrottle returns a throttle that has counted nothing.
func NewThrottle() *Throttle { return &Throttle{counts: map[string]int{}} }

// Allow counts that somebody at an IP address asks for a link to a mail address, and
// reports whether they may. An answer says nothing of whether the address is known.
func (t *Throttle) Allow(client netip.Addr, address string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.After(t.until) {
		maps.DeleteFunc(t.counts, func(string, int) bool { return true })
		t.until = now.Add(Window)
	}
	network, mail := "network "+networkOf(client), "mail "+addr.Key(address)
	if t.counts[network] >= perNetwork || len(t.counts) >= maxCounted {
		return false
	}
	t.counts[network]++
	t.counts[mail]++
	return t.counts[mail] <= perAddress
}

// networkOf returns what one person has: an IPv4 address, an IPv6 /64.
func networkOf(client netip.Addr) string {
	client = client.Unmap().WithZone("")
	if client.Is6() {
		network, err := client.Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return client.String()
}
