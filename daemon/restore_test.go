package daemon

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/durable"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/threading"
	"maildesk/ticket"
)

const toldConfig = firstConfig + `
agents = ["alice"]
[[agent]]
name = "alice"
mail = ["alice@example.org"]
`

// house is a folder with a configuration.
func house(t *testing.T, text string) *config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, text)
	return loaded(t, path)
}

func loaded(t *testing.T, path string) *config.Config {
	t.Helper()
	cfg, err := config.LoadBeforeRestore(path)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// work runs fn on the desk of a configuration, as a daemon has it.
func work(t *testing.T, cfg *config.Config, fn func(*desk.Desk)) {
	t.Helper()
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	fn(local.Desk)
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}

// ask brings a request to a desk. It returns everything that went out with a number
// on it: the ticket, its participants, the outgoing mails with their Message-IDs and
// reply addresses.
func ask(t *testing.T, d *desk.Desk, who string) (out []string) {
	t.Helper()
	raw := fmt.Sprintf("From: %s\r\nTo: support@example.org\r\nSubject: Lamp\r\nMessage-ID: <%d.%s>\r\n\r\nIt is dark.\r\n", who, time.Now().UnixNano(), who)
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: who, ForwardPaths: []string{"support@example.org"}}
	if _, err := d.Accept(t.Context(), env, []byte(raw)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	for begun := time.Now(); out == nil && time.Since(begun) < 2*time.Minute; time.Sleep(2 * time.Millisecond) {
		out = numbersFor(t, d, who)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if out == nil {
		t.Fatalf("the mail of %s is not handled", who)
	}
	return out
}

// numbersFor returns what bears a number of the ticket of a requester; nil: none yet.
func numbersFor(t *testing.T, d *desk.Desk, who string) (out []string) {
	err := d.View(t.Context(), func(r ticket.Reader) error {
		tickets, err := r.Tickets(ticket.Filter{Requester: who})
		if err != nil || len(tickets) == 0 {
			return err
		}
		id := tickets[len(tickets)-1].ID
		people, err := r.Participants(id)
		if err != nil {
			return err
		}
		out = append(out, fmt.Sprintf("ticket %d", id))
		for _, p := range people {
			out = append(out, fmt.Sprintf("participant %d", p.ID))
		}
		mails, err := r.OutboxOf(id)
		for _, m := range mails {
			out = append(out, fmt.Sprintf("outgoing mail %d", m.ID), m.MessageID)
			whole, err := r.OutboxMail(m.ID)
			if err != nil {
				return err
			}
			read, err := mail.ReadMessage(bytes.NewReader(whole.Bytes))
			if err != nil {
				return err
			}
			out = append(out, "Reply-To: "+read.Header.Get("Reply-To"))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

// TestT174RestoredDeskGivesNothingTwice restores in every way that there is, and looks
// whether anything that the old desk sent out after the backup is sent out again.
func TestT174RestoredDeskGivesNothingTwice(t *testing.T) {
	for _, tt := range []struct {
		name    string
		anew    bool // nothing of the old desk is left
		restore func(t *testing.T, old, fresh *config.Config, backup string) *config.Config
	}{
		{"restore on another machine", false, func(t *testing.T, _, fresh *config.Config, backup string) *config.Config {
			restoreTest(t, fresh, backup, RestoreOptions{})
			return fresh
		}},
		{"restore in the place of a lost database", false, func(t *testing.T, old, _ *config.Config, backup string) *config.Config {
			remove(t, filepath.Join(old.Desk.Data, datafolder.File))
			restoreTest(t, old, backup, RestoreOptions{})
			return old
		}},
		{"restore, with the last number named", false, func(t *testing.T, _, fresh *config.Config, backup string) *config.Config {
			if r := restoreTest(t, fresh, backup, RestoreOptions{After: 4}); r.Next != 5 {
				t.Errorf("the next ticket is %d, want 5", r.Next)
			}
			return fresh
		}},
		{"a backup copied by hand", false, func(t *testing.T, _, fresh *config.Config, backup string) *config.Config {
			if err := os.CopyFS(fresh.Desk.Data, os.DirFS(backup)); err != nil {
				t.Fatal(err)
			}
			return fresh
		}},
		{"the database of a backup copied by hand over that of the desk", false, func(t *testing.T, old, _ *config.Config, backup string) *config.Config {
			if err := durable.Copy(filepath.Join(backup, datafolder.File), filepath.Join(old.Desk.Data, datafolder.File)); err != nil {
				t.Fatal(err)
			}
			return old
		}},
		{"begin anew", true, func(t *testing.T, old, _ *config.Config, _ string) *config.Config {
			remove(t, filepath.Join(old.Desk.Data, datafolder.File))
			if next, err := BeginAnew(t.Context(), old, RestoreOptions{}); err != nil || next != 5 {
				t.Errorf("BeginAnew = %d, %v, want 5", next, err)
			}
			return old
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old, fresh := house(t, toldConfig), house(t, toldConfig)
			backup := filepath.Join(t.TempDir(), "backup")
			gone := map[string]bool{}
			var before []string
			work(t, old, func(d *desk.Desk) {
				before = ask(t, d, "before@example.net")
				if _, err := Backup(t.Context(), old, backup, BackupOptions{}); err != nil {
					t.Fatal(err)
				}
				for i := range 3 {
					for _, number := range ask(t, d, fmt.Sprintf("gone%d@example.net", i)) {
						gone[number] = true
					}
				}
			})
			restored := tt.restore(t, old, fresh, backup)
			work(t, restored, func(d *desk.Desk) {
				for i := range 3 {
					for _, number := range ask(t, d, fmt.Sprintf("new%d@example.net", i)) {
						if gone[number] {
							t.Errorf("%s is out twice", number)
						}
					}
				}
			})
			keys, err := localdesk.OpenKeys(restored.Desk.Data)
			if err != nil {
				t.Fatal(err)
			}
			addresses := 0
			for number := range gone {
				if leads(keys, number) {
					t.Errorf("%s still leads to somebody", number)
				}
				if strings.HasPrefix(number, "Reply-To:") {
					addresses++
				}
			}
			if addresses == 0 {
				t.Error("the lost mails have no reply addresses")
			}
			for _, number := range before {
				if strings.HasPrefix(number, "Reply-To:") && leads(keys, number) == tt.anew {
					t.Errorf("%s of a mail that the backup has leads to somebody: %t", number, tt.anew)
				}
			}
		})
	}
	faulttest.Seen(t, "T174", "6 ways to put an old database, or none, in the place of one that lived on; requests before and after", "no ticket, participant, outgoing mail, Message-ID or reply address is out twice")
}

// leads reports whether a line "Reply-To: …" has an address that counts.
func leads(keys *threading.Keyring, line string) bool {
	_, address, _ := strings.Cut(line, "<")
	_, _, ok := keys.ParseReplyAddress(strings.TrimSuffix(address, ">"))
	return ok
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func restoreTest(t *testing.T, cfg *config.Config, backup string, o RestoreOptions) Restored {
	t.Helper()
	r, err := Restore(t.Context(), cfg, backup, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAhead: the room that a restored desk leaves.
func TestAhead(t *testing.T) {
	made := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, tt := range []struct {
		name     string
		has      int64
		lived    time.Duration
		age      time.Duration
		atLeast  int64
		atMost   int64
		farApart bool // from what a restore half a day later gives
	}{
		{"a small desk, last night's backup", 57, 30 * day, 10 * time.Hour, 57 + 1000 + 10*100, 4000, true},
		{"a small desk, a backup of a month ago", 57, 30 * day, 30 * day, 57 + 30*24*100, 80_000, true},
		{"a busy desk: 500 an hour for 30 days", 360_000, 30 * day, 10 * time.Hour, 360_000 + 10*500*10, 430_000, true},
		{"an empty desk", 0, 0, time.Hour, 1000, 3000, true},
		{"a clock that went back", 57, 30 * day, -5 * day, 57 + 1000, 3000, false},
		{"a backup that is older than anybody", 57, 30 * day, 300 * 365 * day, 57 + 1000, 20_000_000, false},
	} {
		begun := made.Add(-tt.lived)
		got := ahead(datafolder.Numbers{datafolder.TicketNumbers: tt.has}, begun, made, made.Add(tt.age))[datafolder.TicketNumbers]
		if got < tt.atLeast || got > tt.atMost || got%roundUp != 0 {
			t.Errorf("%s: numbers go on after %d, want a round number from %d to %d", tt.name, got, tt.atLeast, tt.atMost)
		}
		later := ahead(datafolder.Numbers{datafolder.TicketNumbers: tt.has}, begun, made, made.Add(tt.age+day/2))[datafolder.TicketNumbers]
		if (later-got >= 1000) != tt.farApart {
			t.Errorf("%s: a restore half a day later goes on after %d, the first after %d", tt.name, later, got)
		}
	}
}

// TestT152TextsAreRestored: the admin's own texts come back by the steps of the manual,
// wherever they lie.
func TestT152TextsAreRestored(t *testing.T) {
	for _, tt := range []struct{ name, templates string }{
		{"beside the configuration", "texts"},
		{"named templates", "templates"},
		{"deeper", "etc/own texts"},
		{"elsewhere", ""},
		{"a level up", "../texts"},
	} {
		for _, copied := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, the folder is there: %t", tt.name, copied), func(t *testing.T) {
				if tt.templates == "" {
					tt.templates = filepath.Join(t.TempDir(), "texts of the house")
				}
				text := strings.Replace(toldConfig, "[desk]\n", fmt.Sprintf("[desk]\ntemplates = %q\n", tt.templates), 1)
				folder := filepath.Join(t.TempDir(), "old")
				path := filepath.Join(folder, "maildesk.toml")
				texts := tt.templates
				if !filepath.IsAbs(texts) {
					texts = filepath.Join(folder, texts)
				}
				// The text is a link, as where a folder of texts is shared.
				shared := filepath.Join(t.TempDir(), "ack")
				put(t, shared, "Subject: Ours\n\nRing 4711, {{.Desk}}\n")
				if err := os.MkdirAll(filepath.Join(texts, "en"), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(shared, filepath.Join(texts, "en", "acknowledgement.txt")); err != nil {
					t.Fatal(err)
				}
				put(t, path, text)
				old := loaded(t, path)
				work(t, old, func(d *desk.Desk) { ask(t, d, "before@example.net") })
				backup := filepath.Join(t.TempDir(), "backup")
				if _, err := Backup(t.Context(), old, backup, BackupOptions{}); err != nil {
					t.Fatal(err)
				}
				if err := os.RemoveAll(texts); err != nil {
					t.Fatal(err)
				}
				remove(t, shared)

				fresh := filepath.Join(t.TempDir(), "fresh")
				if err := os.CopyFS(fresh, os.DirFS(filepath.Join(backup, configName))); err != nil {
					t.Fatal(err)
				}
				if !copied { // somebody wrote the configuration anew
					fresh = filepath.Join(t.TempDir(), "by hand")
					put(t, filepath.Join(fresh, "maildesk.toml"), text)
				}
				restoreTest(t, loaded(t, filepath.Join(fresh, "maildesk.toml")), backup, RestoreOptions{})
				cfg, err := config.Load(filepath.Join(fresh, "maildesk.toml"))
				if err != nil {
					t.Fatal(err)
				}
				work(t, cfg, func(d *desk.Desk) {
					ask(t, d, "after@example.net")
					if !mailSays(t, d, "after@example.net", "Ring 4711") {
						t.Error("the restored desk does not write in the texts of the house")
					}
				})
			})
		}
	}
	faulttest.Seen(t, "T152", "texts of the admin's own beside the configuration, deeper, elsewhere, a level up, as links; configuration copied or written by hand", "the restored desk writes in them")
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	writeConfig(t, path, text)
}

func mailSays(t *testing.T, d *desk.Desk, to, words string) (found bool) {
	t.Helper()
	err := d.View(t.Context(), func(r ticket.Reader) error {
		mails, err := r.OutboxOf(0)
		for _, m := range mails {
			if m.Recipient == to {
				whole, err := r.OutboxMail(m.ID)
				if err != nil {
					return err
				}
				found = found || strings.Contains(string(whole.Bytes), words)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRestoreRefuses: what would put two desks into one.
func TestRestoreRefuses(t *testing.T) {
	old := house(t, toldConfig)
	work(t, old, func(d *desk.Desk) { ask(t, d, "before@example.net") })
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), old, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	otherKeys, err := threading.GenerateKeys().MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		there map[string]string // files in the data folder
		after int64
		want  string // part of the error; empty: it works
	}{
		{"there is a database", map[string]string{datafolder.File: "x"}, 0, "move maildesk.db* and journal.db* out of it"},
		{"there are other keys", map[string]string{datafolder.KeysFile: string(otherKeys)}, 0, "are not the keys of the backup"},
		{"a number that the backup has", nil, -1, "the backup itself has ticket #1"},
		{"an empty database, and a log of it", map[string]string{datafolder.File: "", datafolder.File + "-wal": "an old log"}, 0, ""},
		{"only the configuration that was in force", map[string]string{"config.last-good.json": "{}"}, 0, ""},
	} {
		cfg := house(t, toldConfig)
		for name, text := range tt.there {
			put(t, filepath.Join(cfg.Desk.Data, name), text)
		}
		_, err := Restore(t.Context(), cfg, backup, RestoreOptions{After: tt.after})
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: Restore = %v, want %q", tt.name, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: Restore = %v", tt.name, err)
			continue
		}
		if report, err := CheckData(t.Context(), cfg); err != nil || len(report.Problems) > 0 {
			t.Errorf("%s: the restored data has %v (%v)", tt.name, report.Problems, err)
		}
	}
}
