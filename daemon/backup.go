package daemon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/moving"
	"maildesk/daemon/privacy"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// A backup is a folder: a snapshot of the data folder (database, keys unless they are left
// out, who was erased, and the mark that the outbox is paused), the configuration below
// config/, and the manifest. It contains no passwords.
const (
	manifestName = "manifest.json"
	configName   = "config"
)

// Manifest lists what a backup contains.
type Manifest struct {
	MadeAt   time.Time                    `json:"made_at"`
	Accepted int64                        `json:"accepted"` // mails
	Mails    map[ticket.Disposition]int64 `json:"mails"`
	Tickets  map[ticket.Status]int64      `json:"tickets"`
	Outbox   map[ticket.OutboxState]int64 `json:"outbox"`
	Keys     string                       `json:"keys"`   // KeysPlain, KeysEncrypted, KeysLeftOut
	Texts    string                       `json:"texts"`  // folder with the admin's own texts; empty: none
	Macros   string                       `json:"macros"` // likewise, with those for #send
	Files    []ManifestFile               `json:"files"`
}

// ManifestFile is one file of a backup; its name is relative, with slashes.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Backup writes a backup to the folder dest, which must not exist; a daemon may be
// running. The backup is read back and checked, as maildesk check --data does,
// before the folder is given its name: a folder dest is a complete backup.
func Backup(ctx context.Context, cfg *config.Config, dest string, o BackupOptions) (m Manifest, err error) {
	if _, err := os.Lstat(dest); !errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("backup: %s is there already; name a new folder (%w)", dest, fs.ErrExist)
	}
	if !localdesk.HasData(cfg) {
		return m, fmt.Errorf("backup: there is no data in %s", cfg.Desk.Place())
	}
	dest = filepath.Clean(dest)
	folder, err := os.MkdirTemp(filepath.Dir(dest), "."+filepath.Base(dest)+".partial-")
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("backup: %w", errors.Join(err, os.RemoveAll(folder)))
		}
	}()
	m.MadeAt = time.Now().UTC().Truncate(time.Second)
	if err := m.fill(ctx, cfg, folder, o); err != nil {
		return m, err
	}
	if err := m.verify(ctx, folder); err != nil {
		return m, err
	}
	if err := m.write(folder); err != nil {
		return m, err
	}
	return m, durable.Rename(folder, dest)
}

// fill copies everything into folder.
func (m *Manifest) fill(ctx context.Context, cfg *config.Config, folder string, o BackupOptions) error {
	err := auditanchor.Copy(cfg.Desk.Data, folder) // before the data, which may know more
	if err == nil {
		err = copyData(ctx, cfg, folder)
	}
	if err != nil {
		return err
	}
	if m.Keys, err = backupKeys(cfg.Desk.Data, folder, o); err != nil {
		return err
	}
	// It is read after the data: whoever is erased in the copy is in the list.
	err = durable.Copy(filepath.Join(cfg.Desk.Data, privacy.ErasuresFile), filepath.Join(folder, privacy.ErasuresFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := cfg.Copy(filepath.Join(folder, configName)); err != nil {
		return err
	}
	if m.Texts, err = backupTexts(cfg, cfg.Desk.Templates, folder, textsName, copyTexts); err != nil {
		return err
	}
	if m.Macros, err = backupTexts(cfg, cfg.Desk.Macros, folder, macrosName, copyFiles); err != nil {
		return err
	}
	// The time is not before that of the copy: every mail in the copy is older.
	return PauseOutbox(folder, Pause{time.Now(), "restored from a backup; mails from before it may have been sent by then"})
}

// copyData writes both databases into folder.
func copyData(ctx context.Context, cfg *config.Config, folder string) error {
	if cfg.Desk.OnServer() {
		if _, err := store.LookAtServer(ctx, cfg.Desk.Database, string(cfg.Desk.DatabasePassword)); err != nil {
			return err
		}
		return moving.Snapshot(ctx, cfg.Desk, folder)
	}
	db, err := localdesk.OpenData(ctx, cfg, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(db.Backup(ctx, folder), db.Close())
}

// verify reads the whole copy of the database and counts what it contains.
func (m *Manifest) verify(ctx context.Context, folder string) error {
	db, err := store.Open(ctx, folder, store.Options{})
	if err != nil {
		return err
	}
	problems, err := db.Check(ctx)
	numbers, err2 := db.Numbers(ctx)
	err = errors.Join(err, err2)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("the copy has %d problems, the first is: %s; see maildesk check --data", len(problems), problems[0])
	}
	if err == nil {
		err = db.View(ctx, func(r ticket.Reader) error {
			tally, err := r.Tally()
			m.Accepted, m.Mails, m.Tickets, m.Outbox = tally.Accepted, tally.Dispositions, tally.Tickets, tally.Outbox
			return err
		})
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	// So that a copy put into place by hand also continues after numbers that may
	// have been used since. Restore knows the backup's age and leaves a larger gap.
	return datafolder.WriteNumbers(folder, ahead(numbers, time.Time{}, m.MadeAt, m.MadeAt))
}

// write lists all files with their hashes, and makes all of them durable.
func (m *Manifest) write(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		f, err := fileOf(folder, filepath.ToSlash(name))
		m.Files = append(m.Files, f)
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.Create(filepath.Join(folder, manifestName), append(text, '\n')); err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return durable.Sync(path)
	})
}

// fileOf hashes a file of a backup.
func fileOf(folder, name string) (ManifestFile, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return ManifestFile{}, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return ManifestFile{}, err
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	return ManifestFile{name, n, hex.EncodeToString(hash.Sum(nil))}, err
}
