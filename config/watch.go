package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the files must be unchanged before a change counts, so that a
// file which an editor is still writing is not read.
const settle = 100 * time.Millisecond

// Watch calls changed after the configuration at path, or a file that it includes, was
// written, replaced or removed. It blocks until ctx is done and then returns nil.
//
// It watches the folders, because editors replace the file by a new one, and others
// move a link; changes of other files in them are ignored.
func Watch(ctx context.Context, path string, changed func()) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the config: %w", err)
	}
	defer w.Close()
	files, err := watchFiles(w, path)
	if err != nil {
		return err
	}
	seen := stamps(files)
	last := seen
	look := time.NewTimer(settle) // once at the start: there may have been a change before
	looking := true
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.Events:
		case err := <-w.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return fmt.Errorf("watch the config: %w", err)
			}
		case <-look.C:
			looking = false
			now := stamps(files)
			if slices.Equal(now, seen) {
				last = seen
				continue
			}
			if slices.Equal(now, last) {
				if files, err = watchFiles(w, path); err != nil {
					return err
				}
				seen = stamps(files)
				last = seen
				changed()
				continue
			}
			last = now // still being written: look again
		}
		if !looking {
			look.Reset(settle)
			looking = true
		}
	}
}

// watchFiles watches the folders of all files of the configuration and returns their
// names. If it is broken, only the file itself is known.
func watchFiles(w *fsnotify.Watcher, path string) ([]string, error) {
	files := []string{path}
	if c, err := Load(path); err == nil {
		files = c.Files
	}
	for _, f := range files {
		if err := w.Add(filepath.Dir(f)); err != nil {
			return nil, fmt.Errorf("watch the config: %w", err)
		}
	}
	return files, nil
}

// stamp identifies a version of a file; zero: no file.

type stamp struct {
	modified time.Time
	size     int64
}

func stamps(files []string) []stamp {
	all := make([]stamp, len(files))
	for i, f := range files {
		if info, err := os.Stat(f); err == nil {
			all[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return all
}
