// Package resolver asks the DNS under bounds: each lookup has a time limit, answers are
// remembered for a while, lookups of one name at once are one, and whoever asks can be
// given a budget. Every error it returns is a *[net.DNSError] that says whether it is
// for good (IsNotFound) or may be over later (IsTemporary). It knows no mail.
//
// The entry point is [New].
package resolver

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Config is how the DNS is asked. Zero fields take the defaults.
type Config struct {
	Server  string        // "host:port" of a recursive resolver; empty: those of resolv.conf(5)
	Timeout time.Duration // of one lookup with its repetitions; 3 s
}

// Resolver asks a recursive resolver. It is safe for concurrent use.
type Resolver struct {
	dns     net.Resolver
	server  string // empty: those of resolv.conf(5)
	timeout time.Duration
	flights singleflight.Group
	cache   cache
}

// New returns a resolver. It starts nothing.
func New(c Config) *Resolver {
	r := &Resolver{server: c.Server, timeout: c.Timeout, cache: cache{all: map[string]answer{}}}
	if r.timeout == 0 {
		r.timeout = 3 * time.Second
	}
	r.dns.PreferGo = true
	if c.Server != "" {
		r.dns.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, c.Server)
		}
	}
	return r
}

// Bounds of an answer. A sound one has a few short records; one over a bound is an
// error for good, as nothing may be chosen among its records.
const (
	maxRecords = 100
	maxBytes   = 16 << 10
)

// LookupTXT returns the TXT records of a name, one string each.
func (r *Resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return lookup(ctx, r, "TXT", name, r.dns.LookupTXT, func(s string) int { return len(s) })
}

// LookupMX returns the MX records of a name.
func (r *Resolver) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return lookup(ctx, r, "MX", name, r.dns.LookupMX, func(mx *net.MX) int { return len(mx.Host) })
}

// LookupIPAddr returns the addresses of a host.
func (r *Resolver) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	return lookup(ctx, r, "IP", host, r.dns.LookupIPAddr, func(net.IPAddr) int { return net.IPv6len })
}

// LookupAddr returns the names of an IP address.
func (r *Resolver) LookupAddr(ctx context.Context, ip string) ([]string, error) {
	return lookup(ctx, r, "PTR", ip, r.dns.LookupAddr, func(s string) int { return len(s) })
}

// lookup asks for one kind of record, unless the answer is remembered or somebody else
// is asking. Whoever stops waiting before the answer comes leaves it to the others.
func lookup[T any](ctx context.Context, r *Resolver, kind, name string, ask func(context.Context, string) ([]T, error), size func(T) int) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, notNow(name, err)
	}
	absolute, err := rooted(kind, name)
	if err != nil {
		return nil, err
	}
	key := kind + " " + strings.ToLower(absolute)
	now := time.Now()
	if a, known := r.cache.get(key, now); known {
		records, _ := a.records.([]T)
		return records, a.err
	}
	flight := r.flights.DoChan(key, func() (any, error) {
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.timeout)
		defer cancel()
		// Of MX records, there may be sound ones beside an error about the others.
		records, err := ask(own, absolute)
		err = typed(name, r.server, err)
		if large := bounded(name, records, size); large != nil {
			records, err = nil, large
		}
		r.cache.put(key, answer{records: records, err: err, until: time.Now().Add(keptFor(err))}, time.Now())
		return records, err
	})
	select {
	case <-ctx.Done():
		return nil, notNow(name, ctx.Err())
	case result := <-flight:
		records, _ := result.Val.([]T)
		return records, result.Err
	}
}

// rooted returns a name with a dot at its end, so that no search list of this machine
// is tried with it. An IP address stays as it is.
func rooted(kind, name string) (string, error) {
	if kind == "PTR" {
		return name, nil
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253 || net.ParseIP(name) != nil {
		return "", &net.DNSError{Err: "no domain name", Name: name, IsNotFound: true}
	}
	return name + ".", nil
}

// typed returns an error as a *net.DNSError, which names the server that was asked; nil stays nil.
func typed(name, server string, err error) error {
	if err == nil {
		return nil
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		copied := *dns
		// What is neither an answer nor known to be wrong for good may be over later:
		// a server that cannot be reached, or that answers nonsense.
		copied.IsTemporary = !copied.IsNotFound
		if server != "" && copied.Server != "" {
			copied.Server = server // the library has the first one of resolv.conf(5) there
		}
		return &copied
	}
	return notNow(name, err)
}

// notNow is the error of a lookup that was not made, or not to its end.
func notNow(name string, err error) error {
	return &net.DNSError{Err: err.Error(), Name: name, IsTemporary: true, IsTimeout: errors.Is(err, context.DeadlineExceeded)}
}

// bounded returns an error for an answer that is too large.
func bounded[T any](name string, records []T, size func(T) int) error {
	bytes := 0
	for _, r := range records {
		bytes += size(r)
	}
	if len(records) > maxRecords || bytes > maxBytes {
		return &net.DNSError{Err: "the answer is too large", Name: name}
	}
	return nil
}

// budget is what one who asks may still ask.
type budget struct {
	*Resolver
	mu   sync.Mutex
	left int
}

// Lookups is what a resolver is asked, by a part of the desk or by SPF.
type Lookups interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, ip string) ([]string, error)
}

// Within returns the resolver for one who may make so many lookups, remembered ones
// too. What is over that is a temporary error.
func (r *Resolver) Within(lookups int) Lookups { return &budget{Resolver: r, left: lookups} }

// take takes one lookup.
func (b *budget) take(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left--; b.left < 0 {
		return &net.DNSError{Err: "too many lookups for one mail", Name: name, IsTemporary: true}
	}
	return nil
}

func (b *budget) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if err := b.take(name); err != nil {
		return nil, err
	}
	return b.Resolver.LookupTXT(ctx, name)
}

func (b *budget) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	if err := b.take(name); err != nil {
		return nil, err
	}
	return b.Resolver.LookupMX(ctx, name)
}

func (b *budget) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	if err := b.take(host); err != nil {
		return nil, err
	}
	return b.Resolver.LookupIPAddr(ctx, host)
}

func (b *budget) LookupAddr(ctx context.Context, ip string) ([]string, error) {
	if err := b.take(ip); err != nil {
		return nil, err
	}
	return b.Resolver.LookupAddr(ctx, ip)
}
