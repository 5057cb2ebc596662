package groupcommit

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
)

// Those for whom somebody outside waits go first, and keep nobody away for ever.
func TestTurnsAreGivenToTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns turn
		if err := turns.take(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		var got []string
		ask := func(name string, first bool) {
			go func() {
				if err := turns.take(t.Context(), first); err != nil {
					t.Error(err)
				}
				got = append(got, name) // who has the turn is alone
				turns.give()
			}()
			synctest.Wait()
		}
		for i := range 2 {
			ask(fmt.Sprint("later ", i), false)
		}
		for i := range 6 {
			ask(fmt.Sprint("first ", i), true)
		}
		turns.give()
		synctest.Wait()
		want := []string{"first 0", "first 1", "first 2", "first 3", "later 0", "first 4", "first 5", "later 1"}
		if !slices.Equal(got, want) {
			t.Errorf("turns went to %q, want %q", got, want)
		}
	})
}
