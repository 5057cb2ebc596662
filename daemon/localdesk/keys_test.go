package localdesk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/threading"
)

func TestBeginEpoch(t *testing.T) {
	folder := t.TempDir()
	if err := BeginEpoch(folder, threading.Kept{}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("beginEpoch without keys = %v, want that they are not there", err)
	}
	first, err := OpenKeys(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := BeginEpoch(folder, threading.Kept{Ticket: 3, Participant: 3, Mail: 3}); err != nil {
		t.Fatal(err)
	}
	second, err := OpenKeys(folder)
	if err != nil {
		t.Fatal(err)
	}
	for ticket, want := range map[int64]bool{3: true, 4: false} {
		address, err := first.ReplyAddress("support@example.org", threading.Token{Ticket: ticket, Participant: 1, Role: "agent", Kind: threading.Public})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, ok := second.ParseReplyAddress(address); ok != want {
			t.Errorf("an address for ticket %d of the last epoch: ParseReplyAddress = %t, want %t", ticket, ok, want)
		}
	}
	info, err := os.Stat(filepath.Join(folder, datafolder.KeysFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the keys = %v, %v, want 0600", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v, want the keys alone", entries, err)
	}
}

// TestNewEpochByRoot: keys that a command of root rewrites stay the daemon's.
func TestNewEpochByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can write for others")
	}
	folder := t.TempDir()
	if _, err := OpenKeys(folder); err != nil {
		t.Fatal(err)
	}
	const daemon = 65534
	path := filepath.Join(folder, datafolder.KeysFile)
	if err := errors.Join(os.Chown(folder, daemon, daemon), os.Chown(path, daemon, daemon)); err != nil {
		t.Fatal(err)
	}
	if err := BeginEpoch(folder, threading.Kept{Ticket: 7, Participant: 9, Mail: 11}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != daemon || info.Mode().Perm() != 0o600 {
		t.Errorf("the keys belong to %d, mode %v; want %d, 0600", owner, info.Mode().Perm(), daemon)
	}
}
