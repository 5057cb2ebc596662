package localdesk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"maildesk/config"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/threading"
)

// OpenStore opens the data folder of a configuration; everything that works on data
// uses it. If the database is not the one that the folder had last, an epoch begins
// (see [threading.Keys.NextEpoch]).
func OpenStore(ctx context.Context, folder string, o store.Options) (*store.DB, error) {
	if o.ReadOnly {
		return store.Open(ctx, folder, o)
	}
	if err := FolderUsable(folder); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	o.Past = func(kept datafolder.Numbers) error {
		err := BeginEpoch(folder, threading.Kept{
			Ticket: kept[datafolder.TicketNumbers], Participant: kept[datafolder.ParticipantNumbers], Mail: kept[datafolder.OutgoingNumbers],
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil // new keys will be made, with which no old address is valid
		}
		return err
	}
	return store.Open(ctx, folder, o)
}

// OpenData opens the data of a configuration; see [OpenStore].
func OpenData(ctx context.Context, cfg *config.Config, o store.Options) (*store.DB, error) {
	o.Database, o.Password = cfg.Desk.Database, string(cfg.Desk.DatabasePassword)
	return OpenStore(ctx, cfg.Desk.Data, o)
}

// OnFiles returns an error, a [store.ServerError], where the database of a configuration is
// on a server: what is to be done works on the files of a data folder.
func OnFiles(cfg *config.Config, what, remedy string) error {
	if !cfg.Desk.OnServer() {
		return nil
	}
	return &store.ServerError{What: what, Remedy: remedy}
}

// HasData reports whether a configuration has a database, or had one: then opening it
// returns what is wrong.
func HasData(cfg *config.Config) bool {
	if cfg.Desk.OnServer() {
		found, err := store.LookAtServer(context.Background(), cfg.Desk.Database, string(cfg.Desk.DatabasePassword))
		return found || err != nil
	}
	found, err := datafolder.Look(cfg.Desk.Data)
	return found || err != nil
}

// CheckFolder checks, without changing anything, whether serve could use the data
// folder of a configuration, and its database. The note mentions what this user may not see, or what
// serve will fix.
func CheckFolder(ctx context.Context, cfg *config.Config) (note string, err error) {
	folder := cfg.Desk.Data
	err = FolderUsable(folder)
	found := false
	switch {
	case err == nil && cfg.Desk.OnServer():
		_, err = store.LookAtServer(ctx, cfg.Desk.Database, string(cfg.Desk.DatabasePassword))
	case err == nil:
		if err = datafolder.NotMoved(folder); err == nil {
			found, err = datafolder.Look(folder)
		}
	}
	if err == nil && found {
		err = store.TryRead(ctx, folder)
	}
	schema, old := errors.AsType[*migrations.SchemaError](err)
	switch {
	case err == nil:
		return "", nil
	case errors.Is(err, os.ErrPermission):
		return fmt.Sprintf("the data folder %s cannot be looked at by this user (%v)", folder, err), nil
	case old && schema.Found < schema.Known:
		return fmt.Sprintf("data in %s: %v", cfg.Desk.Place(), err), nil
	}
	return "", fmt.Errorf("[desk] data: %s: %w", cfg.Desk.Place(), err)
}

// ServerDoubts returns why a database on a server keeps less than its settings seem to say, or is
// spoken to in the clear; none where it is in the folder.
func ServerDoubts(ctx context.Context, cfg *config.Config) ([]string, error) {
	if !cfg.Desk.OnServer() {
		return nil, nil
	}
	return store.DoubtsOfServer(ctx, cfg.Desk.Database, string(cfg.Desk.DatabasePassword))
}

// FolderUsable reports why a folder cannot be used or made.
func FolderUsable(folder string) error {
	for path := folder; ; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if (errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ENOTDIR)) && path != filepath.Dir(path) {
			continue // serve creates it, unless a parent prevents that
		}
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder: name another one in [desk] data", path)
		}
		if err := unix.Access(path, unix.W_OK|unix.X_OK); err != nil {
			return fmt.Errorf("write into %s: %w", path, err)
		}
		return nil
	}
}
