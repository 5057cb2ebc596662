package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2/unstable"

	"maildesk/config/document"
)

// opened returns the private queues of the configuration in force that c lacks, each as a
// mistake. Of a queue that is not in the configuration every agent may read the tickets, so
// one that was private would be opened by a new name. Whoever wants that says it first, by
// private = false.
func (c *Config) opened() Mistakes {
	texts, err := keptTexts(c.Desk.Data)
	if err != nil {
		return nil // none is known to be in force
	}
	return c.lacks(texts[""], "the configuration in force")
}

// lacks returns the private queues of a configuration from before that c lacks.
func (c *Config) lacks(text, where string) (gone Mistakes) {
	before := document.ReadBroken(c.Path, []byte(text)) // its words may be those of an older version
	queues := before.Root.Values["queue"]
	if queues == nil {
		return nil
	}
	for _, q := range queues.Items {
		name, private := q.Values["name"], q.Values["private"]
		if name == nil || private == nil || private.Kind != unstable.Bool || private.Text != "true" {
			continue
		}
		if _, here := c.Rules.Queue(name.Text); here {
			continue
		}
		line, _ := before.Place(q.At)
		gone = append(gone, Mistake{
			File:   c.Path,
			Reason: fmt.Sprintf("the queue %q is gone, which is private in %s (line %d of it): every agent would read its tickets", name.Text, where, line),
			Remedy: fmt.Sprintf("keep it, with its agents and private = true, also beside one of another name (nothing has to lead to it); if every agent may read them, set private = false in [[queue]] %q, "+
				"let the desk run with that (start it once, if it is stopped), and take the queue out then", name.Text),
		})
	}
	return gone
}

// FollowBackup lets c be the configuration of a desk that is restored from a backup: unless one is
// in force in the data folder, that of the backup, which is in a folder, is from now on. That c
// lacks a private queue of the one in force is a mistake. Another error says that nobody knows which one is in force.
func (c *Config) FollowBackup(folder string) error {
	if _, err := keptTexts(c.Desk.Data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	} else if err == nil {
		if gone := c.opened(); len(gone) > 0 {
			return gone
		}
		return nil
	}
	was := &Config{texts: map[string]string{}}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, err2 := filepath.Rel(folder, path)
		was.texts[filepath.ToSlash(name)] = string(text)
		return cmp.Or(err, err2)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the backup has none
	}
	if err != nil {
		return fmt.Errorf("read the config of the backup: %w", err)
	}
	for name, text := range was.texts { // the one with the desk; the others are named by it
		if d := document.ReadBroken(name, []byte(text)); filepath.Ext(name) == ".toml" && d.Root.Values["desk"] != nil {
			was.texts[""] = text
			delete(was.texts, name)
			break
		}
	}
	if gone := c.lacks(was.texts[""], "the configuration of the backup"); len(gone) > 0 {
		return gone
	}
	if was.texts[""] == "" {
		return nil
	}
	return was.Keep(c.Desk.Data)
}
