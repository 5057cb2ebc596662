package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"maildesk/ticket"
)

// asOf identifies the erasures so far. It is part of each key: what was read before an erasure,
// or during one, is not shown afterwards.
type asOf struct {
	begun int
	done  int64 // when the last one was done, in microseconds
}

// asOf reads the erasures so far.
func (s *Server) asOf(ctx context.Context) (at asOf, err error) {
	err = s.src.View(ctx, func(r ticket.Reader) error {
		all, err := r.Erasures()
		at = asOf{begun: len(all)}
		for _, e := range all {
			if !e.DoneAt.IsZero() {
				at.done = max(at.done, e.DoneAt.UnixMicro())
			}
		}
		return err
	})
	return at, err
}

// cache keeps values that are expensive to make. A fresh value is returned as it is; an older one
// too, while a new one is made in the background; otherwise the caller waits. Each value is made
// once for all callers that wait for it.
type cache[K comparable, V any] struct {
	fresh, kept time.Duration
	most        int // values
	make        func(context.Context, K) (V, error)

	flights singleflight.Group
	beside  sync.WaitGroup
	mu      sync.Mutex
	made    map[K]made[V]
}

type made[V any] struct {
	value V
	at    time.Time
}

// makeTime bounds the making of one value.
const makeTime = time.Minute

func newCache[K comparable, V any](fresh, kept time.Duration, most int, fill func(context.Context, K) (V, error)) *cache[K, V] {
	return &cache[K, V]{fresh: fresh, kept: kept, most: most, make: fill, made: map[K]made[V]{}}
}

// get returns a value and when it was made.
func (c *cache[K, V]) get(ctx context.Context, key K) (V, time.Time, error) {
	c.mu.Lock()
	known, is := c.made[key]
	c.mu.Unlock()
	age := time.Since(known.at)
	switch {
	case is && age < c.fresh:
		return known.value, known.at, nil
	case is && age < c.kept:
		c.beside.Go(func() { <-c.fill(key) })
		return known.value, known.at, nil
	}
	select {
	case result := <-c.fill(key):
		m, _ := result.Val.(made[V])
		return m.value, m.at, result.Err
	case <-ctx.Done():
		var none V
		return none, time.Time{}, ctx.Err()
	}
}

// fill makes a value for all who wait for it, and continues when they are gone.
func (c *cache[K, V]) fill(key K) <-chan singleflight.Result {
	return c.flights.DoChan(fmt.Sprint(key), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), makeTime)
		defer cancel()
		value, err := c.make(ctx, key)
		m := made[V]{value, time.Now()}
		if err == nil {
			c.keep(key, m)
		}
		return m, err
	})
}

func (c *cache[K, V]) keep(key K, m made[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.made[key]; !known && len(c.made) >= c.most {
		oldest, at := key, time.Time{}
		for k, x := range c.made {
			if at.IsZero() || x.at.Before(at) {
				oldest, at = k, x.at
			}
		}
		delete(c.made, oldest)
	}
	c.made[key] = m
}

// wait returns when nothing is being made in the background.
func (c *cache[K, V]) wait() { c.beside.Wait() }
