package console

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"maildesk/config"
	"maildesk/daemon"
)

// LoadConfig loads the configuration; its error says what to do when there is none.
func LoadConfig(path string) (*config.Config, error) {
	cfg, err := config.Load(path)
	return cfg, ExplainMissing(path, err)
}

// ConfigInForce loads the configuration for commands that work on stored data. If the
// file is broken, it returns the copy that the daemon keeps, as the daemon itself
// does, and in refused why.
func ConfigInForce(path string) (cfg *config.Config, refused, err error) {
	cfg, refused, err = daemon.Load(path)
	return cfg, refused, ExplainMissing(path, err)
}

// ExplainMissing adds to the error of a configuration that is not there how to make one.
func ExplainMissing(path string, err error) error {
	if IsMissing(err) && path == "" {
		return fmt.Errorf("-c names no file: %w", fs.ErrNotExist)
	}
	if IsMissing(err) {
		return fmt.Errorf("there is no %s; make one with: maildesk quickstart support@YOUR.DOMAIN, or name another with -c: %w", path, fs.ErrNotExist)
	}
	return err
}

// IsMissing reports whether an error says that there is no configuration.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// DefaultPath is the path of the configuration where nothing names another.
const DefaultPath = "maildesk.toml"

// Place returns where the data of a desk is: the whole path of a folder, so that an error
// says which one is meant whatever the folder of the shell.
func Place(cfg *config.Config) string {
	if path, err := filepath.Abs(cfg.Desk.Data); err == nil && cfg.Desk.Database == "" {
		return path
	}
	return cfg.Desk.Place()
}

// ConfigPath is the path of the configuration file, as the command line names it.
type ConfigPath string
