package localdesk

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"maildesk/config"
	"maildesk/store/datafolder"
)

// Digest returns a digest of what must be the same on all daemons that share a database: the
// configuration (see [config.Config.Digest]), the admin's own texts, and the keys that sign
// addresses.
func Digest(cfg *config.Config) (string, error) {
	sum := sha256.New()
	own, err := cfg.Digest()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(sum, own)
	for _, folder := range []string{cfg.Desk.Templates, cfg.Desk.Macros} {
		if folder == "" {
			continue
		}
		if err := addFolder(sum, folder); err != nil {
			return "", fmt.Errorf("digest of %s: %w", folder, err)
		}
	}
	keys, err := os.ReadFile(filepath.Join(cfg.Desk.Data, datafolder.KeysFile))
	if err != nil {
		return "", fmt.Errorf("digest of the keys: %w", err)
	}
	sum.Write(keys)
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// addFolder adds the names and bytes of all files in a folder, in the order of their names.
func addFolder(sum io.Writer, folder string) error {
	return fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(folder), path)
		fmt.Fprintf(sum, "%s %x\n", path, sha256.Sum256(text))
		return err
	})
}
