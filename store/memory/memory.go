// Package memory has what a process remembers beside its database, shared by all its readers
// and writers: recent changes, the numbers that were taken, the mails that are
// being sent, and up to where all mails are handled. Nothing is lost when it ends with the
// process.
//
// A plan is checked against what was changed since its snapshot: each write notes the keys
// of what it changes ([State.Note]). That costs next to nothing, and is complete because all
// writes of a process go through one connection. Of another process's changes SQLite only tells
// that there were some (PRAGMA data_version), not their keys: then every plan
// under way is refused ([State.SeeVersion]). On PostgreSQL processes tell each other the
// keys ([State.Told], [State.See]).
package memory

import (
	"slices"
	"sync"
	"sync/atomic"

	"maildesk/ticket"
)

// State is what a process knows beside the database, shared by all who read and change
// it.
type State struct {
	Front    Front
	Leases   Leases
	changes  changes
	counters counters
	mine     Owned // nil: all
}

// NewState returns the state of a process that has just opened the database.
func NewState() *State {
	return &State{
		changes:  changes{last: map[ticket.Key]ticket.Moment{}, budgets: map[ticket.Key][]ticket.Moment{}},
		counters: counters{last: map[string]int64{}, free: map[string][]int64{}},
		Leases:   Leases{all: map[ticket.OutboxID]Lease{}},
	}
}

// Seen returns the last change that a snapshot sees that is taken now, or later.
func (s *State) Seen() ticket.Moment { return ticket.Moment(s.changes.committed.Load()) }

// Show says that snapshots see all changes from now on.
func (s *State) Show() { s.changes.committed.Store(uint64(s.changes.made)) }

// Holds reports whether nothing that a plan relies on was changed since it was made.
func (s *State) Holds(p *ticket.Plan) bool { return s.changes.holds(p) }

// Raise lets the numbers of a table go on after one.
func (s *State) Raise(table string, number int64) { s.counters.raise(table, number) }

// GiveBack takes numbers of a table back that nobody has used.
func (s *State) GiveBack(table string, numbers []int64) { s.counters.giveBack(table, numbers) }

// EndLeases ends the leases of mails that nobody sends any more.
func (s *State) EndLeases(ids []ticket.OutboxID) { s.Leases.end(ids) }

// SeeVersion notes the version of the database (PRAGMA data_version). It reports whether
// that is a new one: another process has changed something, nobody knows what.
func (s *State) SeeVersion(version int64) bool {
	if version == s.changes.version {
		return false
	}
	s.changes.version = version
	s.changes.forget()
	s.counters.forget()
	return true
}

// changes remembers what was changed lately. It is used by whoever has the turn.
type changes struct {
	made      ticket.Moment                  // of the last change
	committed atomic.Uint64                  // of the last change that snapshots see
	floor     ticket.Moment                  // a plan that saw less is refused
	last      map[ticket.Key]ticket.Moment   // the last change of each
	budgets   map[ticket.Key][]ticket.Moment // the latest changes of what is counted, of which some may not matter
	version   int64                          // of the database, as the writing connection saw it
	told      []ticket.Key                   // the changes that other processes are to be told of; nil: they are not
}

const (
	// maxRemembered bounds the keys that are remembered.
	maxRemembered = 1 << 16
	// maxSlack bounds how many changes of a budget may not matter to a plan.
	maxSlack = 64
)

// note remembers a change.
func (c *changes) note(k ticket.Key) {
	if len(c.last) >= maxRemembered {
		c.forget()
	}
	c.made++
	c.last[k] = c.made
	if c.told != nil {
		c.told = append(c.told, k)
	}
	if isCounted(k) {
		all := append(c.budgets[k], c.made)
		c.budgets[k] = all[max(0, len(all)-maxSlack):]
	}
}

// isCounted reports whether a plan may rely on something up to a number of changes.
func isCounted(k ticket.Key) bool { return k.Of == ticket.OfBudget || k.Of == ticket.OfStorm }

// forget refuses all plans that are under way, instead of knowing what they rely on.
func (c *changes) forget() {
	c.made++
	c.floor = c.made
	clear(c.last)
	clear(c.budgets)
}

// holds reports whether nothing that a plan relies on was changed since it was made.
func (c *changes) holds(p *ticket.Plan) bool {
	if p.Seen < c.floor {
		return false
	}
	for k, slack := range p.Relied {
		if c.last[k] <= p.Seen || slack == ticket.Whatever {
			continue
		}
		if slack == 0 || slack >= maxSlack && len(c.budgets[k]) == maxSlack && c.budgets[k][0] > p.Seen {
			return false
		}
		since := 0
		for _, at := range c.budgets[k] {
			if at > p.Seen {
				since++
			}
		}
		if since > slack {
			return false
		}
	}
	return true
}

// counters are the last numbers that were taken, by the name of the table, and
// those that were given back.
type counters struct {
	mu     sync.Mutex
	last   map[string]int64
	free   map[string][]int64
	shared func(table string) (int64, error) // the next number of several processes; nil: this one counts
}

func (c *counters) take(table string) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if free := c.free[table]; len(free) > 0 {
		c.free[table] = free[1:]
		return free[0], nil
	}
	if c.shared != nil {
		return c.shared(table)
	}
	c.last[table]++
	return c.last[table], nil
}

func (c *counters) giveBack(table string, numbers []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free[table] = append(c.free[table], numbers...)
	slices.Sort(c.free[table])
}

// forget keeps nothing that was given back: another process may have taken it.
func (c *counters) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.free)
}

// Latest returns the last change that was made.
func (s *State) Latest() ticket.Moment { return s.changes.made }

// Settled reports whether all changes of a key are committed, as far as they are known.
func (s *State) Settled(k ticket.Key) bool {
	// What is not known by keys any more may be a change of this one.
	return max(s.changes.floor, s.changes.last[k]) <= s.Seen()
}

// Note remembers a change.
func (s *State) Note(k ticket.Key) { s.changes.note(k) }

// Take returns the next number of a table.
func (s *State) Take(table string) (int64, error) { return s.counters.take(table) }

// raise lets the numbers go on after one.
func (c *counters) raise(table string, number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[table] = max(c.last[table], number)
}

// HandledUpTo returns the number up to which all mails are known to be handled, but for
// few that are remembered.
func (s *State) HandledUpTo() ticket.MailID {
	high, _, _ := s.Front.Read()
	return high
}

// NoteOutgoing notes what a changed or new outgoing mail changes with it.
func (s *State) NoteOutgoing(m ticket.OutboxMail) {
	c := &s.changes
	c.note(ticket.Key{Of: ticket.OfOutgoing, ID: int64(m.ID)})
	c.note(ticket.Key{Of: ticket.OfOutbox})
	if m.Ticket != 0 {
		c.note(ticket.Key{Of: ticket.OfOutbox, ID: int64(m.Ticket)})
	}
	if m.HeldKey != "" {
		c.note(ticket.Key{Of: ticket.OfHeld, Text: m.HeldKey})
	}
	if m.HeldKey != "" || m.Held != "" {
		c.note(ticket.Key{Of: ticket.OfHeld})
	}
}
