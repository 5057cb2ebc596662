package store

import (
	"sync"
	"testing"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// No two erasures have a number together, though both began when the same one was free; one that
// begins again keeps its number.
func TestErasuresHaveNumbersOfTheirOwn(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		add := func(e ticket.Erasure) (id int64) {
			err := s.(*DB).EraseTickets(t.Context(), func(tx *tables.Tx) (err error) {
				id, err = tx.AddErasure(e)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return id
		}
		for _, tt := range []struct {
			digest   string // of a person; empty: it is by age
			id, want int64
		}{{"ana", 1, 1}, {"bob", 1, 2}, {"ana", 1, 1}, {"", 2, 3}, {"", 3, 4}, {"eve", 9, 9}, {"bob", 9, 10}} {
			if got := add(ticket.Erasure{ID: tt.id, At: noon, Digest: tt.digest}); got != tt.want {
				t.Errorf("the erasure of %q under the number %d has %d, want %d", tt.digest, tt.id, got, tt.want)
			}
		}
		const first, others = 11, 20
		var mu sync.Mutex
		numbers := map[int64]bool{}
		var all sync.WaitGroup
		for range others {
			all.Go(func() {
				id := add(ticket.Erasure{ID: first, At: noon})
				mu.Lock()
				defer mu.Unlock()
				numbers[id] = true
			})
		}
		all.Wait()
		equal(t, "numbers of erasures that begin at once", len(numbers), others)
	})
}
