package daemon

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"maildesk/daemon/localdesk"

	"filippo.io/age"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/mailauth/sign"
	"maildesk/store/datafolder"
)

// What a backup has of the keys.
const (
	KeysPlain     = ""          // those of addresses, as they are
	KeysEncrypted = "encrypted" // those of addresses and of DKIM
	KeysLeftOut   = "left out"
)

// BackupOptions are what a backup has of the keys. Zero: those of addresses, as they are.
type BackupOptions struct {
	WithoutKeys bool
	Passphrase  string // encrypts all keys; empty: they are not encrypted

	work int // logarithm of scrypt's cost; 0: what age takes
}

// secrets are the files with keys of a data folder: those that sign addresses, and those
// of DKIM. The names are relative, with slashes.
type secrets map[string][]byte

// backupKeys puts the keys of a data folder into a backup, and returns what it has of them.
func backupKeys(data, folder string, o BackupOptions) (string, error) {
	switch {
	case o.WithoutKeys:
		return KeysLeftOut, nil
	case o.Passphrase == "":
		return KeysPlain, durable.Copy(filepath.Join(data, datafolder.KeysFile), filepath.Join(folder, datafolder.KeysFile))
	}
	s, err := readSecrets(data)
	if err != nil {
		return "", err
	}
	sealed, err := s.seal(o)
	if err != nil {
		return "", fmt.Errorf("encrypt the keys: %w", err)
	}
	return KeysEncrypted, durable.Create(filepath.Join(folder, datafolder.EncryptedKeysFile), sealed)
}

// readSecrets reads the keys of a data folder.
func readSecrets(data string) (secrets, error) {
	root := os.DirFS(data)
	text, err := fs.ReadFile(root, datafolder.KeysFile)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	s := secrets{datafolder.KeysFile: text}
	return s, fs.WalkDir(root, localdesk.DKIMFolder, func(name string, entry fs.DirEntry, err error) error {
		if name == localdesk.DKIMFolder && errors.Is(err, fs.ErrNotExist) {
			return nil // this desk signs no mail
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		s[name], err = fs.ReadFile(root, name)
		return err
	})
}

// seal returns the keys as an encrypted archive.
func (s secrets) seal(o BackupOptions) ([]byte, error) {
	to, err := age.NewScryptRecipient(o.Passphrase)
	if err != nil {
		return nil, err
	}
	if o.work > 0 {
		to.SetWorkFactor(o.work)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(s[name]))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(s[name]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), w.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// openSecrets decrypts the archive of keys in a file.
func openSecrets(path, passphrase string) (secrets, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	defer f.Close()
	by, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	plain, err := age.Decrypt(f, by)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, errors.New("the passphrase is not the one with which the keys of the backup are encrypted; nothing was restored")
	}
	if err != nil {
		return nil, fmt.Errorf("decrypt %s: %w", path, err)
	}
	s := secrets{}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the keys in %s: %w", path, err)
		}
		if s[header.Name], err = io.ReadAll(archive); err != nil {
			return nil, fmt.Errorf("the keys in %s: %w", path, err)
		}
	}
}

// errKeysEncrypted says that a backup has the keys encrypted, and what can be done.
var errKeysEncrypted = errors.New("the keys in the backup are encrypted: name the file with their passphrase (--keys-passphrase-file), or restore without them (--without-keys); nothing was restored")

// keysOf returns the keys of a backup; empty: it has none, or they are not wanted.
func (m Manifest) keysOf(src string, o RestoreOptions) (secrets, error) {
	switch {
	case m.Keys == KeysLeftOut || o.WithoutKeys:
		return nil, nil
	case m.Keys == KeysPlain:
		text, err := os.ReadFile(filepath.Join(src, datafolder.KeysFile))
		return secrets{datafolder.KeysFile: text}, err
	case m.Keys != KeysEncrypted:
		return nil, fmt.Errorf("the keys in the backup are %q, which this version of maildesk does not know: take the one that made it, or a newer one", m.Keys)
	case o.Passphrase == "":
		return nil, errKeysEncrypted
	}
	return openSecrets(filepath.Join(src, datafolder.EncryptedKeysFile), o.Passphrase)
}

// restoreDKIM puts the keys of DKIM into a data folder, but those that it has.
func (s secrets) restoreDKIM(data string) error {
	for name, text := range s {
		if name == datafolder.KeysFile {
			continue
		}
		if ok, err := filepath.Match(localdesk.DKIMFolder+"/*/*.pem", name); !ok || err != nil || !filepath.IsLocal(name) {
			return fmt.Errorf("the backup has %q among the keys", name)
		}
		path := filepath.Join(data, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := durable.Create(path, text); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// unsigned returns the domains whose mail a desk is to sign and has no keys for.
func unsigned(cfg *config.Config) (domains []string, err error) {
	for _, domain := range cfg.Outgoing.DKIM {
		keys, err := sign.Keys(filepath.Join(cfg.Desk.Data, localdesk.DKIMFolder), domain)
		if err != nil {
			return nil, fmt.Errorf("keys of DKIM: %w", err)
		}
		if len(keys) == 0 {
			domains = append(domains, domain)
		}
	}
	return domains, nil
}
