package memory

import (
	"context"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Where several processes change one database, each tells the others the keys of what it
// changes, and numbers come from the database.

// Share begins that. next returns the next number of a table, which no other process gets.
func (s *State) Share(next func(table string) (int64, error)) {
	s.changes.told = []ticket.Key{}
	s.counters.shared = next
}

// OwnWith lets this process handle only some of the mails that are pending: those that mine
// returns of their ascending numbers.
func (s *State) OwnWith(mine Owned) { s.mine = mine }

// Owned returns which of some mails are those of this process.
type Owned func(context.Context, sqlrow.Querier, []ticket.MailID) ([]ticket.MailID, error)

// Mine returns which of some pending mails are those of this process.
func (s *State) Mine(ctx context.Context, q sqlrow.Querier, ids []ticket.MailID) ([]ticket.MailID, error) {
	if s.mine == nil {
		return ids, nil
	}
	return s.mine(ctx, q, ids)
}

// Told returns the keys of the changes since it was last called, each once, but what is
// counted as often as it changed. What was undone is among them.
func (s *State) Told() []ticket.Key {
	told := s.changes.told
	s.changes.told = []ticket.Key{}
	keys, known := told[:0:0], make(map[ticket.Key]bool, len(told))
	for _, k := range told {
		if isCounted(k) || !known[k] {
			keys = append(keys, k)
		}
		known[k] = true
	}
	return keys
}

// See notes what another process has changed.
func (s *State) See(keys []ticket.Key) {
	told := s.changes.told
	for _, k := range keys {
		s.changes.note(k)
	}
	s.changes.told = told // they know it
}

// SeeUnknown notes that another process has changed something that is not known.
func (s *State) SeeUnknown() { s.changes.forget() }
