package access

import (
	"maps"
	"sync"
	"time"
)

// LinkLife is for how long a link is good.
const LinkLife = 15 * time.Minute

// maxLinks bounds the links that are good at once.
const maxLinks = 1000

// Asked is who asked for a link, and where they want to go.
type Asked struct {
	Agent string // their name
	Path  string // of the page that they wanted
}

// Links keeps the links that are good.
type Links struct {
	mu   sync.Mutex
	good map[digest]goodLink
}

type goodLink struct {
	Asked
	browser digest
	until   time.Time
}

// NewLinks returns links of which none is good.
func NewLinks() *Links { return &Links{good: map[digest]goodLink{}} }

// Make returns the secret of a link that is good in one browser, which another secret
// stands for. It returns none where too many links are good at once.
func (l *Links) Make(of Asked, browser string, now time.Time) (secret string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.good, func(_ digest, g goodLink) bool { return now.After(g.until) })
	if len(l.good) >= maxLinks {
		return "", false
	}
	secret = NewSecret()
	l.good[digestOf(secret)] = goodLink{of, digestOf(browser), now.Add(LinkLife)}
	return secret, true
}

// Spend ends a link, and returns who asked for it, if it is good in the browser that asks.
// Another browser does not end it.
func (l *Links) Spend(secret, browser string, now time.Time) (of Asked, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g, known := l.good[digestOf(secret)]
	if !known || now.After(g.until) || g.browser != digestOf(browser) {
		return Asked{}, false
	}
	delete(l.good, digestOf(secret))
	return g.Asked, true
}
