package daemon

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/mailauth/sign"
	"maildesk/store/datafolder"
)

// signingHouse is the house of a desk that signs its mail.
func signingHouse(t *testing.T) *config.Config {
	t.Helper()
	cfg := house(t, toldConfig)
	cfg.Outgoing.DKIM = []string{"example.org"}
	return cfg
}

// TestBackupKeys: the keys are in a backup as it was asked for, and a restore says what is
// missing, or restores nothing.
func TestBackupKeys(t *testing.T) {
	old := signingHouse(t)
	work(t, old, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	if _, err := sign.Create(filepath.Join(old.Desk.Data, localdesk.DKIMFolder), "example.org", time.Now()); err != nil {
		t.Fatal(err)
	}
	kept := must(readSecrets(old.Desk.Data))
	if len(kept) != 3 {
		t.Fatalf("%d files with keys, want those of addresses and two of DKIM", len(kept))
	}
	backups := map[string]string{}
	for name, o := range map[string]BackupOptions{KeysPlain: {}, KeysLeftOut: {WithoutKeys: true}, KeysEncrypted: {Passphrase: "correct horse", work: 8}} {
		backups[name] = filepath.Join(t.TempDir(), "backup")
		if m, err := Backup(t.Context(), old, backups[name], o); err != nil || m.Keys != name {
			t.Fatalf("Backup(%+v) has the keys %q, %v", o, m.Keys, err)
		}
		for file, text := range kept {
			found := len(holding(t, backups[name], secretOf(text))) > 0
			if want := name == KeysPlain && file == datafolder.KeysFile; found != want {
				t.Errorf("keys %q: the secret of %s can be read in the backup: %t, want %t", name, file, found, want)
			}
		}
	}
	none := []string{"example.org"}
	for _, tt := range []struct {
		name    string
		backup  string
		restore RestoreOptions
		there   bool     // the keys of addresses are in the data folder already
		err     string   // part of it
		noKeys  bool     // of addresses
		noDKIM  []string // domains
	}{
		{"as they are", KeysPlain, RestoreOptions{}, false, "", false, none},
		{"as they are, not wanted", KeysPlain, RestoreOptions{WithoutKeys: true}, false, "", true, none},
		{"left out", KeysLeftOut, RestoreOptions{}, false, "", true, none},
		{"left out, and there already", KeysLeftOut, RestoreOptions{}, true, "", false, none},
		{"encrypted", KeysEncrypted, RestoreOptions{Passphrase: "correct horse"}, false, "", false, nil},
		{"encrypted, and there already", KeysEncrypted, RestoreOptions{Passphrase: "correct horse"}, true, "", false, nil},
		{"encrypted, no passphrase", KeysEncrypted, RestoreOptions{}, false, "--keys-passphrase-file", false, nil},
		{"encrypted, a wrong one", KeysEncrypted, RestoreOptions{Passphrase: "wrong"}, false, "not the one with which the keys", false, nil},
		{"encrypted, given up", KeysEncrypted, RestoreOptions{WithoutKeys: true}, false, "", true, none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fresh := signingHouse(t)
			if tt.there {
				put(t, filepath.Join(fresh.Desk.Data, datafolder.KeysFile), string(kept[datafolder.KeysFile]))
			}
			r, err := Restore(t.Context(), fresh, backups[tt.backup], tt.restore)
			if tt.err != "" {
				if _, there := os.Stat(fresh.Desk.Data); err == nil || !strings.Contains(err.Error(), tt.err) || !errors.Is(there, fs.ErrNotExist) {
					t.Errorf("Restore = %v, want %q; the data folder: %v", err, tt.err, there)
				}
				return
			}
			if err != nil || r.NoKeys != tt.noKeys || !slices.Equal(r.NoDKIM, tt.noDKIM) {
				t.Fatalf("Restore: no keys %t, of DKIM %v, %v; want %t, %v", r.NoKeys, r.NoDKIM, err, tt.noKeys, tt.noDKIM)
			}
			now := must(readSecrets(fresh.Desk.Data))
			if same := strings.Contains(string(now[datafolder.KeysFile]), lastSecret(kept[datafolder.KeysFile])); same == tt.noKeys {
				t.Errorf("the keys of addresses are the old ones: %t, want %t", same, !tt.noKeys)
			}
			if got, want := len(now) == len(kept), tt.noDKIM == nil; got != want {
				t.Errorf("the keys of DKIM are there: %t, want %t", got, want)
			}
			report, err := CheckData(t.Context(), fresh)
			if err != nil || len(report.Problems) > 0 {
				t.Errorf("the restored data: %v, %v", report.Problems, err)
			}
			work(t, fresh, func(d *desk.Desk) { ask(t, d, "new@example.net") })
		})
	}
}

// lastSecret returns the last word of a file with keys: a secret, or a part of one.
func lastSecret(text []byte) string {
	words := strings.Fields(strings.NewReplacer(`"`, " ", ",", " ", "}", " ", "]", " ", "-----END PRIVATE KEY-----", "").Replace(string(text)))
	return words[len(words)-1]
}

// secretOf is lastSecret as [holding] wants it.
func secretOf(text []byte) string { return strings.ToLower(lastSecret(text)) }

// TestErasedWithoutKeys: whoever was erased after a backup without keys is erased again.
func TestErasedWithoutKeys(t *testing.T) {
	cfg := house(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{WithoutKeys: true}); err != nil {
		t.Fatal(err)
	}
	eraseTest(t, cfg)
	fresh := house(t, toldConfig)
	list, err := os.ReadFile(filepath.Join(cfg.Desk.Data, privacy.ErasuresFile))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(fresh.Desk.Data, privacy.ErasuresFile), string(list))
	r, err := Restore(t.Context(), fresh, backup, RestoreOptions{})
	if left := holding(t, fresh.Desk.Data, "ana@example.net"); err != nil || r.Erased != 1 || !r.NoKeys || left != nil {
		t.Errorf("Restore erased %d, no keys: %t, left %v, %v", r.Erased, r.NoKeys, left, err)
	}
}

// TestKeysStillEncrypted: a backup that is put into place by hand gets no new keys as long
// as its own stand there encrypted.
func TestKeysStillEncrypted(t *testing.T) {
	cfg := house(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{Passphrase: "correct horse", work: 8}); err != nil {
		t.Fatal(err)
	}
	cfg.Desk.Data = backup
	if _, err := localdesk.Open(t.Context(), cfg, nil); err == nil || !strings.Contains(err.Error(), "age --decrypt keys.tar.age | tar -x") {
		t.Fatalf("OpenLocal = %v, want what to do about the encrypted keys", err)
	}
	remove(t, filepath.Join(backup, datafolder.EncryptedKeysFile))
	local, err := localdesk.Open(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}
