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
	"strings"
	"time"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/store"
)

// A backup is a folder: the data folder as it was at one moment (database,
// keys, and the mark that the outbox is paused), the configuration below
// config/, and the manifest. Passwords are not in it.
const (
	manifestName = "manifest.json"
	configName   = "config"
	keysName     = "keys"
)

// Manifest says what a backup holds.
type Manifest struct {
	MadeAt   time.Time                  `json:"made_at"`
	Accepted int64                      `json:"accepted"` // mails
	Mails    map[desk.Disposition]int64 `json:"mails"`
	Tickets  map[desk.Status]int64      `json:"tickets"`
	Outbox   map[desk.OutboxState]int64 `json:"outbox"`
	Files    []ManifestFile             `json:"files"`
}

// ManifestFile is one file of a backup; its name is relative, with slashes.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Backup writes a backup to the folder dest, which must not be there, beside a
// running daemon or without. It is read back and checked, as maildesk check
// --data does, before it gets its name: a folder dest is a whole backup.
func Backup(ctx context.Context, cfg *config.Config, dest string) (m Manifest, err error) {
	if _, err := os.Lstat(dest); !errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("backup: %s is there already; name a new folder (%w)", dest, fs.ErrExist)
	}
	if !HasData(cfg) {
		return m, fmt.Errorf("backup: there is no data in %s", cfg.Desk.Data)
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
	if err := fillBackup(ctx, cfg, folder); err != nil {
		return m, err
	}
	if err := m.verify(ctx, folder); err != nil {
		return m, err
	}
	if err := m.write(folder); err != nil {
		return m, err
	}
	if err := os.Rename(folder, dest); err != nil {
		return m, err
	}
	return m, syncFolder(filepath.Dir(dest))
}

// fillBackup copies everything into folder.
func fillBackup(ctx context.Context, cfg *config.Config, folder string) error {
	db, err := store.Open(ctx, cfg.Desk.Data, store.Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Backup(ctx, filepath.Join(folder, store.File)), db.Close()); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(cfg.Desk.Data, keysName), filepath.Join(folder, keysName)); err != nil {
		return err
	}
	if err := cfg.Copy(filepath.Join(folder, configName)); err != nil {
		return err
	}
	if cfg.Desk.Templates != "" {
		if err := os.CopyFS(filepath.Join(folder, configName, "templates"), os.DirFS(cfg.Desk.Templates)); err != nil {
			return err
		}
	}
	// The time is that of the copy or later: every mail in it was made before.
	return PauseOutbox(folder, Pause{time.Now(), "restored from a backup; mails from before it may have been sent by then"})
}

// verify reads the copy of the database, all of it, and counts what it holds.
func (m *Manifest) verify(ctx context.Context, folder string) error {
	db, err := store.Open(ctx, folder, store.Options{})
	if err != nil {
		return err
	}
	problems, err := db.Check(ctx)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("the copy has %d problems, the first is: %s; see maildesk check --data", len(problems), problems[0])
	}
	if err == nil {
		err = db.View(ctx, func(r desk.Reader) error {
			tally, err := r.Tally()
			m.Accepted, m.Mails, m.Tickets, m.Outbox = tally.Accepted, tally.Dispositions, tally.Tickets, tally.Outbox
			return err
		})
	}
	return errors.Join(err, db.Close())
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
	if err := writeOnce(filepath.Join(folder, manifestName), append(text, '\n')); err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncFolder(path) // files are made durable in the same way
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

// Restore puts a backup into the data folder of a configuration, which must
// not hold data yet. Every file is compared with the manifest first. The desk
// then takes mail, and sends nothing before ResumeOutbox.
func Restore(cfg *config.Config, src string) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(src, manifestName))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		return m, fmt.Errorf("restore: %s is no backup of maildesk: %w", src, err)
	}
	for _, want := range m.Files {
		got, err := fileOf(src, want.Name)
		if err != nil {
			return m, fmt.Errorf("restore: the backup is not whole: %w", err)
		}
		if got != want {
			return m, fmt.Errorf("restore: the backup is damaged: %s is not as it was written (%d bytes, %d wanted)", want.Name, got.Size, want.Size)
		}
	}
	data := cfg.Desk.Data
	if strings.Contains(data, "://") {
		return m, errors.New("restore: a backup goes into a folder; put a folder into [desk] data")
	}
	if HasData(cfg) {
		return m, fmt.Errorf("restore: there is data in %s already; move it away, or name another folder in [desk] data", data)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	// The database comes last: without it there is no data, and the next try begins anew.
	for _, name := range []string{keysName, pausedName, store.File} {
		partial := filepath.Join(data, "."+name+".partial")
		if err := copyFile(filepath.Join(src, name), partial); err != nil {
			return m, fmt.Errorf("restore: %w", err)
		}
		if err := os.Rename(partial, filepath.Join(data, name)); err != nil {
			return m, fmt.Errorf("restore: %w", err)
		}
		if err := syncFolder(data); err != nil {
			return m, fmt.Errorf("restore: %w", err)
		}
	}
	return m, nil
}

// copyFile copies a file, durably, to one that only we can read.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
