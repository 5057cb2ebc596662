package resolver

import (
	"errors"
	"net"
	"sync"
	"time"
)

// How long an answer is remembered. net.Resolver does not say how long it is good for
// (its TTL), so it is short: long enough for the mails of one sender that come together.
const (
	keptAnswer = 5 * time.Minute
	keptNone   = time.Minute
	keptFault  = 10 * time.Second // so that a server that is silent costs its time once
)

// maxAnswers bounds what is remembered.
const maxAnswers = 5000

// answer is the answer to one lookup.
type answer struct {
	records any // a slice, never changed
	err     error
	until   time.Time
}

// keptFor returns how long an answer with an error, nil: none, is remembered.
func keptFor(err error) time.Duration {
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case err == nil:
		return keptAnswer
	case ok && dns.IsTemporary:
		return keptFault
	}
	return keptNone
}

// cache remembers answers.
type cache struct {
	mu  sync.Mutex
	all map[string]answer
}

func (c *cache) get(key string, now time.Time) (answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.all[key]
	return a, ok && now.Before(a.until)
}

// put remembers an answer. Where there is no room, it first forgets what is over, and
// then, if that is not enough, everything: it is asked again.
func (c *cache) put(key string, a answer, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= maxAnswers {
		for k, old := range c.all {
			if !now.Before(old.until) {
				delete(c.all, k)
			}
		}
	}
	if len(c.all) >= maxAnswers {
		clear(c.all)
	}
	c.all[key] = a
}
