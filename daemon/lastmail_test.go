package daemon

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
)

// lastMails takes the mails out of the folder into which they were sent (two of one
// second would have one name) and returns the last mails among them: until a
// running desk sees that its database is gone, it sends what is in its outbox.
func lastMails(t *testing.T, folder string) (all []string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err = errors.Join(err, os.Remove(name)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(strings.Fields(string(raw)), " "), "the desk stands still") {
			all = append(all, string(raw))
		}
	}
	return all
}

// houseWith returns the configuration of a desk that has worked, with lines for
// [desk] and a folder into which it sends.
func houseWith(t *testing.T, lines string) (cfg *config.Config, sent string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	sent = filepath.Join(t.TempDir(), "sent")
	cfg = house(t, strings.Replace(firstConfig, "[desk]", "[desk]\n"+lines, 1)+fmt.Sprintf("[outgoing]\nsmarthost = %q\n", "maildir:"+sent))
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	return cfg, sent
}

const toBoss = `admin = "boss@example.org"`

// refusedStart starts a daemon on a broken store.
func refusedStart(t *testing.T, cfg *config.Config) {
	t.Helper()
	if d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)}); err == nil {
		d.Close()
		t.Error("the daemon starts on a broken store")
	}
}

// brokenMidway runs a daemon and takes its database away.
func brokenMidway(t *testing.T, cfg *config.Config, take func(data string) error) {
	t.Helper()
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context()) }()
	if err := take(cfg.Desk.Data); err != nil {
		t.Error(err)
	}
	if err := errors.Join(<-ended, d.Close()); !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Run = %v, want ErrBroken", err)
	}
}

// TestT175LastMail: of a store that cannot be used the admin hears once, whatever
// the supervisor does, and the database stays as it is.
func TestT175LastMail(t *testing.T) {
	file := func(data string) string { return filepath.Join(data, datafolder.File) }
	started := func(spoil func(data string) error) func(*testing.T, *config.Config) {
		return func(t *testing.T, cfg *config.Config) {
			if err := spoil(cfg.Desk.Data); err != nil {
				t.Fatal(err)
			}
			refusedStart(t, cfg)
		}
	}
	midway := func(take func(data string) error) func(*testing.T, *config.Config) {
		return func(t *testing.T, cfg *config.Config) { brokenMidway(t, cfg, take) }
	}
	for _, tt := range []struct {
		name  string
		lines string
		spoil func(*testing.T, *config.Config)
		want  string // in the mail; empty: none
	}{
		{"missing at the start", toBoss, started(func(data string) error { return os.Remove(file(data)) }), "is missing"},
		{"empty at the start", toBoss, started(func(data string) error { return os.Truncate(file(data), 0) }), "is empty"},
		{"damaged at the start", toBoss, started(func(data string) error { return os.Truncate(file(data), 8192) }), "is damaged"},
		{"removed under the running desk", toBoss, midway(func(data string) error { return os.Remove(file(data)) }), "was removed, renamed or replaced"},
		{"the folder is gone", toBoss, midway(func(data string) error { return os.Rename(data, data+".old") }), "was removed, renamed or replaced"},
		{"nobody to be told", "", started(func(data string) error { return os.Remove(file(data)) }), ""},
		{"sending is paused", toBoss, started(func(data string) error {
			return errors.Join(os.Remove(file(data)), PauseOutbox(data, Pause{time.Now(), "a copy"}))
		}), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, sent := houseWith(t, tt.lines)
			tt.spoil(t, cfg)
			before, _ := os.ReadFile(file(cfg.Desk.Data))
			mails := lastMails(t, sent)
			for range 2 {
				if _, err := os.Stat(cfg.Desk.Data); err == nil { // else a new desk begins there
					refusedStart(t, cfg)
					mails = append(mails, lastMails(t, sent)...)
				}
			}
			if after, _ := os.ReadFile(file(cfg.Desk.Data)); string(after) != string(before) {
				t.Error("the broken database was written to")
			}
			if tt.want == "" {
				if len(mails) > 0 {
					t.Errorf("%d mails were sent, want none:\n%s", len(mails), mails[0])
				}
				return
			}
			if len(mails) != 1 {
				t.Fatalf("%d mails were sent within three starts, want one: %s", len(mails), mails)
			}
			text := strings.Join(strings.Fields(mails[0]), " ")
			for _, want := range []string{"To: <boss@example.org>", "[Example IT] the desk stands still", "Auto-Submitted: auto-generated", "Kind: store", tt.want} {
				if !strings.Contains(text, want) {
					t.Errorf("the mail has no %q:\n%s", want, mails[0])
				}
			}
		})
	}
	faulttest.Seen(t, "T175", "the database is missing, empty, cut at the start; removed or moved with its folder under the running desk; three starts each", "one mail to the admin straight to the smarthost, the file is not touched")
}

// TestLastMailIsRepeatedEachDayAndOver: what lasts is told again after a day, and
// a desk that has worked for an hour says that it is over.
func TestLastMailIsRepeatedEachDayAndOver(t *testing.T) {
	cfg, sent := houseWith(t, toBoss)
	path := filepath.Join(cfg.Desk.Data, datafolder.File)
	if err := os.Rename(path, path+".kept"); err != nil {
		t.Fatal(err)
	}
	mark := filepath.Join(cfg.Desk.Data, brokenName)
	for i, age := range []time.Duration{0, 23 * time.Hour, 25 * time.Hour, -25 * time.Hour} { // the last: the clock was wrong
		if told := time.Now().Add(-age); age != 0 {
			if err := os.Chtimes(mark, told, told); err != nil {
				t.Fatal(err)
			}
		}
		refusedStart(t, cfg)
		if got, want := len(lastMails(t, sent)), []int{1, 0, 1, 1}[i]; got != want {
			t.Errorf("%d mails when the last one is %v old, want %d", got, age, want)
		}
	}
	if err := os.Rename(path+".kept", path); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, tt := range []struct {
		after time.Duration
		mails int
	}{{time.Minute, 0}, {59 * time.Minute, 0}, {61 * time.Minute, 1}, {62 * time.Minute, 1}} {
		if err := d.observeMended(t.Context(), time.Now().Add(tt.after)); err != nil {
			t.Fatal(err)
		}
		if got := len(alarms(t, d)); got != tt.mails {
			t.Errorf("after %v of work the admin got %d mails, want %d", tt.after, got, tt.mails)
		}
	}
	checkAlarm(t, alarms(t, d)[0], "over: the desk stands still")
	if _, err := os.Stat(mark); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the mark is there when all is well: %v", err)
	}
}

// TestLastMailWaitsForASmarthost: whoever could not be told is told at a later start.
func TestLastMailWaitsForASmarthost(t *testing.T) {
	cfg, sent := houseWith(t, toBoss)
	if err := os.Remove(filepath.Join(cfg.Desk.Data, datafolder.File)); err != nil {
		t.Fatal(err)
	}
	silent := *cfg
	silent.Outgoing = config.Outgoing{Smarthosts: []config.Smarthost{{Host: faulttest.FreePort(t)}}} // nobody is there
	for i, c := range []*config.Config{&silent, cfg, cfg} {
		refusedStart(t, c)
		if got, want := len(lastMails(t, sent)), []int{0, 1, 0}[i]; got != want {
			t.Errorf("start %d: %d mails, want %d", i+1, got, want)
		}
	}
}
