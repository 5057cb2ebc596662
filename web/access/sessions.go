package access

import (
	"maps"
	"sync"
	"time"
)

// SessionLife is for how long somebody is logged in, from the log-in on.
const SessionLife = 12 * time.Hour

// maxSessions bounds those who are logged in; whoever is longest logged in goes first.
const maxSessions = 1000

// Sessions keeps who is logged in.
type Sessions struct {
	mu   sync.Mutex
	open map[digest]session
}

type session struct {
	agent string
	until time.Time
}

// NewSessions returns sessions of which none is open.
func NewSessions() *Sessions { return &Sessions{open: map[digest]session{}} }

// Open logs an agent in, and returns the secret of the session.
func (s *Sessions) Open(agent string, now time.Time) (secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.open, func(_ digest, x session) bool { return now.After(x.until) })
	if len(s.open) >= maxSessions {
		var first digest
		var until time.Time
		for key, x := range s.open {
			if until.IsZero() || x.until.Before(until) {
				first, until = key, x.until
			}
		}
		delete(s.open, first)
	}
	secret = NewSecret()
	s.open[digestOf(secret)] = session{agent, now.Add(SessionLife)}
	return secret
}

// Agent returns who is logged in with a secret.
func (s *Sessions) Agent(secret string, now time.Time) (agent string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, known := s.open[digestOf(secret)]
	if !known || now.After(x.until) {
		return "", false
	}
	return x.agent, true
}

// Close ends a session.
func (s *Sessions) Close(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, digestOf(secret))
}
