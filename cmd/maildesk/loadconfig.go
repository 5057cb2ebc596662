package main

import (
	"errors"
	"fmt"
	"io/fs"

	"maildesk/config"
	"maildesk/daemon"
)

// loadConfig loads the configuration; its error says what to do when there is none.
func loadConfig(path string) (*config.Config, error) {
	cfg, err := config.Load(path)
	return cfg, explainMissing(path, err)
}

// configInForce loads the configuration for commands that work on stored data. If the
// file is broken, it returns the copy that the daemon keeps, as the daemon itself
// does, and in refused why.
func configInForce(path string) (cfg *config.Config, refused, err error) {
	cfg, refused, err = daemon.Load(path)
	return cfg, refused, explainMissing(path, err)
}

func explainMissing(path string, err error) error {
	if isMissing(err) {
		return fmt.Errorf("there is no %s; make one with: maildesk quickstart support@YOUR.DOMAIN, or name another with -c: %w", path, fs.ErrNotExist)
	}
	return err
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// configPath is the path of the configuration file, as the command line names it.
type configPath string
