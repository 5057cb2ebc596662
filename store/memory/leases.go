package memory

import (
	"maps"
	"sync"
	"time"

	"maildesk/ticket"
)

// One daemon owns a data folder, so a claim needs no commit: the leases are kept in
// memory, and end with the process that holds the mails. All who read see a mail that
// is leased as claimed.

// Leases are the mails that are being sent, by their numbers.
type Leases struct {
	mu  sync.Mutex
	all map[ticket.OutboxID]Lease
}

// Lease is who sends a mail, and until when nobody else may.
type Lease struct {
	Owner string
	Until time.Time
}

// Of returns the lease of a mail; a zero one where it has none.
func (l *Leases) Of(id ticket.OutboxID) Lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[id]
}

// Count returns how many mails are being sent.
func (l *Leases) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// Recount shows, among mails counted by their state, those that are leased as claimed.
func (l *Leases) Recount(byState map[ticket.OutboxState]int64) {
	n := min(int64(l.Count()), byState[ticket.OutboxReady])
	if n == 0 {
		return
	}
	byState[ticket.OutboxClaimed] += n
	if byState[ticket.OutboxReady] -= n; byState[ticket.OutboxReady] == 0 {
		delete(byState, ticket.OutboxReady)
	}
}

// NextEnd returns when the first lease ends; zero: there is none.
func (l *Leases) NextEnd() (first time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		if first.IsZero() || x.Until.Before(first) {
			first = x.Until
		}
	}
	return first
}

// Add leases a mail.
func (l *Leases) Add(id ticket.OutboxID, x Lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[id] = x
}

func (l *Leases) end(ids []ticket.OutboxID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		delete(l.all, id)
	}
}

// EndAfter ends the leases that last longer than to a time.
func (l *Leases) EndAfter(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.all, func(_ ticket.OutboxID, x Lease) bool { return x.Until.After(t) })
}

// Show shows a mail that is leased as claimed.
func (l *Leases) Show(m *ticket.OutboxMail) {
	x := l.Of(m.ID)
	if x.Owner == "" || m.State != ticket.OutboxReady {
		return
	}
	m.State, m.LeaseOwner, m.LeaseUntil, m.NextAt = ticket.OutboxClaimed, x.Owner, x.Until, x.Until
}
