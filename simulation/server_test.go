package simulation

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/store"
)

var onServer = flag.Int("server", 6, "how many seeds are played with the desk on PostgreSQL")

// TestSeedsOnServer plays seeds with the desk on PostgreSQL: all laws hold there, too. A kill ends its
// connections and leaves the rest to the next life, as for a daemon; each play has a database of its own.
func TestSeedsOnServer(t *testing.T) {
	stage := newStage(t)
	for seed := *first; seed < *first+uint64(*onServer); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			on := *stage
			on.Database = pgserver.Copy(t, "simulation", func(url string) error {
				db, err := store.Open(context.Background(), t.TempDir(), store.Options{Exclusive: true, Database: url})
				if err != nil {
					return err
				}
				return db.Close()
			})
			playIn(t, seed, &on)
		})
	}
}
