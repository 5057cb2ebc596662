package daemon

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"maildesk/config"
	"maildesk/durable"
)

// The folders of the admin's own texts, and of those for #send, in a backup, if they are
// not in the folder of the configuration.
const (
	textsName  = "texts"
	macrosName = "macros"
)

// backupTexts copies a folder of the admin's into a backup, if possible to where the
// copied configuration looks for it, else under a name. It returns its place in the
// backup, empty: there is none.
func backupTexts(cfg *config.Config, from, folder, name string, copy func(from, to string) error) (place string, err error) {
	if from == "" {
		return "", nil
	}
	place = name
	inside, err := filepath.Rel(filepath.Dir(cfg.Path), from)
	if err == nil && filepath.IsLocal(inside) && inside != "." {
		place = filepath.Join(configName, inside)
	}
	return filepath.ToSlash(place), copy(from, filepath.Join(folder, place))
}

// copyTexts copies a folder of texts, which has a folder for each language, to a
// new one. Links are followed, as their targets may not exist on another machine.
func copyTexts(from, to string) error {
	languages, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, language := range languages {
		folder := filepath.Join(from, language.Name())
		if info, err := os.Stat(folder); err != nil || !info.IsDir() || strings.HasPrefix(language.Name(), ".") {
			continue // not a text: the desk ignores it too
		}
		if err := copyFiles(folder, filepath.Join(to, language.Name())); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles copies the files of a folder to a new one, and follows links.
func copyFiles(from, to string) error {
	names, err := os.ReadDir(from)
	if err == nil {
		err = os.MkdirAll(to, 0o755)
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		path := filepath.Join(from, name.Name())
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := durable.Copy(path, filepath.Join(to, name.Name())); err != nil {
			return err
		}
	}
	return nil
}

// restoreTexts puts a folder of a backup where the configuration expects it, unless it
// is there already. It returns the folder if it did.
func restoreTexts(place, src, want string, copy func(from, to string) error) (string, error) {
	if place == "" || want == "" {
		return "", nil
	}
	if _, err := os.Stat(want); !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return want, copy(filepath.Join(src, filepath.FromSlash(place)), want)
}
