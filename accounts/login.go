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

// Tries that may fail within a window: from one network (an IPv4 address, an IPv6 /64),
// and at one account. An account that is attacked stays open to the networks from which
// somebody logged in to it lately.
const (
	window      = 15 * time.Minute
	fromNetwork = 10
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
	networks map[string]failures
	accounts map[string]failures
	known    map[string]time.Time // account and network → the last log-in
}

// failures counts tries that failed since a time.
type failures struct {
	since time.Time
	count int
}

// Open returns the log-ins of a file, which need not exist yet.
func Open(path string) *Logins {
	return &Logins{path: path, turns: make(chan struct{}, atOnce), networks: map[string]failures{}, accounts: map[string]failures{}, known: map[string]time.Time{}}
}

// Login checks a password. It returns nil, [ErrWrong], [ErrThrottled], or a fault of
// the file, which lets nobody in. An account that does not exist costs as much time as
// one that does. client may be invalid, for a peer without an address.
func (l *Logins) Login(ctx context.Context, client netip.Addr, name, password string) error {
	network, account := clientnet.Of(client), strings.ToLower(name)
	if !l.mayTry(network, account, time.Now()) {
		return ErrThrottled
	}
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
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(password) > maxPassword || !h.matches(password) || !there {
		l.failed(network, account, time.Now())
		return ErrWrong
	}
	l.succeeded(network, account, time.Now())
	return nil
}

// nobody is what the password of an account that does not exist is held against.
var nobody = hash{time: costTime, memory: costMemory, lanes: costLanes, salt: make([]byte, saltBytes), sum: make([]byte, hashBytes)}

func (l *Logins) mayTry(network, account string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.networks[network]; f.count >= fromNetwork && now.Sub(f.since) < window {
		return false
	}
	f := l.accounts[account]
	return f.count < atAccount || now.Sub(f.since) >= window || now.Sub(l.known[account+" "+network]) < rememberFor
}

func (l *Logins) failed(network, account string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	count(l.networks, network, now)
	count(l.accounts, account, now)
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
	delete(l.networks, network)
	prune(l.known, func(last time.Time) bool { return now.Sub(last) >= rememberFor })
	l.known[account+" "+network] = now
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
