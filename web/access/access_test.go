package access

import (
	"fmt"
	"net/netip"
	"slices"
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
	type asks struct {
		from, whom string
		times      int
		after      time.Duration
		allowed    int
	}
	const office, home, abroad = "192.0.2.1", "2001:db8::1", "203.0.113.9"
	many := func(n int, ask func(i int) asks) (all []asks) {
		for i := range n {
			all = append(all, ask(i))
		}
		return all
	}
	strangers := many(30, func(i int) asks { // from networks of their own
		allowed := 3
		if i >= perPerson/perPair {
			allowed = 0
		}
		return asks{from: fmt.Sprintf("198.51.100.%d", i), whom: "alice", times: 3, allowed: allowed}
	})
	for _, tt := range []struct {
		name  string
		known string // from where alice logged in before
		asks  []asks
	}{
		{"one person, from one network", "", []asks{{office, "alice", 10, 0, perPair}}},
		{"the same address in capitals", "", []asks{{office, "a@example.org", 3, 0, 3}, {office, "A@Example.org", 1, 0, 0}}},
		{"a stranger elsewhere locks nobody out", "", []asks{{abroad, "alice", 10, 0, perPair}, {office, "alice", 1, 0, 1}}},
		{"in the same network another person", "", []asks{{office, "alice", 10, 0, perPair}, {office, "bob", 1, 0, 1}}},
		{"when the time is over", "", []asks{{office, "alice", 10, 0, perPair}, {office, "alice", 1, Window + 1, 1}}},
		{"strangers everywhere, and alice at the office", office, append(slices.Clone(strangers), asks{office, "alice", 5, 0, perPair})},
		{"strangers everywhere, and alice in another place of her network", "2001:db8::7", append(slices.Clone(strangers), asks{home, "alice", 1, 0, 1})},
		{"strangers everywhere, and alice where she never was", office, append(slices.Clone(strangers), asks{home, "alice", 1, 0, 0})},
		{"one network for many people", "", append(many(perNetwork, func(i int) asks { return asks{home, fmt.Sprint("b", i), 1, 0, 1} }), asks{"2001:db8::ffff", "c", 1, 0, 0}, asks{"2001:db8:0:1::1", "c", 1, 0, 1})},
		{"an office full of agents", office, append(many(perNetwork, func(i int) asks { return asks{office, fmt.Sprint("b", i), 1, 0, 1} }), asks{office, "alice", 1, 0, 1})},
		{"more networks than are counted", office, append(many(maxCounted, func(i int) asks {
			allowed := 1
			if 3*i >= maxCounted {
				allowed = 0
			}
			return asks{fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), fmt.Sprint("d", i), 1, 0, allowed}
		}), asks{office, "alice", 1, 0, 1}, asks{abroad, "alice", 1, 0, 0})},
	} {
		th, now := NewThrottle(), begin
		if tt.known != "" {
			th.LoggedIn(netip.MustParseAddr(tt.known), begin.Add(-time.Hour), "alice")
		}
		for _, a := range tt.asks {
			now = now.Add(a.after)
			allowed := 0
			for range a.times {
				if th.Allow(netip.MustParseAddr(a.from), a.whom, now) {
					allowed++
				}
			}
			if allowed != a.allowed {
				t.Errorf("%s: %s for %s was allowed %d times, want %d", tt.name, a.from, a.whom, allowed, a.allowed)
				break
			}
		}
		if len(th.counts) > maxCounted+3 {
			t.Errorf("%s: %d are counted, want at most %d", tt.name, len(th.counts), maxCounted)
		}
	}
}

// TestThrottleOfMails: what is mailed is counted by agent, apart from what was asked for.
func TestThrottleOfMails(t *testing.T) {
	th, office, home := NewThrottle(), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	mailed := func(at netip.Addr) (n int) {
		for range 5 {
			if th.Mail(at, "alice", begin) {
				n++
			}
		}
		return n
	}
	th.LoggedIn(home, begin, "alice", "alice@example.org")
	if n := mailed(office); n != perPair {
		t.Errorf("from one network %d links are mailed, want %d", n, perPair)
	}
	for i := range perPerson/perPair - 1 {
		mailed(netip.MustParseAddr(fmt.Sprintf("198.51.100.%d", i)))
	}
	if n := mailed(netip.MustParseAddr("203.0.113.9")); n != 0 {
		t.Errorf("%d more are mailed than an agent gets", n)
	}
	if n := mailed(home); n != perPair {
		t.Errorf("where alice logged in lately %d are mailed, want %d", n, perPair)
	}
	if !th.Allow(office, "alice", begin) {
		t.Error("what was mailed counts as asked for")
	}
}

func TestKnownNetworksAreForgotten(t *testing.T) {
	th, at := NewThrottle(), netip.MustParseAddr("192.0.2.1")
	for i := range maxCounted + 10 {
		th.LoggedIn(at, begin, fmt.Sprint("a", i))
	}
	if len(th.known) > maxCounted {
		t.Errorf("%d are known, want at most %d", len(th.known), maxCounted)
	}
	th.LoggedIn(at, begin.Add(KnownFor), "alice")
	if len(th.known) != 1 {
		t.Errorf("%d are known after a month, want alice alone", len(th.known))
	}
}
