package moving

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/durable"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/sqlite"
	"maildesk/store/transfer"
)

// folderHome is a data folder with both files.
type folderHome struct {
	folder string
	beside string // the folder of the database that is moved here
}

// A folder is filled in one inside, which has completeFile once all is there.
const (
	fillFolder   = "moving"
	completeFile = "complete"
)

// files are the databases, the one that makes a desk of a folder last.
var files = []string{datafolder.JournalFile, datafolder.File}

func (f *folderHome) String() string { return f.folder }

func (f *folderHome) lock(context.Context) (release func() error, err error) {
	file, err := datafolder.Lock(f.folder)
	if err != nil {
		return nil, err
	}
	return file.Close, nil
}

func (f *folderHome) moved(context.Context) (*datafolder.Moved, error) {
	return datafolder.ReadMoved(f.folder)
}

func (f *folderHome) mark(_ context.Context, m *datafolder.Moved) error {
	return datafolder.MarkMoved(f.folder, m)
}

// source waits for commands that were changing something when the mark was made: those that
// come to their turn later find it.
func (f *folderHome) source(ctx context.Context) (*transfer.Source, error) {
	for _, name := range files {
		if err := sqlite.AwaitTurns(ctx, filepath.Join(f.folder, name)); err != nil {
			return nil, err
		}
	}
	return transfer.FromFolder(ctx, f.folder)
}

// inside is the folder that is filled.
func (f *folderHome) inside() string { return filepath.Join(f.folder, fillFolder) }

// free wants a folder without a desk: a new one, or that which belongs to the database, in
// which files of an earlier time may lie that were moved away.
func (f *folderHome) free(context.Context) error {
	// What was called off.
	if err := os.RemoveAll(f.inside()); err != nil {
		return err
	}
	if f.folder != f.beside {
		there, err := os.ReadDir(f.folder)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && len(there) > 0 {
			err = fmt.Errorf("the folder is not empty (%s): name a new one", there[0].Name())
		}
		return err
	}
	for _, name := range files {
		_, err := os.Stat(filepath.Join(f.folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var mark *datafolder.Moved
		if err == nil {
			mark, err = datafolder.ReadMoved(f.folder)
		}
		if err == nil && (mark == nil || !mark.Done) {
			err = fmt.Errorf("there is a database in the folder, of which nobody knows that it was moved elsewhere: take %s* out of it, or name another folder", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *folderHome) target(ctx context.Context, id string) (*transfer.Target, error) {
	if err := datafolder.MakeFolder(f.folder); err != nil {
		return nil, err
	}
	return transfer.IntoFolder(ctx, f.inside(), id)
}

func (f *folderHome) open(ctx context.Context) (*store.DB, error) {
	folder := f.folder
	if _, err := os.Stat(f.inside()); err == nil && f.beside != "" {
		folder = f.inside()
	}
	return store.Open(ctx, folder, store.Options{Moved: true})
}

// keepBeside copies the folder that belongs to the database: keys, numbers, accounts and what
// else lies there.
func (f *folderHome) keepBeside() error {
	if f.folder != f.beside {
		err := fs.WalkDir(os.DirFS(f.beside), ".", func(name string, entry fs.DirEntry, err error) error {
			switch to := filepath.Join(f.folder, name); {
			case err != nil:
				return err
			case isOfDatabase(name):
				return nil
			case entry.IsDir():
				return datafolder.MakeFolder(to)
			case entry.Type().IsRegular():
				return durable.Copy(filepath.Join(f.beside, name), to)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("copy what lies in %s: %w", f.beside, err)
		}
	}
	err := durable.Create(filepath.Join(f.inside(), completeFile), nil)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return err
}

// isOfDatabase reports whether a name in a data folder belongs to files that are not copied:
// databases, locks and marks.
func isOfDatabase(name string) bool {
	return slices.Contains([]string{"lock", datafolder.MovedFile, fillFolder}, name) || durable.IsLock(name) || strings.HasPrefix(name, datafolder.File) || strings.HasPrefix(name, datafolder.JournalFile)
}

// finish puts the files in their place.
func (f *folderHome) finish(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(f.inside(), completeFile)); errors.Is(err, fs.ErrNotExist) {
		return nil // they are there
	} else if err != nil {
		return err
	}
	if err := f.setAside(); err != nil {
		return err
	}
	for _, name := range files {
		path := filepath.Join(f.inside(), name)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		pool := sqlite.Open(path, sqlite.Writing)
		_, err := pool.ExecContext(ctx, `DROP TABLE IF EXISTS `+datafolder.MovingTable)
		// The last connection empties the log, and takes it away.
		if err = errors.Join(err, pool.Close()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := durable.Rename(path, filepath.Join(f.folder, name)); err != nil {
			return err
		}
	}
	if err := datafolder.MarkMoved(f.folder, nil); err != nil {
		return err
	}
	return os.RemoveAll(f.inside())
}

// setAside renames the files that lie there since the data were moved to the database. When it
// is called again, those that are new are left.
func (f *folderHome) setAside() error {
	mark, err := datafolder.ReadMoved(f.folder)
	if mark == nil || err != nil {
		return err
	}
	for _, name := range files {
		if _, err := os.Stat(filepath.Join(f.inside(), name)); err != nil {
			continue // it was put in its place
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			path := filepath.Join(f.folder, name+suffix)
			err := durable.Rename(path, path+mark.At.Format(".moved-20060102T150405Z"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
