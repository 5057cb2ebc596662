package auditanchor

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// both runs a test on data of each engine, with keys, events, an audit of six rows, and the file that knows
// five of them.
func both(t *testing.T, test func(t *testing.T, a *Anchor, cfg *config.Config)) {
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		t.Run(engine, func(t *testing.T) {
			cfg := &config.Config{}
			cfg.Desk.Data = t.TempDir()
			if engine == "PostgreSQL" {
				cfg.Desk.Database = pgserver.Database(t)
			}
			db, err := localdesk.OpenData(t.Context(), cfg, store.Options{Exclusive: true, Played: true})
			if err == nil {
				t.Cleanup(func() { db.Close() })
				_, err = localdesk.OpenKeys(cfg.Desk.Data)
			}
			a := New(db, cfg.Desk.Data)
			if err == nil {
				err = a.Follow(t.Context()) // row 1
			}
			if err == nil {
				err = db.Update(t.Context(), func(tx ticket.Tx) error {
					id, err := tx.InsertTicket(ticket.Ticket{Subject: "a", Status: ticket.StatusNew, Priority: ticket.PriorityNormal, Queue: "q", Level: 1})
					for range 3 {
						if err == nil {
							_, err = tx.AddEvent(ticket.Event{Ticket: id, At: time.Now(), Kind: ticket.EventUndone, Actor: "alice", Reason: "why"})
						}
					}
					return err
				})
			}
			for _, agent := range []string{"mallory", "bob"} {
				if err == nil {
					err = a.Follow(t.Context())
				}
				if err == nil {
					err = a.add(t.Context(), "page log-in", agent)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			test(t, a, cfg)
		})
	}
}

// run runs statements past the desk.
func run(t *testing.T, a *Anchor, statements ...string) {
	t.Helper()
	err := a.db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// madeAnew computes the chain anew, after a statement.
func madeAnew(t *testing.T, a *Anchor, statement string) {
	t.Helper()
	run(t, a, statement)
	var before [32]byte
	for id := int64(1); ; id++ {
		row, err := a.db.AuditRow(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if row.ID == 0 {
			return
		}
		before = tables.Chain(before, row)
		err = a.db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			_, err := tx.Exec(`UPDATE audit SET hash = $1 WHERE id = $2`, before[:], id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func edit(t *testing.T, a *Anchor, change func(text []byte) []byte) {
	t.Helper()
	path := filepath.Join(a.folder, File)
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// tampering is what is done to the audit past the desk, and what is found; empty: nothing.
var tampering = []struct {
	name string
	do   func(t *testing.T, a *Anchor)
	want string
}{
	{"a kill between a commit and the file", func(t *testing.T, a *Anchor) {}, ""},
	{"all rows are gone", func(t *testing.T, a *Anchor) { run(t, a, `DELETE FROM audit`) }, "the audit had 5 rows on"},
	{"the last rows are gone with their events", func(t *testing.T, a *Anchor) {
		run(t, a, `DELETE FROM audit WHERE id > 3`, `DELETE FROM event WHERE id > 2`)
	}, "and now ends with row 3"},
	{"all rows are gone, and more came", func(t *testing.T, a *Anchor) {
		run(t, a, `DELETE FROM audit`)
		for range 9 {
			if err := a.add(t.Context(), "page log-in", "bob"); err != nil {
				t.Fatal(err)
			}
		}
	}, "row 5 of the audit is not what it was"},
	{"the chain is made anew with another actor", func(t *testing.T, a *Anchor) {
		madeAnew(t, a, `UPDATE audit SET actor = 'alice' WHERE actor = 'mallory'`)
	}, "row 5 of the audit is not what it was"},
	{"the chain is made anew with the actor of an event", func(t *testing.T, a *Anchor) {
		run(t, a, `UPDATE event SET actor = 'bob' WHERE id = 1`)
		madeAnew(t, a, `UPDATE audit SET said = NULL, salt = NULL WHERE event = 1`)
	}, "row 5 of the audit is not what it was"},
	{"the chain is made anew with the reason of an event", func(t *testing.T, a *Anchor) {
		run(t, a, `UPDATE event SET reason = 'none' WHERE id = 1`)
		madeAnew(t, a, `UPDATE audit SET said = NULL, salt = NULL WHERE event = 1`)
	}, "row 5 of the audit is not what it was"},
	{"what came after the file is gone", func(t *testing.T, a *Anchor) { run(t, a, `DELETE FROM audit WHERE id = 6`) }, ""}, // nobody can know
	{"the file is cut off", func(t *testing.T, a *Anchor) {
		edit(t, a, func(text []byte) []byte { return text[:len(text)-3] })
	}, "is not as this desk wrote it"},
	{"the file is empty", func(t *testing.T, a *Anchor) {
		edit(t, a, func([]byte) []byte { return nil })
	}, "is not as this desk wrote it"},
	{"the file is changed", func(t *testing.T, a *Anchor) {
		edit(t, a, func(text []byte) []byte { return bytes.Replace(text, []byte("Z 5 "), []byte("Z 4 "), 1) })
	}, "is not as this desk wrote it"},
	{"a line is put after its end", func(t *testing.T, a *Anchor) {
		edit(t, a, func(text []byte) []byte { return append(text, "# \n"...) })
	}, "is not as this desk wrote it"},
	{"the keys are others", func(t *testing.T, a *Anchor) {
		if err := os.Remove(filepath.Join(a.folder, "keys")); err != nil {
			t.Fatal(err)
		}
		if _, err := localdesk.OpenKeys(a.folder); err != nil {
			t.Fatal(err)
		}
	}, "the keys beside it are others"},
	{"the keys are newer ones", func(t *testing.T, a *Anchor) {
		if _, err := localdesk.RotateKeys(a.folder, time.Now(), 0); err != nil {
			t.Fatal(err)
		}
	}, ""},
	{"the file cannot be read", func(t *testing.T, a *Anchor) {
		path := filepath.Join(a.folder, File)
		if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
	}, "is a directory"},
	{"there are no keys", func(t *testing.T, a *Anchor) {
		if err := os.Remove(filepath.Join(a.folder, "keys")); err != nil {
			t.Fatal(err)
		}
	}, "there are no keys beside"},
}

// TestT159Anchor: whoever can write the database alone shortens the audit, empties it or makes it anew, and is
// found; so is a file that is not as the desk wrote it. The start of a daemon finds it, tells the admin and goes
// on, and check --data names it; an admin can accept it, which the audit keeps. A crash between a
// commit and the file is none of it.
func TestT159Anchor(t *testing.T) {
	for _, tt := range tampering {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, a *Anchor, cfg *config.Config) {
				tt.do(t, a)
				var log bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&log, nil))
				_, problems, err := a.Check(t.Context(), cfg.Desk.Database == "")
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					a.Look(t.Context(), logger)
				}
				if tt.want == "" {
					if len(problems) > 0 || len(a.Troubles()) > 0 || log.Len() > 0 {
						t.Errorf("problems %v, troubles %v, log %s; want none", problems, a.Troubles(), &log)
					}
					heads, err := a.read()
					last, err2 := a.db.LastAudit(t.Context())
					if errors.Join(err, err2) != nil || heads[len(heads)-1].rows != last.ID {
						t.Errorf("the file knows %v, %v; the last row is %d, %v", heads, err, last.ID, err2)
					}
					return
				}
				if len(problems) != 1 || !strings.Contains(problems[0].What, tt.want) {
					t.Errorf("check says %v, want %s", problems, tt.want)
				}
				if strings.Count(log.String(), "\n") != 1 || !strings.Contains(a.found.Error(), tt.want) {
					t.Errorf("the log has %s, want one line with %s", &log, tt.want)
				}
				if tt.want == "there are no keys beside" {
					return // no daemon runs without
				}
				if len(a.Troubles()) != 1 {
					t.Errorf("the troubles are %v", a.Troubles())
				}
				accept(t, a, cfg, tt.want)
			})
		})
	}
	faulttest.Seen(t, "T159", "the audit emptied, shortened, made anew; its anchor cut off, changed, gone", "check --data and the start of a daemon name each")
}

func accept(t *testing.T, a *Anchor, cfg *config.Config, want string) {
	t.Helper()
	was, err := Accept(t.Context(), cfg, "root at the console")
	if err != nil || !strings.Contains(was.Error(), want) {
		t.Fatalf("Accept = %v, %v; want %s", was, err, want)
	}
	if _, err := Accept(t.Context(), cfg, "root at the console"); err == nil || !strings.Contains(err.Error(), "nothing to accept") {
		t.Errorf("the second time Accept = %v", err)
	}
	lines, problems, err := a.Check(t.Context(), true)
	if err != nil || len(problems) > 0 || !strings.Contains(strings.Join(lines, "\n"), "audit accepted (root at the console)") {
		t.Errorf("after it check says %q, %v, %v", lines, problems, err)
	}
	a.note(t.Context(), slog.New(slog.DiscardHandler), a.Follow(t.Context()))
	if len(a.Troubles()) > 0 {
		t.Errorf("after it the troubles are %v", a.Troubles())
	}
	kept, err := filepath.Glob(filepath.Join(a.folder, File+".was-*"))
	if err != nil || len(kept) != 1 {
		t.Errorf("the folder keeps %v, %v", kept, err)
	}
}

// TestMissingFile: whether a file is missed that was there. A new one says so in the audit.
func TestMissingFile(t *testing.T) {
	both(t, func(t *testing.T, a *Anchor, cfg *config.Config) {
		if err := os.Remove(filepath.Join(a.folder, File)); err != nil {
			t.Fatal(err)
		}
		_, problems, err := a.Check(t.Context(), true)
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0].What, "is missing") {
			t.Errorf("check says %v, %v", problems, err)
		}
		// On a server the folder may be one in which no daemon ever ran.
		if _, problems, err = a.Check(t.Context(), false); err != nil || len(problems) != 0 {
			t.Errorf("on a server check says %v, %v", problems, err)
		}
		a.Look(t.Context(), slog.New(slog.DiscardHandler))
		if begun, err := a.db.AuditOf(t.Context(), Kinds...); err != nil || len(begun) != 2 {
			t.Errorf("the audit has %v, %v; want two beginnings", begun, err)
		}
		if _, problems, err = a.Check(t.Context(), true); err != nil || len(problems) != 0 {
			t.Errorf("then check says %v, %v", problems, err)
		}
	})
}

// TestAuditedTells: what is added to the audit is told, and nothing else.
func TestAuditedTells(t *testing.T) {
	both(t, func(t *testing.T, a *Anchor, _ *config.Config) {
		select {
		case <-a.db.Audited():
		default:
			t.Error("nobody told of what was added")
		}
		run(t, a, `SELECT 1`)
		select {
		case <-a.db.Audited():
			t.Error("somebody told of what was not added")
		default:
		}
	})
}

// TestDays: of one day the last line is kept, of all the last ones; a row that was changed is found between two.
func TestDays(t *testing.T) {
	both(t, func(t *testing.T, a *Anchor, _ *config.Config) {
		first := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		var heads []head
		for day := range maxDays + 5 {
			for hour := range 2 {
				row, err := a.db.AuditRow(t.Context(), min(int64(1+day), 5))
				if err != nil {
					t.Fatal(err)
				}
				h := headAt(row)
				h.at = first.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
				if err := a.write(append(heads, h)); err != nil {
					t.Fatal(err)
				}
				if heads, err = a.read(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n := len(heads); n != maxDays || heads[n-1].at.Hour() != 13 || heads[0].rows != 5 {
			t.Errorf("the file has %d lines, from %v to %v", n, heads[0], heads[n-1])
		}
		third, err := a.db.AuditRow(t.Context(), 3)
		if err == nil {
			err = a.write([]head{{first, 3, third.Hash}, heads[len(heads)-1]})
		}
		if err != nil {
			t.Fatal(err)
		}
		madeAnew(t, a, `UPDATE audit SET actor = 'bob' WHERE id = 4`)
		if err := a.Verify(t.Context()); err == nil || !strings.Contains(err.Error(), "the first 3 are what they were") {
			t.Errorf("Verify = %v", err)
		}
	})
}

// TestReadOnlyFolder: a folder that cannot be written is a trouble, and leaves no row at each try.
func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to read the folder as somebody else")
	}
	both(t, func(t *testing.T, a *Anchor, _ *config.Config) {
		last, err := a.db.LastAudit(t.Context())
		if err = errors.Join(err, os.Chmod(a.folder, 0o755), os.Chmod(filepath.Join(a.folder, "keys"), 0o644)); err != nil {
			t.Fatal(err)
		}
		runtime.LockOSThread()
		if err := syscall.Setfsuid(65534); err != nil { // of this thread
			t.Fatal(err)
		}
		err = a.write([]head{headAt(last)})
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
		runtime.UnlockOSThread()
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("write = %v", err)
		}
		a.note(t.Context(), slog.New(slog.DiscardHandler), err)
		if all := a.Troubles(); len(all) != 1 || all[0].Subject != "the audit has no anchor" {
			t.Errorf("the troubles are %v", all)
		}
		// What cannot be written because of the keys leaves no row either.
		path := filepath.Join(a.folder, File)
		if err := errors.Join(os.Remove(path), os.Remove(filepath.Join(a.folder, "keys")), os.WriteFile(filepath.Join(a.folder, "keys"), []byte("no key"), 0o600)); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := a.Follow(t.Context()); err == nil || !strings.Contains(err.Error(), "keys") {
				t.Errorf("Follow = %v", err)
			}
		}
		if now, err := a.db.LastAudit(t.Context()); err != nil || now.ID != last.ID {
			t.Errorf("the last row is %d, %v; want %d", now.ID, err, last.ID)
		}
	})
}

// TestOlderCopy: the database is put back as it was, with all that belongs to it.
func TestOlderCopy(t *testing.T) {
	folder, older := t.TempDir(), t.TempDir()
	add := func(n int) *Anchor {
		db, err := store.Open(t.Context(), folder, store.Options{Exclusive: true})
		if err == nil {
			t.Cleanup(func() { db.Close() })
			_, err = localdesk.OpenKeys(folder)
		}
		a := New(db, folder)
		for range n {
			err = errors.Join(err, a.add(t.Context(), "page log-in", "bob"), a.Follow(t.Context()))
		}
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if err := errors.Join(add(2).db.Close(), os.CopyFS(filepath.Join(older, "x"), os.DirFS(folder)), add(3).db.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"maildesk.db", "journal.db"} {
		if err := os.Rename(filepath.Join(older, "x", name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	a := add(0)
	a.Look(t.Context(), slog.New(slog.DiscardHandler))
	if err := a.found; err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the audit had %d rows", 6)) || !strings.Contains(err.Error(), "now ends with row 3") {
		t.Errorf("it finds %v", err)
	}
}

// TestSeveralFolders: each daemon on one database has a file of its own, which follows what all of them add; a row that
// one has not seen yet is nothing to it, and what is taken away is found by each.
func TestSeveralFolders(t *testing.T) {
	both(t, func(t *testing.T, first *Anchor, cfg *config.Config) {
		second := New(first.db, t.TempDir())
		keys, err := os.ReadFile(filepath.Join(first.folder, "keys"))
		if err == nil {
			err = os.WriteFile(filepath.Join(second.folder, "keys"), keys, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		for range 3 {
			for _, a := range []*Anchor{second, first} {
				a.Look(t.Context(), log)
				if err := a.add(t.Context(), "page log-in", "bob"); err != nil || a.found != nil {
					t.Fatal(err, a.found)
				}
			}
		}
		run(t, first, `DELETE FROM audit WHERE id > 7`)
		for _, a := range []*Anchor{second, first} {
			if a.Look(t.Context(), log); a.found == nil || !strings.Contains(a.found.Error(), "rows were taken away") {
				t.Errorf("%s finds %v", a.folder, a.found)
			}
		}
	})
}
