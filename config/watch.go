package config

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be quiet before its change counts, so that a
// file which an editor is still writing is not read by halves.
const settle = 200 * time.Millisecond

// Watch calls changed after anything in the folder of path was written,
// replaced or removed. It watches the folder, because editors put a new file in
// the place of the old one. It blocks until ctx is done and gives nil then.
func Watch(ctx context.Context, path string, changed func()) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the config: %w", err)
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(path)); err != nil {
		return fmt.Errorf("watch the config: %w", err)
	}
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return fmt.Errorf("watch the config: the watcher ended")
			}
			if filepath.Ext(e.Name) == ".toml" && !e.Has(fsnotify.Chmod) {
				quiet.Reset(settle)
			}
		case err, ok := <-w.Errors:
			if !ok {
				return fmt.Errorf("watch the config: the watcher ended")
			}
			return fmt.Errorf("watch the config: %w", err)
		case <-quiet.C:
			changed()
		}
	}
}
