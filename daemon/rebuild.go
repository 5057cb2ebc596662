package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/store"
)

// Rebuilt says what Rebuild made.
type Rebuilt struct {
	Tally       desk.Tally
	Differences []desk.Difference
	NotCompared error // why the old tickets could not be compared; nil: they were
	Problems    []store.Problem
}

// Rebuild makes the tickets of a configuration's data anew from its journal, in
// a new folder with the same keys, and compares the two. The old data is only
// read, and a daemon may work on it. The outbox of the new folder is paused.
func Rebuild(ctx context.Context, cfg *config.Config, folder string, log *slog.Logger) (r Rebuilt, err error) {
	old, err := openStore(ctx, cfg.Desk.Data, store.Options{})
	if err != nil {
		return r, fmt.Errorf("the old data: %w", err)
	}
	defer old.Close()
	if err := os.Mkdir(folder, 0o700); err != nil {
		return r, fmt.Errorf("rebuild into a new folder: %w", err)
	}
	if err := copyFile(filepath.Join(cfg.Desk.Data, store.KeysFile), filepath.Join(folder, store.KeysFile)); err != nil {
		return r, fmt.Errorf("copy the keys: %w", err)
	}
	if err := PauseOutbox(folder, Pause{At: time.Now(), Why: "rebuilt from the journal of " + cfg.Desk.Data}); err != nil {
		return r, err
	}
	again := *cfg
	again.Desk.Data = folder
	bench, err := openBench(ctx, &again, log, store.Options{Exclusive: true, Anew: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, bench.Close()) }()
	upTo, err := numbersOut(ctx, old, cfg.Desk.Data)
	if err != nil {
		return r, err
	}
	if err := bench.Desk.Rebuild(ctx, old, desk.NumbersOut{
		Participant: desk.ParticipantID(upTo[store.ParticipantNumbers]), Mail: desk.OutboxID(upTo[store.OutgoingNumbers]),
	}); err != nil {
		return r, err
	}
	if err := bench.store.GoOnAfter(ctx, upTo); err != nil {
		return r, err
	}
	r.NotCompared = desk.Compare(ctx, old, bench.store, func(d desk.Difference) { r.Differences = append(r.Differences, d) })
	if r.Problems, err = bench.store.Check(ctx); err != nil {
		return r, err
	}
	err = bench.Desk.View(ctx, func(reader desk.Reader) (err error) {
		r.Tally, err = reader.Tally()
		return err
	})
	return r, err
}

// numbersOut returns the highest numbers of old data that may be out: what could
// not be rebuilt is out all the same.
func numbersOut(ctx context.Context, old *store.DB, data string) (store.Numbers, error) {
	upTo, err := old.Numbers(ctx)
	if err != nil {
		upTo, err = store.ReadNumbers(data) // ahead by some, for the database cannot be read
	}
	if err != nil {
		return nil, fmt.Errorf("numbers of the old data: %w", err)
	}
	return upTo, nil
}
