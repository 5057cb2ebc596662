package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/threading"
)

// RestoreOptions are what a restore cannot find out by itself.
type RestoreOptions struct {
	// After is the highest ticket number that was assigned; 0: unknown.
	After int64
	// WithoutKeys leaves the keys of the backup where they are.
	WithoutKeys bool
	// Passphrase decrypts them; empty: unknown.
	Passphrase string
	Actor      string // who restores, as the audit tells
}

// Restored is the result of Restore.
type Restored struct {
	Manifest
	Texts  string   // the folder to which the admin's own texts were restored; empty: they were there already, or there are none
	Macros string   // likewise, of those for #send
	Next   int64    // number of the next ticket
	NoKeys bool     // there were no keys that sign addresses: new ones were made
	NoDKIM []string // domains whose mail is to be signed, without keys for it
	Erased int      // people who were erased since the backup, and again now
	Audit  error    // the audit of the backup is not what it was; nil: it is
}

// Restore puts a backup into the data folder of a configuration, which must not
// contain data yet; keys in it must be those of the backup. Every file is compared
// with the manifest first. Numbers continue after all that may have been assigned
// since the backup. The desk will accept mail, but send nothing before ResumeOutbox.
func Restore(ctx context.Context, cfg *config.Config, src string, o RestoreOptions) (r Restored, err error) {
	if r.Manifest, err = readManifest(src); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	data := cfg.Desk.Data
	keys, err := r.keysOf(src, o)
	if err == nil {
		err = r.roomToRestore(ctx, cfg)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	if err := cfg.FollowBackup(filepath.Join(src, configName)); err != nil {
		return r, err
	}
	if r.Texts, err = restoreTexts(r.Manifest.Texts, src, cfg.Desk.Templates, copyTexts); err != nil {
		return r, fmt.Errorf("restore the texts: %w", err)
	}
	if r.Macros, err = restoreTexts(r.Manifest.Macros, src, cfg.Desk.Macros, copyFiles); err != nil {
		return r, fmt.Errorf("restore the texts for #send: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	upTo, err := numbersAfter(ctx, r.Manifest, src, data, o.After)
	if err == nil {
		r.NoKeys, err = restoreKeys(keys, data)
	}
	if err == nil {
		err = datafolder.WriteNumbers(data, upTo)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	r.Next = upTo[datafolder.TicketNumbers] + 1
	if cfg.Desk.OnServer() {
		r.Erased, err = r.putOnServer(ctx, cfg, src)
	} else {
		err = r.putInFolder(src, data)
	}
	if err == nil {
		err = r.finish(ctx, cfg, src, o.Actor)
	}
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return r, nil
}

// putInFolder puts the databases of a backup into a data folder.
func (m Manifest) putInFolder(src, data string) error {
	if err := setAside(data, time.Now()); err != nil {
		return err
	}
	for _, name := range m.dataFiles() {
		if err := durable.Copy(filepath.Join(src, name), filepath.Join(data, name)); err != nil {
			return err
		}
	}
	return nil
}

// finish opens what was restored, erases again who was erased since, and looks what is
// missing. The list of erasures needs no keys: each line has its own salt.
func (r *Restored) finish(ctx context.Context, cfg *config.Config, src, actor string) error {
	if err := errors.Join(privacy.TakeErasures(src, cfg.Desk.Data), auditanchor.Copy(src, cfg.Desk.Data)); err != nil {
		return err
	}
	// The first opening moves the numbers on, and brings an older schema up to date.
	local, err := localdesk.OpenWith(ctx, cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true, Moved: cfg.Desk.OnServer()})
	if err != nil {
		return err
	}
	erased, err := privacy.EraseAgain(ctx, local, false, slog.New(slog.DiscardHandler))
	r.Erased += erased
	if err == nil {
		r.Audit, err = auditanchor.New(local.Store, cfg.Desk.Data).AfterRestore(ctx, actor)
	}
	if err := errors.Join(err, local.Close()); err != nil {
		return err
	}
	if r.NoDKIM, err = unsigned(cfg); err == nil && cfg.Desk.OnServer() {
		err = finishOnServer(ctx, cfg)
	}
	return err
}

// readManifest reads the manifest of a backup and compares every file with it.
func readManifest(src string) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(src, manifestName))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		return m, fmt.Errorf("%s is not a backup of maildesk: %w", src, err)
	}
	for _, want := range m.Files {
		got, err := fileOf(src, want.Name)
		if err != nil {
			return m, fmt.Errorf("the backup is incomplete: %w", err)
		}
		if got != want {
			return m, fmt.Errorf("the backup is damaged: %s is not as it was written (%d bytes, %d wanted)", want.Name, got.Size, want.Size)
		}
	}
	return m, nil
}

// roomForData returns why no database can be put into a folder; nil: one can.
func roomForData(folder string) error {
	found, err := datafolder.Look(folder)
	if _, lost := errors.AsType[*datafolder.LostError](err); err != nil && !lost {
		return err
	}
	if found {
		return fmt.Errorf("there is data in %s already; move %s* and %s* out of it, or name another folder in [desk] data", folder, datafolder.File, datafolder.JournalFile)
	}
	return nil
}

// restoreKeys puts the keys of a backup into the data folder, and reports whether that has
// none then that sign addresses. Existing keys stay if they include those of the backup:
// they also record earlier losses. Other keys are refused: addresses signed with them would
// no longer work, or it is the backup of another desk.
func restoreKeys(from secrets, data string) (none bool, err error) {
	if len(from) == 0 {
		found, err := localdesk.HasKeys(data)
		return !found, err
	}
	var there threading.Keys
	if err := there.UnmarshalText(from[datafolder.KeysFile]); err != nil {
		return false, fmt.Errorf("the keys of the backup: %w", err)
	}
	here, err := localdesk.ReadKeys(data)
	if errors.Is(err, fs.ErrNotExist) {
		here, err = there, durable.Create(filepath.Join(data, datafolder.KeysFile), from[datafolder.KeysFile])
	}
	if err != nil {
		return false, err
	}
	for purpose, keys := range there {
		for _, key := range keys {
			if !slices.ContainsFunc(here[purpose], func(k threading.Key) bool { return k.ID == key.ID && bytes.Equal(k.Secret, key.Secret) }) {
				return false, fmt.Errorf("%s are not the keys of the backup; move them away if the backup is the right one: addresses that they signed then no longer work", filepath.Join(data, datafolder.KeysFile))
			}
		}
	}
	return false, from.restoreDKIM(data)
}

// dataFiles returns the files of a backup that go into the data folder, in the order
// in which they are put there. The database comes last: without it there is no data,
// and a retry starts over. A backup of an older version has no journal.
func (m Manifest) dataFiles() []string {
	names := []string{pausedName}
	if slices.ContainsFunc(m.Files, func(f ManifestFile) bool { return f.Name == datafolder.JournalFile }) {
		names = append(names, datafolder.JournalFile)
	}
	return append(names, datafolder.File)
}

// setAside renames what is left of a lost database and its journal, so that their
// logs are not taken for those of the new ones.
func setAside(data string, now time.Time) error {
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			path := filepath.Join(data, name+suffix)
			err := durable.Rename(path, path+now.UTC().Format(".lost-20060102T150405Z"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// BeginAnew creates an empty database in a data folder whose database was lost. Its
// numbers continue after those in use. It returns the number of the next ticket.
func BeginAnew(ctx context.Context, cfg *config.Config, o RestoreOptions) (next int64, err error) {
	err = localdesk.OnFiles(cfg, "maildesk restore --anew", "name an empty database and another [desk] folder, and begin with maildesk serve")
	if err != nil {
		return 0, err
	}
	data := cfg.Desk.Data
	_, err = datafolder.Look(data)
	if _, lost := errors.AsType[*datafolder.LostError](err); !lost {
		if err == nil {
			err = fmt.Errorf("no database was lost in %s: there is one (move %s* and %s* out of it first), or it is a new folder, and maildesk serve begins", data, datafolder.File, datafolder.JournalFile)
		}
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	upTo, err := datafolder.ReadNumbers(data)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.After == 0:
		return 0, errors.New("begin anew: it is unknown which ticket numbers are in use; name the highest, or a number above it: --after 1042")
	case errors.Is(err, fs.ErrNotExist):
		upTo = datafolder.Numbers{datafolder.ParticipantNumbers: perTicket * o.After, datafolder.OutgoingNumbers: perTicket * o.After}
	case err != nil:
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	upTo[datafolder.TicketNumbers] = max(upTo[datafolder.TicketNumbers], o.After)
	err = setAside(data, time.Now())
	if err == nil {
		err = datafolder.WriteNumbers(data, upTo)
	}
	if err != nil {
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	db, err := localdesk.OpenStore(ctx, data, store.Options{Anew: true})
	if err != nil {
		return 0, fmt.Errorf("begin anew: %w", err)
	}
	err = auditanchor.New(db, data).Begin(ctx, auditanchor.Anew, o.Actor)
	return upTo[datafolder.TicketNumbers] + 1, errors.Join(err, db.Close())
}

// perTicket is far above the number of participants and outgoing mails of a ticket.
const perTicket = 100
