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

// textsName is the folder of the admin's own texts in a backup, if they are not in
// the folder of the configuration.
const textsName = "texts"

// backupTexts copies the admin's own texts into a backup, if possible to where the
// copied configuration looks for them. It returns their place in the backup.
func backupTexts(cfg *config.Config, folder string) (place string, err error) {
	texts := cfg.Desk.Templates
	if texts == "" {
		return "", nil
	}
	place = textsName
	inside, err := filepath.Rel(filepath.Dir(cfg.Path), texts)
	if err == nil && filepath.IsLocal(inside) && inside != "." {
		place = filepath.Join(configName, inside)
	}
	return filepath.ToSlash(place), copyTexts(texts, filepath.Join(folder, place))
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
		names, err := os.ReadDir(folder)
		if err == nil {
			err = os.MkdirAll(filepath.Join(to, language.Name()), 0o755)
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			path := filepath.Join(folder, name.Name())
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if err := durable.Copy(path, filepath.Join(to, language.Name(), name.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// restoreTexts puts the texts of a backup where the configuration expects them,
// unless they are there already. It returns the folder if it did.
func restoreTexts(m Manifest, src, want string) (string, error) {
	if m.Texts == "" || want == "" {
		return "", nil
	}
	if _, err := os.Stat(want); !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return want, copyTexts(filepath.Join(src, filepath.FromSlash(m.Texts)), want)
}
