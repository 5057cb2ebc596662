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

// Bench is a desk and its data without doors: for commands that look at what
// is kept, explain a mail or import old ones. It may stand beside a daemon.
type Bench struct {
	Desk  *desk.Desk
	store *store.DB
	close func() error // what else is to be released
}

// OpenBench opens the data of a configuration beside whoever else works on it.
func OpenBench(ctx context.Context, cfg *config.Config, log *slog.Logger) (*Bench, error) {
	return openBench(ctx, cfg, log, store.Options{})
}

// scratchConfig is the least that a desk needs.
const scratchConfig = `
[desk]
name = "Desk"
hostname = "desk.example.org"
fallback = "first-line"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`

// OpenScratch opens a desk on data that is gone when it is closed. Without a
// configuration it has one queue and no rules.
func OpenScratch(ctx context.Context, cfg *config.Config) (*Bench, error) {
	folder, err := os.MkdirTemp("", "maildesk-")
	if err != nil {
		return nil, fmt.Errorf("scratch data: %w", err)
	}
	remove := func() error { return os.RemoveAll(folder) }
	if cfg == nil {
		path := filepath.Join(folder, "maildesk.toml")
		if err = os.WriteFile(path, []byte(scratchConfig), 0o600); err == nil {
			cfg, err = config.Load(path)
		}
		if err != nil {
			return nil, errors.Join(err, remove())
		}
	}
	scratch := *cfg
	scratch.Desk.Data = filepath.Join(folder, "data")
	bench, err := openBench(ctx, &scratch, slog.New(slog.DiscardHandler), store.Options{})
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	bench.close = remove
	return bench, nil
}

func openBench(ctx context.Context, cfg *config.Config, log *slog.Logger, o store.Options) (*Bench, error) {
	settings, err := settingsOf(cfg)
	if err != nil {
		return nil, err
	}
	db, err := openStore(ctx, cfg.Desk.Data, o)
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(cfg.Desk.Data)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Bench{Desk: desk.New(db, keys, settings, log), store: db}, nil
}

// Replay judges the mails since a time again, by the rules of the bench's own
// configuration and by those of another; see [desk.Desk.Replay].
func (b *Bench) Replay(ctx context.Context, other *config.Config, since time.Time, fn func(desk.Rejudged)) error {
	settings, err := settingsOf(other)
	if err != nil {
		return err
	}
	return b.Desk.Replay(ctx, since, settings, fn)
}

// Close releases the data.
func (b *Bench) Close() error {
	err := b.store.Close()
	if b.close != nil {
		err = errors.Join(err, b.close())
	}
	return err
}
