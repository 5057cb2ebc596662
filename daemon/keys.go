package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"maildesk/durable"
	"maildesk/store"
	"maildesk/threading"
)

// openKeys returns the keyring of a data folder. It creates the keys if there are
// none; of two processes that do so at once, the second reads those of the first.
func openKeys(folder string) (*threading.Keyring, error) {
	text, err := threading.GenerateKeys().MarshalText()
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := durable.Create(filepath.Join(folder, store.KeysFile), text); err != nil && !errors.Is(err, fs.ErrExist) {
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
	path := filepath.Join(folder, store.KeysFile)
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

// beginEpoch adds the keys of a new epoch to a data folder (see
// [threading.Keys.NextEpoch]), because its data are not those that a desk wrote
// last; they contain the numbers up to kept. No desk may work on the folder.
func beginEpoch(folder string, kept threading.Kept) error {
	keys, err := readKeys(folder)
	if err != nil {
		return err
	}
	next, err := keys.NextEpoch(kept)
	if err != nil {
		return fmt.Errorf("keys in %s: %w", folder, err)
	}
	text, err := next.MarshalText()
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return durable.Replace(filepath.Join(folder, store.KeysFile), text)
}
