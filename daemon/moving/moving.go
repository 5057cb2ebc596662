package moving

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/search/attached"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/laws"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
	"maildesk/store/transfer"
)

// Options say where data are moved to.
type Options struct {
	To       string // the URL of a database on PostgreSQL, or a folder
	Password string // of the database, where libpq's own ways do not find it
	// After is called when some rows of a table are there; it may be nil. See [transfer.Options].
	After func(what string, rows int64) error
}

// Result is what a move has moved.
type Result struct {
	Sums map[string]transfer.Sum // by table; nil: that was done before
	Desk config.Desk             // where the data are now
	Old  string                  // where they are no more
}

// home is where the data of a desk are.
type home interface {
	String() string // without a password
	// lock keeps daemons out, until release.
	lock(context.Context) (release func() error, err error)
	moved(context.Context) (*datafolder.Moved, error)
	mark(context.Context, *datafolder.Moved) error
	source(context.Context) (*transfer.Source, error)
	// free reports why nothing can be moved here; nil: it can.
	free(context.Context) error
	target(ctx context.Context, id string) (*transfer.Target, error)
	// open opens the data as they are, marked or not.
	open(context.Context) (*store.DB, error)
	// keepBeside copies what lies beside a database that is moved here.
	keepBeside() error
	// finish lets a desk open what is all there. It may be called again.
	finish(context.Context) error
}

// Move moves the data of a configuration, or goes on with that.
func Move(ctx context.Context, cfg *config.Config, o Options) (r Result, err error) {
	if !localdesk.HasData(cfg) {
		return r, fmt.Errorf("there is no data in %s", cfg.Desk.Place())
	}
	from, err := homeOf(cfg.Desk)
	if err != nil {
		return r, err
	}
	if r.Desk, err = deskAt(cfg, o); err != nil {
		return r, err
	}
	to, err := homeOf(r.Desk)
	if err != nil {
		return r, err
	}
	if f, is := to.(*folderHome); is {
		f.beside = cfg.Desk.Data
	}
	r.Old = from.String()
	release, err := from.lock(ctx)
	if err != nil {
		return r, fmt.Errorf("%s: %w", from, err)
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := erasureEnded(cfg); err != nil {
		return r, err
	}
	mark, err := begin(ctx, from, to)
	if err != nil {
		return r, err
	}
	if !mark.Done {
		if r.Sums, err = fill(ctx, from, to, mark.ID, o); err != nil {
			return r, fmt.Errorf("move to %s: %w", to, postgres.Explain(err))
		}
		mark.Done, mark.At = true, time.Now().UTC().Truncate(time.Second)
		if err := from.mark(ctx, mark); err != nil {
			return r, err
		}
	}
	return r, to.finish(ctx)
}

// erasureEnded refuses data in a folder in which somebody is still being erased.
func erasureEnded(cfg *config.Config) error {
	_, err := os.Stat(filepath.Join(cfg.Desk.Data, datafolder.ErasingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(errors.New("maildesk erase was begun and has not ended, and cannot go on elsewhere: call it again as it was, and move then"), err)
}

// deskAt returns the section [desk] of a desk that was moved.
func deskAt(cfg *config.Config, o Options) (config.Desk, error) {
	d := cfg.Desk
	if config.NamesDatabase(o.To) {
		if reason, _ := config.WrongDatabase(o.To); reason != "" {
			return d, fmt.Errorf("--to: %s; write it without a password, as in postgres://maildesk@db.example.org/maildesk, and name the file with the password in --password-file", reason)
		}
		if cfg.Desk.OnServer() {
			return d, errors.New("the data are in a database on PostgreSQL already: its own means move them to another one (pg_dump, pg_restore)")
		}
		d.Database, d.DatabasePassword = o.To, config.Secret(o.Password)
		return d, nil
	}
	if !cfg.Desk.OnServer() {
		return d, errors.New("the data are in a folder already: stop the desk, and move or copy the folder as it is")
	}
	folder, err := filepath.Abs(o.To)
	d.Database, d.DatabasePassword, d.Data = "", "", folder
	return d, err
}

func homeOf(d config.Desk) (home, error) {
	if !d.OnServer() {
		return &folderHome{folder: d.Data}, nil
	}
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	return &serverHome{Engine: e, url: d.Database, password: string(d.DatabasePassword), folder: d.Data}, err
}

// begin marks the source, or finds the mark of this very move.
func begin(ctx context.Context, from, to home) (*datafolder.Moved, error) {
	mark, err := from.moved(ctx)
	switch {
	case err != nil:
		return nil, err
	case mark != nil && mark.To != to.String():
		return nil, &datafolder.ElsewhereError{Moved: *mark}
	case mark != nil:
		return mark, nil
	}
	if err := to.free(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", to, err)
	}
	if err := sound(ctx, from); err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	mark = &datafolder.Moved{ID: rand.Text(), To: to.String(), At: time.Now().UTC().Truncate(time.Second)}
	return mark, from.mark(ctx, mark)
}

// fill copies what is not there yet, and compares all.
func fill(ctx context.Context, from, to home, id string, o Options) (sums map[string]transfer.Sum, err error) {
	source, err := from.source(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := to.target(ctx, id)
	if errors.Is(err, transfer.ErrNotEmpty) {
		err = fmt.Errorf("%w, or was begun by a move that was called off: make a new database (dropdb, createdb)", err)
	}
	if err != nil {
		return nil, err
	}
	err = transfer.Copy(ctx, source, target, transfer.Options{Files: attached.TextOf, After: o.After})
	if err == nil {
		sums, err = transfer.Verify(ctx, source, target)
	}
	if err = errors.Join(err, target.Close()); err != nil {
		return nil, err
	}
	if err := sound(ctx, to); err != nil {
		return nil, err
	}
	return sums, to.keepBeside()
}

// sound reports whether data keep the laws.
func sound(ctx context.Context, h home) error {
	db, err := h.open(ctx)
	if err != nil {
		if schema, old := errors.AsType[*migrations.SchemaError](err); old && schema.Found < schema.Known {
			return fmt.Errorf("%w, and stop it again", err)
		}
		return err
	}
	var problems []laws.Problem
	problems, err = db.Check(ctx)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("the data have %d problems, the first is: %s; see maildesk check --data", len(problems), problems[0])
	}
	return errors.Join(err, db.Close())
}

// Undo takes the mark away from data that were moved, or began to be: a desk may work on them
// again. What the other database has is not touched.
func Undo(ctx context.Context, cfg *config.Config) (was datafolder.Moved, err error) {
	h, err := homeOf(cfg.Desk)
	if err != nil {
		return was, err
	}
	release, err := h.lock(ctx)
	if err != nil {
		return was, fmt.Errorf("%s: %w", h, err)
	}
	defer func() { err = errors.Join(err, release()) }()
	mark, err := h.moved(ctx)
	if err == nil && mark == nil {
		err = fmt.Errorf("the data in %s were not moved elsewhere", h)
	}
	if err != nil {
		return was, err
	}
	return *mark, h.mark(ctx, nil)
}
