package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"maildesk/durable"
	"maildesk/store/datafolder"
	"maildesk/threading"
)

// openKeys returns the keyring of a data folder. It creates the keys if there are
// none; of two processes that do so at once, the second reads those of the first.
func openKeys(folder string) (*threading.Keyring, error) {
	if _, err := hasKeys(folder); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	text, err := threading.GenerateKeys().MarshalText()
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := durable.Create(filepath.Join(folder, datafolder.KeysFile), text); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys, err := readKeys(folder)
	if err != nil {
		return nil, err
	}
	return threading.NewKeyring(keys)
}

// readKeys reads the signing keys of a data folder.
func readKeys(folder string) (threading.Keys, error) {
	path := filepath.Join(folder, datafolder.KeysFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	var keys threading.Keys
	if err := keys.UnmarshalText(text); err != nil {
		return nil, fmt.Errorf("keys in %s: %w", path, err)
	}
	return keys, nil
}

// RotateKeys has new keys sign in a data folder from now on; the others end after a while.
// A running desk takes them up within half a minute.
func RotateKeys(folder string, now time.Time, after time.Duration) (threading.Keys, error) {
	return changeKeys(folder, func(keys threading.Keys) (threading.Keys, error) { return keys.Rotate(now, after) })
}

// RevokeKey ends the keys of an id in a data folder; see [threading.Keys.Revoke]. A
// running desk takes that up within half a minute.
func RevokeKey(folder, id string, now time.Time) (threading.Keys, error) {
	return changeKeys(folder, func(keys threading.Keys) (threading.Keys, error) { return keys.Revoke(id, now) })
}

// Keys returns the signing keys of a data folder. It is an error when there are none yet.
func Keys(folder string) (threading.Keys, error) { return readKeys(folder) }

// changeKeys writes what change makes of the keys of a data folder.
func changeKeys(folder string, change func(threading.Keys) (threading.Keys, error)) (threading.Keys, error) {
	keys, err := readKeys(folder)
	if err != nil {
		return nil, err
	}
	next, err := change(keys)
	if err != nil {
		return nil, fmt.Errorf("keys in %s: %w", folder, err)
	}
	text, err := next.MarshalText()
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return next, durable.Replace(filepath.Join(folder, datafolder.KeysFile), text)
}

// observeKeys puts the keys of the data folder into force, if they are others than those
// that the desk has. Keys that cannot be read change nothing.
func (d *Daemon) observeKeys() error {
	keys, err := readKeys(d.policy.cfg.Desk.Data)
	if err != nil {
		return err
	}
	return d.local.keys.Use(keys)
}

// beginEpoch adds the keys of a new epoch to a data folder (see
// [threading.Keys.NextEpoch]), because its data are not those that a desk wrote
// last; they contain the numbers up to kept. No desk may work on the folder.
func beginEpoch(folder string, kept threading.Kept) error {
	_, err := changeKeys(folder, func(keys threading.Keys) (threading.Keys, error) { return keys.NextEpoch(kept) })
	return err
}
