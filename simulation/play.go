package simulation

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"

	"maildesk/desk/notify"
)

// Result is what a play came to.
type Result struct {
	Seen   Sightings // rare paths that were taken
	Breach *Breach   // nil: all laws held
	Diary  []string  // what happened
	Print  uint64    // of the diary: equal for two plays in which the same happened
}

// Play plays a seed in a folder, which must be empty. It must be called in a bubble of
// testing/synctest, as it sleeps for weeks. words are the texts of mails. It returns an
// error when the play could not go on; a broken law is none.
func Play(ctx context.Context, folder string, seed uint64, words notify.Words, log *slog.Logger) (Result, error) {
	w, err := newWorld(ctx, folder, seed, words, log)
	if err != nil {
		return Result{}, fmt.Errorf("seed %d: %w", seed, err)
	}
	if err = w.play(); err != nil {
		err = fmt.Errorf("seed %d: %w", seed, err)
	}
	print := fnv.New64a()
	for _, line := range w.diary {
		fmt.Fprintln(print, line)
	}
	return Result{Seen: w.seen, Breach: w.breach, Diary: w.diary, Print: print.Sum64()}, errors.Join(err, w.close())
}
