package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/moving"
	"maildesk/daemon/privacy"
	"maildesk/durable"
	"maildesk/store"
)

// On PostgreSQL a backup is the same folder as ever. It is written from a snapshot of the
// database, and restored by way of files, which are brought up to date first.

// restoreFolder is where those files are meanwhile, inside the data folder.
const restoreFolder = "restoring"

// restoreID names a backup to the database into which it is restored: the same one may go on
// where that was broken off.
func (m Manifest) restoreID() string { return "backup of " + m.MadeAt.Format(time.RFC3339) }

// roomToRestore reports why the data of a backup cannot be put where a configuration says; nil:
// they can.
func (m Manifest) roomToRestore(ctx context.Context, cfg *config.Config) error {
	if !cfg.Desk.OnServer() {
		return roomForData(cfg.Desk.Data)
	}
	return moving.Room(ctx, cfg.Desk, m.restoreID())
}

// readyFile is among them when they are as they go into the database, with the name of the
// backup and how many people were erased in them. A restore that was broken off goes on with the same.
const readyFile = "ready"

// isReady reports whether the files in a folder are those of a backup, as they go into the database,
// and how many people were erased in them.
func (m Manifest) isReady(folder string) (erased int, ready bool) {
	text, err := os.ReadFile(filepath.Join(folder, readyFile))
	number, same := strings.CutPrefix(string(text), m.restoreID()+"\n")
	if err == nil && same {
		erased, err = strconv.Atoi(number)
	}
	return erased, err == nil && same
}

// putOnServer puts the databases of a backup on a server, where no desk opens them before
// finishOnServer. Whoever was erased since is erased in the files; it returns how many these were.
func (m Manifest) putOnServer(ctx context.Context, cfg *config.Config, src string) (erased int, err error) {
	folder := filepath.Join(cfg.Desk.Data, restoreFolder)
	erased, ready := m.isReady(folder)
	if !ready {
		if erased, err = m.makeReady(ctx, cfg, src, folder); err != nil {
			return 0, err
		}
	}
	if err := moving.Fill(ctx, cfg.Desk, folder, m.restoreID()); err != nil {
		return 0, fmt.Errorf("into the database: %w", err)
	}
	return erased, nil
}

// makeReady copies the databases of a backup into a folder, and brings them there to what is to
// be restored.
func (m Manifest) makeReady(ctx context.Context, cfg *config.Config, src, folder string) (erased int, err error) {
	err = os.RemoveAll(folder)
	if err == nil {
		err = os.Mkdir(folder, 0o700)
	}
	if err != nil {
		return 0, err
	}
	for _, name := range m.dataFiles() {
		to := folder
		if name == pausedName {
			to = cfg.Desk.Data
		}
		if err := durable.Copy(filepath.Join(src, name), filepath.Join(to, name)); err != nil {
			return 0, err
		}
	}
	if err := privacy.TakeErasures(src, cfg.Desk.Data); err != nil {
		return 0, err
	}
	if erased, err = eraseInFiles(ctx, cfg, folder); err == nil {
		err = durable.Create(filepath.Join(folder, readyFile), fmt.Append(nil, m.restoreID(), "\n", erased))
	}
	return erased, err
}

// finishOnServer lets a desk open what was restored: it is the last that a restore does.
func finishOnServer(ctx context.Context, cfg *config.Config) error {
	if err := moving.Finish(ctx, cfg.Desk); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(cfg.Desk.Data, restoreFolder))
}

// eraseInFiles brings the files in a folder up to date, and erases in them whom the list of the
// data folder names.
func eraseInFiles(ctx context.Context, cfg *config.Config, folder string) (n int, err error) {
	err = durable.Copy(filepath.Join(cfg.Desk.Data, privacy.ErasuresFile), filepath.Join(folder, privacy.ErasuresFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	local, err := localdesk.OpenWith(ctx, inFolder(cfg, folder), slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		return 0, err
	}
	n, err = privacy.EraseAgain(ctx, local, false, slog.New(slog.DiscardHandler))
	return n, errors.Join(err, local.Close())
}

// inFolder returns a configuration whose data are in another folder, and on no server.
func inFolder(cfg *config.Config, folder string) *config.Config {
	again := *cfg
	again.Desk.Data, again.Desk.Database, again.Desk.DatabasePassword = folder, "", ""
	return &again
}
