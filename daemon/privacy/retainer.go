package privacy

import (
	"context"
	"log/slog"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/store"
	"maildesk/ticket"
)

// How often a desk looks whether it erases by age, how often it does, and how many tickets at a time.
const (
	retentionLook  = time.Hour
	retentionPause = 24 * time.Hour
	retentionBatch = 500
)

// Retainer erases beside the running desk what was kept long enough.
type Retainer struct {
	Local   *localdesk.Local
	Config  func() *config.Config // in force
	Observe func(ctx context.Context, kind ticket.TroubleKind, standing []ticket.Trouble, unknown ...string) error
	Log     *slog.Logger
}

// Run erases once a day, until ctx is done.
func (r *Retainer) Run(ctx context.Context) error {
	tick := time.NewTicker(retentionLook)
	defer tick.Stop()
	var from Reached
	var last time.Time
	for {
		may, err := r.look(ctx, time.Now())
		if err == nil && may && (last.IsZero() || time.Since(last) >= retentionPause) {
			last = time.Now()
			err = r.erase(ctx, &from)
		}
		if err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "erase what was kept long enough", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look reports whether it may erase now, and tells the admin what is to go while it waits.
func (r *Retainer) look(ctx context.Context, now time.Time) (may bool, err error) {
	state, err := readRetention(r.Local.Folder)
	if err != nil {
		return false, err
	}
	cfg := r.Config()
	may = state.look(timesOf(cfg), now)
	if err := state.keep(r.Local.Folder); err != nil {
		return false, err
	}
	var standing []ticket.Trouble
	if !may {
		tickets, mails, err := due(ctx, r.Local.Desk, r.Local.Store, cfg, now)
		if err != nil {
			return false, err
		}
		if tickets+mails > 0 {
			standing = append(standing, state.trouble(tickets, mails))
		}
	}
	return may, r.Observe(ctx, ticket.TroubleRetention, standing)
}

func (r *Retainer) erase(ctx context.Context, from *Reached) error {
	done, err := EraseOldBeside(ctx, r.Local, r.Config(), retentionBatch, from)
	if err == nil && done.Erasure != 0 {
		r.Log.InfoContext(ctx, "what was kept long enough is erased", "tickets", len(done.Whole), "mails", done.Out, "erasure", done.Erasure, "longest", done.Longest)
	}
	for _, where := range done.Left {
		r.Log.ErrorContext(ctx, "an erasure by age has left something", "erasure", done.Erasure, "where", where)
	}
	return err
}

// due counts the tickets, and the mails of none, that were kept long enough.
func due(ctx context.Context, d viewer, s handledReader, cfg *config.Config, now time.Time) (tickets, mails int, err error) {
	old, err := keptLongEnough(ctx, d, cfg, now, 0)
	if err != nil {
		return 0, 0, err
	}
	loose, err := mailsKeptLongEnough(ctx, s, cfg.Retention.Mails, now, 0, &Reached{})
	return len(old), len(loose), err
}

// DueByAge counts the tickets, and the mails of none, that the next erasure by age would take from the data of a
// configuration. A daemon may be working.
func DueByAge(ctx context.Context, cfg *config.Config) (tickets, mails int, err error) {
	if len(cfg.Retention.Categories) == 0 && cfg.Retention.After == 0 && cfg.Retention.Mails == 0 {
		return 0, 0, nil
	}
	db, err := localdesk.OpenData(ctx, cfg, store.Options{})
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	return due(ctx, db, db, cfg, time.Now())
}

// saidToErase takes down that somebody has said to erase by the times of a configuration, and that the clock is right.
func saidToErase(folder string, cfg *config.Config, now time.Time) error {
	state := retentionState{Times: timesOf(cfg), Seen: now}
	return state.keep(folder)
}

// erasedWhole reports whether all of a ticket was taken out: an event says so.
func erasedWhole(r ticket.Reader, id ticket.ID) (bool, error) {
	events, err := r.Events(id, ticket.EventErased)
	for _, e := range events {
		if e.Topic == string(ticket.ErasedOut) {
			return true, err
		}
	}
	return false, err
}
