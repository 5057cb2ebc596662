package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/store"
	"maildesk/threading"
)

// RestoreOptions say what a restore cannot know by itself.
type RestoreOptions struct {
	// After is the highest ticket number that was given out; 0: not known.
	After int64
}

// Restored says what Restore did.
type Restored struct {
	Manifest
	Texts string // the folder into which the texts of the admin's own were put; empty: they were there, or there are none
	Next  int64  // number of the next ticket
}

// Restore puts a backup into the data folder of a configuration, which must
// not hold data yet; keys that are there must be those of the backup. Every file
// is compared with the manifest first. Numbers go on after all that may have been
// given out since the backup. The desk then takes mail, and sends nothing before
// ResumeOutbox.
func Restore(ctx context.Context, cfg *config.Config, src string, o RestoreOptions) (r Restored, err error) {
	if r.Manifest, err = readManifest(src); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	data := cfg.Desk.Data
	if err := roomForData(data); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if r.Texts, err = restoreTexts(r.Manifest, src, cfg.Desk.Templates); err != nil {
		return r, fmt.Errorf("restore the texts: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if err := setAside(data, time.Now()); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	upTo, err := numbersAfter(ctx, r.Manifest, src, data, o.After)
	if err == nil {
		err = restoreKeys(src, data)
	}
	if err == nil {
		err = store.WriteNumbers(data, upTo)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	r.Next = upTo[store.TicketNumbers] + 1
	// The database comes last: without it there is no data, and the next try begins anew.
	for _, name := range []string{pausedName, store.File} {
		if err := durable.Copy(filepath.Join(src, name), filepath.Join(data, name)); err != nil {
			return r, fmt.Errorf("restore: %w", err)
		}
	}
	// The first opening moves the numbers on.
	db, err := openStore(ctx, data, store.Options{})
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return r, db.Close()
}

// readManifest reads the manifest of a backup and compares every file with it.
func readManifest(src string) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(src, manifestName))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		return m, fmt.Errorf("%s is no backup of maildesk: %w", src, err)
	}
	for _, want := range m.Files {
		got, err := fileOf(src, want.Name)
		if err != nil {
			return m, fmt.Errorf("the backup is not whole: %w", err)
		}
		if got != want {
			return m, fmt.Errorf("the backup is damaged: %s is not as it was written (%d bytes, %d wanted)", want.Name, got.Size, want.Size)
		}
	}
	return m, nil
}

// roomForData reports why no database can be put into a folder.
func roomForData(folder string) error {
	found, err := store.Look(folder)
	if _, lost := errors.AsType[*store.LostError](err); err != nil && !lost {
		return err
	}
	if found {
		return fmt.Errorf("there is data in %s already; move %s* out of it, or name another folder in [desk] data", folder, store.File)
	}
	return nil
}

// restoreKeys puts the keys of a backup into the data folder. Keys that are there
// stay when those of the backup are among them: they know what was lost before.
// Others are refused, as addresses that are out would lead nowhere, or it is the
// backup of another desk.
func restoreKeys(src, data string) error {
	there, err := readKeys(src)
	if err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	here, err := readKeys(data)
	if errors.Is(err, fs.ErrNotExist) {
		return durable.Copy(filepath.Join(src, store.KeysFile), filepath.Join(data, store.KeysFile))
	}
	if err != nil {
		return err
	}
	for purpose, keys := range there {
		for _, key := range keys {
			if !slices.ContainsFunc(here[purpose], func(k threading.Key) bool { return k.ID == key.ID && bytes.Equal(k.Secret, key.Secret) }) {
				return fmt.Errorf("%s are not the keys of the backup; move them away if the backup is the right one: addresses that they signed then lead nowhere", filepath.Join(data, store.KeysFile))
			}
		}
	}
	return nil
}

// setAside renames what is left of a lost database. An old log must not be taken
// for that of the database that comes.
func setAside(data string, now time.Time) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		path := filepath.Join(data, store.File+suffix)
		err := durable.Rename(path, path+now.UTC().Format(".lost-20060102T150405Z"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// BeginAnew makes a data folder whose database was lost work without tickets.
// Its numbers go on after those that are out.
func BeginAnew(ctx context.Context, cfg *config.Config, o RestoreOptions) (next int64, err error) {
	data := cfg.Desk.Data
	_, err = store.Look(data)
	if _, lost := errors.AsType[*store.LostError](err); !lost {
		if err == nil {
			err = fmt.Errorf("no database was lost in %s: there is one (move %s* out of it first), or it is a new folder, and maildesk serve begins", data, store.File)
		}
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	upTo, err := store.ReadNumbers(data)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.After == 0:
		return 0, errors.New("begin anew: nothing here says which ticket numbers are out; name the highest, or a number above it: --after 1042")
	case errors.Is(err, fs.ErrNotExist):
		upTo = store.Numbers{store.ParticipantNumbers: perTicket * o.After, store.OutgoingNumbers: perTicket * o.After}
	case err != nil:
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	upTo[store.TicketNumbers] = max(upTo[store.TicketNumbers], o.After)
	err = setAside(data, time.Now())
	if err == nil {
		err = store.WriteNumbers(data, upTo)
	}
	if err != nil {
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	db, err := openStore(ctx, data, store.Options{Anew: true})
	if err != nil {
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	return upTo[store.TicketNumbers] + 1, db.Close()
}

// perTicket is more participants and outgoing mails than tickets have by far.
const perTicket = 100
