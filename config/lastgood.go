package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"maildesk/config/document"
	"maildesk/durable"
)

// keptName is the file in the data folder with the last valid configuration, and keptOf under what
// the name of its file stands in it, which is no name of a file itself.
const keptName, keptOf = "config.last-good.json", "/"

// Keep writes a copy of the configuration and its included files into folder, so that
// the daemon can start with it when the files are broken by then. Passwords are not
// copied.
func (c *Config) Keep(folder string) error {
	texts := maps.Clone(c.texts)
	if c.Path != "" {
		texts[keptOf] = filepath.Base(c.Path)
	}
	data, err := json.MarshalIndent(texts, "", " ")
	if err != nil {
		return fmt.Errorf("keep the config: %w", err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return fmt.Errorf("keep the config: %w", err)
	}
	if err := durable.Replace(filepath.Join(folder, keptName), data); err != nil {
		return fmt.Errorf("keep the config: %w", err)
	}
	return nil
}

// KeepAnew is Keep where folder has such a copy, of whatever configuration was valid before.
func (c *Config) KeepAnew(folder string) error {
	if _, err := os.Stat(filepath.Join(folder, keptName)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return c.Keep(folder)
}

// Copy writes the configuration and its included files into a new folder as they were
// read. Passwords, which have their own files, are not among them.
func (c *Config) Copy(folder string) error {
	for name, text := range c.texts {
		if name == "" {
			name = filepath.Base(c.Path)
		}
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("copy the config: %w", err)
		}
		if err := durable.Replace(path, []byte(text)); err != nil {
			return fmt.Errorf("copy the config: %w", err)
		}
	}
	return nil
}

// LoadKept is Load with the copy that Keep wrote into folder. Its error wraps
// [fs.ErrNotExist] when there is none, and when it is that of a file with another name:
// whoever mistypes a name would else get the desk that has its data there.
func LoadKept(path, folder string) (*Config, error) {
	texts, err := keptTexts(folder)
	if err != nil {
		return nil, err
	}
	if of := texts[keptOf]; of != "" && of != filepath.Base(path) {
		return nil, fmt.Errorf("the last good config is that of %s: %w", of, fs.ErrNotExist)
	}
	return load(path, "", func(name string) ([]byte, error) {
		text, ok := texts[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(text), nil
	}, loader{kept: true})
}

// keptTexts returns the texts that Keep wrote into folder, by their names; that of the file itself is empty.
func keptTexts(folder string) (texts map[string]string, err error) {
	data, err := os.ReadFile(filepath.Join(folder, keptName))
	if err == nil {
		err = json.Unmarshal(data, &texts)
	}
	if err != nil {
		return nil, fmt.Errorf("read the last good config: %w", err)
	}
	return texts, nil
}

// DataFolder returns the data folder of the configuration at path. If the file is
// broken, it uses what is still readable; if there is none, the default.
func DataFolder(path string) string {
	folder := "data"
	if data, err := readFile(path); err == nil {
		d := document.ReadBroken(path, data)
		if desk := d.Root.Values["desk"]; desk != nil && desk.Values["data"] != nil && desk.Values["data"].Kind == unstable.String {
			folder = desk.Values["data"].Text
		}
	}
	if filepath.IsAbs(folder) || strings.Contains(folder, "://") {
		return folder
	}
	return filepath.Join(filepath.Dir(path), folder)
}
