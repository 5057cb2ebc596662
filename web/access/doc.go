// Package access keeps who may look at the page: links that are good once, sessions, and
// how often somebody may ask for a link. It keeps them in memory, so that a restart ends
// them all, and knows neither HTTP nor mail.
//
// Begin with [NewLinks], [NewSessions] and [NewThrottle]. All are safe for concurrent use.
package access

import (
	"crypto/rand"
	"crypto/sha256"
)

// digest is by what a secret is known here: who reads the memory of the process, or
// measures how long a look-up takes, learns none.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// NewSecret returns a text of at least 128 random bits, of letters and digits.
func NewSecret() string { return rand.Text() }
