package localdesk

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

// OpenKeys returns the keyring of a data folder. It creates the keys if there are
// none; of two processes that do so at once, the second reads those of the first.
func OpenKeys(folder string) (*threading.Keyring, error) {
	if _, err := HasKeys(folder); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	text, err := threading.GenerateKeys().MarshalText()
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := durable.Create(filepath.Join(folder, datafolder.KeysFile), text); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys, err := ReadKeys(folder)
	if err != nil {
		return nil, err
	}
	return threading.NewKeyring(keys)
}

// keysToRead returns the keyring of a data folder, or where that has no keys one that is kept nowhere.
func keysToRead(folder string) (*threading.Keyring, error) {
	found, err := HasKeys(folder)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys := threading.GenerateKeys()
	if found {
		if keys, err = ReadKeys(folder); err != nil {
			return nil, err
		}
	}
	return threading.NewKeyring(keys)
}

// ReadKeys reads the signing keys of a data folder. It is an error when there are none yet.
func ReadKeys(folder string) (threading.Keys, error) {
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

// changeKeys writes what change makes of the keys of a data folder.
func changeKeys(folder string, change func(threading.Keys) (threading.Keys, error)) (threading.Keys, error) {
	keys, err := ReadKeys(folder)
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

// BeginEpoch adds the keys of a new epoch to a data folder (see
// [threading.Keys.NextEpoch]), because its data are not those that a desk wrote
// last; they contain the numbers up to kept. No desk may work on the folder.
func BeginEpoch(folder string, kept threading.Kept) error {
	_, err := changeKeys(folder, func(keys threading.Keys) (threading.Keys, error) { return keys.NextEpoch(kept) })
	return err
}

// HasKeys reports whether a data folder has keys that sign addresses. It is an error where
// they stand in it encrypted: new ones would be made in their place.
func HasKeys(data string) (bool, error) {
	_, err := os.Stat(filepath.Join(data, datafolder.KeysFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	if _, err := os.Stat(filepath.Join(data, datafolder.EncryptedKeysFile)); err == nil {
		return false, fmt.Errorf("the keys in %s are encrypted: decrypt them there (age --decrypt %s | tar -x), or take the file away to begin with new ones", data, datafolder.EncryptedKeysFile)
	}
	return false, nil
}
