package simulation

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"

	"maildesk/desk/notify"
	"maildesk/learn"
	"maildesk/simulation/house"
	"maildesk/simulation/rare"
	"maildesk/store"
)

// Stage is what all plays share. It is safe for concurrent use.
type Stage struct {
	words notify.Words
	log   *slog.Logger
	blank string       // the data folder of a desk that has no mail yet
	past  *learn.Model // what a desk has learnt before a play

	// Database is that of a server, without rows, on which the desk is; empty: it is in its folder.
	Database string
}

// NewStage makes a stage. words are the texts of mails. The folder must be empty: it gets
// the data of a new desk, of which each play has a copy, so that the schema is made once.
func NewStage(ctx context.Context, folder string, words notify.Words, log *slog.Logger) (*Stage, error) {
	db, err := store.Open(ctx, folder, store.Options{Exclusive: true, Reserve: 1})
	if err != nil {
		return nil, err
	}
	return &Stage{words: words, log: log, blank: folder, past: house.Past()}, db.Close()
}

// openNew opens the data of a new desk in a folder.
func (s *Stage) openNew(ctx context.Context, folder string) (*store.DB, error) {
	if err := copyData(s.blank, folder); err != nil {
		return nil, err
	}
	return store.Open(ctx, folder, store.Options{Exclusive: true, Reserve: 1})
}

// Result is what a play came to.
type Result struct {
	Seen   rare.Sightings // rare paths that were taken
	Breach *Breach        // nil: all laws held
	Diary  []string       // what happened
	Print  uint64         // of the diary: equal for two plays in which the same happened
}

// Play plays a seed in a folder, which must be empty. It must be called in a bubble of
// testing/synctest, as it sleeps for weeks. It returns an error when the play could not go
// on; a broken law is none.
func (s *Stage) Play(ctx context.Context, folder string, seed uint64) (Result, error) {
	w, err := newWorld(ctx, s, folder, seed)
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
