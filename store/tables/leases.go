package tables

import (
	"maps"
	"sync"
	"time"

	"maildesk/ticket"
)

// One daemon owns a data folder, so a claim needs no commit: the leases are kept in
// memory, and end with the process that holds the mails. All who read see a mail that
// is leased as claimed.

// leases are the mails that are being sent, by their numbers.
type leases struct {
	mu  sync.Mutex
	all map[ticket.OutboxID]lease
}

type lease struct {
	owner string
	until time.Time
}

// of returns the lease of a mail; a zero one where it has none.
func (l *leases) of(id ticket.OutboxID) lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[id]
}

func (l *leases) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// recount shows, among mails counted by their state, those that are leased as claimed.
func (l *leases) recount(byState map[ticket.OutboxState]int64) {
	n := min(int64(l.count()), byState[ticket.OutboxReady])
	if n == 0 {
		return
	}
	byState[ticket.OutboxClaimed] += n
	if byState[ticket.OutboxReady] -= n; byState[ticket.OutboxReady] == 0 {
		delete(byState, ticket.OutboxReady)
	}
}

// nextEnd returns when the first lease ends; zero: there is none.
func (l *leases) nextEnd() (first time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		if first.IsZero() || x.until.Before(first) {
			first = x.until
		}
	}
	return first
}

func (l *leases) add(id ticket.OutboxID, x lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[id] = x
}

func (l *leases) end(ids []ticket.OutboxID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		delete(l.all, id)
	}
}

// endAfter ends the leases that last longer than to a time.
func (l *leases) endAfter(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.all, func(_ ticket.OutboxID, x lease) bool { return x.until.After(t) })
}

// show shows a mail that is leased as claimed.
func (l *leases) show(m *ticket.OutboxMail) {
	x := l.of(m.ID)
	if x.owner == "" || m.State != ticket.OutboxReady {
		return
	}
	m.State, m.LeaseOwner, m.LeaseUntil, m.NextAt = ticket.OutboxClaimed, x.owner, x.until, x.until
}
