// Package access decides who may see the page: one-time links, sessions, and
// how often a link may be requested. It keeps all this in memory, so a restart logs
// everybody out, and it knows neither HTTP nor mail.
//
// Begin with [NewLinks], [NewSessions] and [NewThrottle]. All are safe for concurrent use.
package access

import (
	"crypto/rand"
	"crypto/sha256"
)

// digest stands for a secret, which itself is not kept: reading the memory of the process, or
// timing a look-up, reveals none.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// NewSecret returns a text of at least 128 random bits, of letters and digits.
func NewSecret() string { return rand.Text() }
