package store

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"maildesk/desk"
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

// A change that is only wanted soon is durable when UpdateSoon returns, and
// shares the commit of the next one that is wanted now.
func TestUpdateSoonSharesACommit(t *testing.T) {
	db := openTest(t)
	before := db.commits.Load()
	if err := db.UpdateSoon(t.Context(), insert("alone")); err != nil {
		t.Fatal(err)
	}
	equal(t, "commits of one alone", db.commits.Load()-before, int64(1))
	equal(t, "kept", subjects(t, db), map[string]int{"alone": 1})

	before = db.commits.Load()
	var soon sync.WaitGroup
	ran := make(chan bool)
	soon.Go(func() {
		err := db.UpdateSoon(t.Context(), func(tx desk.Tx) error {
			defer close(ran)
			return insert("soon")(tx)
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-ran
	update(t, db, insert("now"))
	soon.Wait()
	if n := db.commits.Load() - before; n > 2 {
		t.Errorf("%d commits for two changes", n)
	}
	equal(t, "kept", subjects(t, db), map[string]int{"alone": 1, "soon": 1, "now": 1})
}
