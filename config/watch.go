package config

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the files must be quiet before their change counts, so
// that a file which an editor is still writing is not read by halves.
const settle = 200 * time.Millisecond

// Watch calls changed after the config at path, or a file that it includes, was
// written, replaced or removed. It watches the folders, because editors put a
// new file in the place of the old one. It blocks until ctx is done and gives
// nil then.
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
	quiet := time.NewTimer(settle)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.Events:
			if slices.Contains(files, filepath.Clean(e.Name)) && !e.Has(fsnotify.Chmod) {
				quiet.Reset(settle)
			}
		case err := <-w.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return fmt.Errorf("watch the config: %w", err)
			}
			quiet.Reset(settle) // events were lost: it may have changed
		case <-quiet.C:
			if files, err = watchFiles(w, path); err != nil {
				return err
			}
			changed()
		}
	}
}

// watchFiles watches the folders of all files of the config and gives their
// names. Of a broken config only the file itself is known.
func watchFiles(w *fsnotify.Watcher, path string) ([]string, error) {
	files := []string{path}
	if c, err := Load(path); err == nil {
		files = c.Files
	}
	for i, f := range files {
		files[i] = filepath.Clean(f)
		if err := w.Add(filepath.Dir(files[i])); err != nil {
			return nil, fmt.Errorf("watch the config: %w", err)
		}
	}
	return files, nil
}
