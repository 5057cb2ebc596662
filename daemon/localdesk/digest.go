package localdesk

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"maildesk/config"
	"maildesk/store/datafolder"
)

// Digest returns a digest of what must be the same on all daemons that share a database: the
// configuration (see [config.Config.Digest]), the admin's own texts, and the keys that sign
// addresses, in the folder of the data.
func Digest(cfg *config.Config, data string) (string, error) {
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
		if err := addFolder(sum, os.DirFS(folder), "."); err != nil {
			return "", fmt.Errorf("digest of %s: %w", folder, err)
		}
	}
	keys, err := os.ReadFile(filepath.Join(data, datafolder.KeysFile))
	if err != nil {
		return "", fmt.Errorf("digest of the keys: %w", err)
	}
	sum.Write(keys)
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// addFolder adds the names and bytes of the files in a folder that are read as texts, in the order of
// their names: not hidden ones, nor editors' copies, nor what lies deeper than the texts of a language. Links are followed: where Kubernetes mounts a
// folder, its files are links into a hidden one, whose name is another on each machine.
func addFolder(sum io.Writer, folder fs.FS, at string) error {
	entries, err := fs.ReadDir(folder, at)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), "~") {
			continue
		}
		name := path.Join(at, e.Name())
		info, err := fs.Stat(folder, name)
		var text []byte
		switch {
		case err == nil && info.IsDir() && at != ".": // no text lies as deep, but a link may lead back
			continue
		case err == nil && info.IsDir():
			if err := addFolder(sum, folder, name); err != nil {
				return err
			}
			continue
		case err == nil:
			text, err = fs.ReadFile(folder, name)
		}
		if errors.Is(err, fs.ErrNotExist) && e.Type()&fs.ModeSymlink == 0 {
			continue // it was an editor's, and is gone by now
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %x\n", name, sha256.Sum256(text))
	}
	return nil
}
