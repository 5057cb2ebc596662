package access

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var begin = time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)

// A link is good once, in the browser that asked, for its time.
func TestLinks(t *testing.T) {
	tests := []struct {
		name    string
		spend   func(l *Links, secret string) bool // as tried first
		is, was bool                               // what that comes to, and then the right browser
	}{
		{"the browser that asked", func(l *Links, s string) bool { _, ok := l.Spend(s, "mine", begin.Add(LinkLife)); return ok }, true, false},
		{"another browser", func(l *Links, s string) bool { _, ok := l.Spend(s, "theirs", begin); return ok }, false, true},
		{"no browser", func(l *Links, s string) bool { _, ok := l.Spend(s, "", begin); return ok }, false, true},
		{"another secret", func(l *Links, s string) bool { _, ok := l.Spend(NewSecret(), "mine", begin); return ok }, false, true},
		{"too late", func(l *Links, s string) bool { _, ok := l.Spend(s, "mine", begin.Add(LinkLife+1)); return ok }, false, true},
	}
	for _, tt := range tests {
		l := NewLinks()
		secret, ok := l.Make(Asked{Agent: "alice", Path: "/ticket/7"}, "mine", begin)
		if !ok {
			t.Fatal("no link was made")
		}
		if got := tt.spend(l, secret); got != tt.is {
			t.Errorf("%s: Spend = %v, want %v", tt.name, got, tt.is)
		}
		of, ok := l.Spend(secret, "mine", begin)
		if ok != tt.was || ok && of != (Asked{"alice", "/ticket/7"}) {
			t.Errorf("%s: then Spend = %v %v, want %v", tt.name, of, ok, tt.was)
		}
	}
}

func TestLinksAreBounded(t *testing.T) {
	l := NewLinks()
	for i := range maxLinks {
		if _, ok := l.Make(Asked{}, "x", begin); !ok {
			t.Fatalf("link %d was not made", i)
		}
	}
	if _, ok := l.Make(Asked{}, "x", begin); ok {
		t.Errorf("one more than %d links is good", maxLinks)
	}
	if _, ok := l.Make(Asked{}, "x", begin.Add(LinkLife+1)); !ok {
		t.Error("links that have ended leave no room")
	}
}

func TestSessions(t *testing.T) {
	s := NewSessions()
	alice, bob := s.Open("alice", begin), s.Open("bob", begin)
	check := func(when, secret string, at time.Time, want string) {
		t.Helper()
		if got, _ := s.Agent(secret, at); got != want {
			t.Errorf("%s: Agent = %q, want %q", when, got, want)
		}
	}
	check("logged in", alice, begin.Add(SessionLife), "alice")
	check("too late", alice, begin.Add(SessionLife+1), "")
	check("no secret", "", begin, "")
	s.Close(alice)
	check("logged out", alice, begin, "")
	check("another's log-out", bob, begin, "bob")
	for range maxSessions {
		s.Open("carol", begin.Add(time.Minute))
	}
	check("the longest of too many", bob, begin.Add(time.Minute), "")
	if len(s.open) != maxSessions {
		t.Errorf("%d sessions are open, want %d", len(s.open), maxSessions)
	}
}

func TestThrottle(t *testing.T) {
	asks := func(th *Throttle, n int, client, address string) (allowed int) {
		for range n {
			if th.Allow(netip.MustParseAddr(client), address, begin) {
				allowed++
			}
		}
		return allowed
	}
	th := NewThrottle()
	if got := asks(th, 10, "192.0.2.1", "a@example.org"); got != perAddress {
		t.Errorf("one address was allowed %d times, want %d", got, perAddress)
	}
	if got := asks(th, 10, "192.0.2.2", "A@Example.org"); got != 0 {
		t.Errorf("the same address in capitals, from elsewhere, was allowed %d times", got)
	}
	allowed := 0
	for i := range 100 { // one /64
		allowed += asks(th, 1, fmt.Sprintf("2001:db8::%x", i), fmt.Sprintf("b%d@example.org", i))
	}
	if allowed != perNetwork {
		t.Errorf("one network was allowed %d times, want %d", allowed, perNetwork)
	}
	if got := asks(th, 1, "2001:db8:0:1::1", "c@example.org"); got != 1 {
		t.Error("another network was not allowed")
	}
	if !th.Allow(netip.MustParseAddr("192.0.2.1"), "a@example.org", begin.Add(Window+1)) {
		t.Error("not allowed when the time was over")
	}
	for i := range maxCounted {
		th.Allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), fmt.Sprintf("d%d@example.org", i), begin)
	}
	if len(th.counts) > maxCounted+1 {
		t.Errorf("%d are counted, want at most %d", len(th.counts), maxCounted)
	}
}
