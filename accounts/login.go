package accounts

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"maildesk/clientnet"
)

// Why somebody is not let in.
var (
	// ErrWrong: there is no such account, or the password is another.
	ErrWrong = errors.New("wrong user or password")
	// ErrThrottled: too many tries failed. It ends by itself.
	ErrThrottled = errors.New("too many failed log-ins")
)

// Tries that may fail within a window: at one account from one network (an IPv4 address, an IPv6
// /64), from one network, and at one account. Whoever logged in to an account from a network lately is
// bounded there by the first alone: what others try, on that network or at that account, locks nobody out.
// From a network where somebody is known more may fail, as many people have one address there. No log-in
// takes back what failed: it may be another's guesses that it would let go on.
const (
	window      = 15 * time.Minute
	atPair      = 10
	fromNetwork = 10
	fromKnown   = 30
	atAccount   = 30
	rememberFor = 30 * 24 * time.Hour
	maxTracked  = 10_000 // of each kind; then those that are over are forgotten, and, if that is not enough, all
)

// atOnce is how many hashes are computed at once: each takes 19 MiB.
const atOnce = 2

// Logins checks passwords against a file, which is read each time: a change counts at
// once. It is safe for concurrent use.
type Logins struct {
	path  string
	turns chan struct{}

	mu       sync.Mutex
	pairs    map[string]failures // account and network
	networks map[string]failures
	accounts map[string]failures
	known    map[string]time.Time // account and network, and the network alone → the last log-in
}

// failures counts tries that failed since a time, and those that are being made.
type failures struct {
	since time.Time
	count int
}

// Open returns the log-ins of a file, which need not exist yet.
func Open(path string) *Logins {
	return &Logins{path: path, turns: make(chan struct{}, atOnce), pairs: map[string]failures{}, networks: map[string]failures{}, accounts: map[string]failures{}, known: map[string]time.Time{}}
}

// Login checks a password. It returns nil, [ErrWrong], [ErrThrottled], or a fault of
// the file, which lets nobody in. An account that does not exist costs as much time as
// one that does. client may be invalid, for a peer without an address.
func (l *Logins) Login(ctx context.Context, client netip.Addr, name, password string) error {
	network, account := clientnet.Of(client), strings.ToLower(name)
	if !l.mayTry(network, account, time.Now()) { // which takes no turn from others
		return ErrThrottled
	}
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if !l.begin(network, account, time.Now()) { // it counts as failed until it has not
		return ErrThrottled
	}
	err := l.check(name, password)
	if err == nil {
		l.succeeded(network, account, time.Now())
	}
	if !errors.Is(err, ErrWrong) {
		l.undo(network, account)
	}
	return err
}

// check holds a password against the file.
func (l *Logins) check(name, password string) error {
	all, err := read(l.path)
	if err != nil {
		return err
	}
	h, there := nobody, false
	for _, a := range all {
		if strings.EqualFold(a.name, name) {
			if h, err = parseHash(a.hash); err != nil {
				return err
			}
			there = true
		}
	}
	if len(password) > maxPassword || !h.matches(password) || !there {
		return ErrWrong
	}
	return nil
}

// nobody is what the password of an account that does not exist is held against.
var nobody = hash{time: costTime, memory: costMemory, lanes: costLanes, salt: make([]byte, saltBytes), sum: make([]byte, hashBytes)}

// begin counts a try as one that failed, if it may be made. Those that wait for a turn do not
// count: many people who log in at once are no attack, and of many guesses at once no more are made than one after the other.
func (l *Logins) begin(network, account string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.allows(network, account, now) {
		return false
	}
	count(l.pairs, account+" "+network, now)
	count(l.networks, network, now)
	count(l.accounts, account, now)
	return true
}

// mayTry reports whether a try may be made, by those that failed.
func (l *Logins) mayTry(network, account string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.allows(network, account, now)
}

// allows is mayTry for who has the lock.
func (l *Logins) allows(network, account string, now time.Time) bool {
	full := func(in map[string]failures, key string, most int) bool {
		f := in[key]
		return f.count >= most && now.Sub(f.since) < window
	}
	knows := func(key string) bool { return now.Sub(l.known[key]) < rememberFor }
	most := fromNetwork
	if knows(network) {
		most = fromKnown
	}
	pair := account + " " + network
	return !full(l.pairs, pair, atPair) && (knows(pair) || !full(l.networks, network, most) && !full(l.accounts, account, atAccount))
}

// undo takes back that a try counts as failed.
func (l *Logins) undo(network, account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, in := range map[string]map[string]failures{account + " " + network: l.pairs, network: l.networks, account: l.accounts} {
		if f, ok := in[key]; ok && f.count > 0 {
			f.count--
			in[key] = f
		}
	}
}

func count(in map[string]failures, key string, now time.Time) {
	prune(in, func(f failures) bool { return now.Sub(f.since) >= window })
	f := in[key]
	if now.Sub(f.since) >= window {
		f = failures{since: now}
	}
	f.count++
	in[key] = f
}

func (l *Logins) succeeded(network, account string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	prune(l.known, func(last time.Time) bool { return now.Sub(last) >= rememberFor })
	l.known[account+" "+network], l.known[network] = now, now
}

// prune keeps a map within its bound.
func prune[T any](m map[string]T, over func(T) bool) {
	if len(m) < maxTracked {
		return
	}
	for k, v := range m {
		if over(v) {
			delete(m, k)
		}
	}
	if len(m) >= maxTracked {
		clear(m)
	}
}
