package daemon

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

const (
	salvagedMails = 40
	salvagedLarge = 20 // the number of the mail that has pages of its own
	pageSize      = 4096
)

// fillForSalvage makes a desk with many mails, each a ticket.
func fillForSalvage(t *testing.T, cfg *config.Config) {
	work(t, cfg, func(d *desk.Desk) {
		for n := range salvagedMails {
			text := strings.Repeat(fmt.Sprintf("It is dark in room %d. ", n), 15)
			if n+1 == salvagedLarge {
				text += strings.Repeat("And this is a long mail of many words, over and over.\r\n", 1000)
			}
			raw := fmt.Sprintf("From: ann@dark%d.example.net\r\nTo: support@example.org\r\nSubject: Lamp %d\r\nMessage-ID: <%d@dark.example.net>\r\n\r\n%s\r\n", n, n, n, text)
			env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: fmt.Sprintf("ann@dark%d.example.net", n), ForwardPaths: []string{"support@example.org"}}
			if _, err := d.Accept(t.Context(), env, []byte(raw)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx) }()
		for pending := int64(1); pending > 0; time.Sleep(2 * time.Millisecond) {
			if err := d.View(t.Context(), func(r ticket.Reader) error {
				y, err := r.Tally()
				pending = y.Dispositions[ticket.DispositionPending]
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

// dbFile is the file of a database.
type dbFile struct {
	t    *testing.T
	path string
}

func (f dbFile) root(name string) (page int64) {
	db, err := sql.Open("sqlite3", "file:"+f.path+"?mode=ro")
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = ?", name).Scan(&page); err != nil {
		f.t.Fatal(err)
	}
	return page
}

// leaf returns the leaf in the middle of a table or index (SQLite's file format,
// section 1.6).
func (f dbFile) leaf(name string) int64 {
	page := f.root(name)
	for {
		b := f.page(page)
		if b[0] == 0x0d || b[0] == 0x0a {
			return page
		}
		cells := int(binary.BigEndian.Uint16(b[3:]))
		cell := binary.BigEndian.Uint16(b[12+2*(cells/2):])
		page = int64(binary.BigEndian.Uint32(b[cell:]))
	}
}

// last returns the last leaf.
func (f dbFile) last(name string) int64 {
	page := f.root(name)
	for b := f.page(page); b[0] != 0x0d && b[0] != 0x0a; b = f.page(page) {
		page = int64(binary.BigEndian.Uint32(b[8:]))
	}
	return page
}

func (f dbFile) page(n int64) []byte {
	file, err := os.Open(f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	b := make([]byte, pageSize)
	if _, err := io.ReadFull(io.NewSectionReader(file, (n-1)*pageSize, pageSize), b); err != nil {
		f.t.Fatal(err)
	}
	return b
}

// overwrite replaces the end of a page.
func (f dbFile) overwrite(page int64, from int, with string) {
	file, err := os.OpenFile(f.path, os.O_RDWR, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt(bytes.Repeat([]byte(with), (pageSize-from)/len(with)), (page-1)*pageSize+int64(from)); err != nil {
		f.t.Fatal(err)
	}
}

// overflow returns a page that holds nothing but a part of the large mail.
func (f dbFile) overflow() int64 {
	b, err := os.ReadFile(f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	for page := int64(1); page*pageSize <= int64(len(b)); page++ {
		p := b[(page-1)*pageSize : page*pageSize]
		if p[0] == 0 && bytes.Count(p, []byte("\r\n")) > 60 { // entries have other ends of lines
			return page
		}
	}
	f.t.Fatal("the large mail has no page of its own")
	return 0
}

// TestT014RebuildReadsWhatCanBeRead damages the file of a desk in many ways.
func TestT014RebuildReadsWhatCanBeRead(t *testing.T) {
	whole := house(t, firstConfig)
	fillForSalvage(t, whole)
	const zeros, garbage = "\x00", "garbage "
	spoil := func(page func(dbFile) int64, with string) func(dbFile) {
		return func(f dbFile) { f.overwrite(page(f), 0, with) }
	}
	middle := func(name string) func(dbFile) int64 { return func(f dbFile) int64 { return f.leaf(name) } }
	last := func(name string) func(dbFile) int64 { return func(f dbFile) int64 { return f.last(name) } }
	cut := func(f dbFile) {
		info, err := os.Stat(f.path)
		if err == nil {
			err = os.Truncate(f.path, info.Size()-pageSize)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const db, journal = datafolder.File, datafolder.JournalFile
	for _, tt := range []struct {
		name   string
		file   string
		damage func(dbFile)
		lost   bool // bytes of mails are
	}{
		{"journal rows, zeros", journal, spoil(middle("mail"), zeros), false},
		{"journal rows, garbage", journal, spoil(middle("mail"), garbage), false},
		{"the last journal rows", journal, spoil(last("mail"), garbage), false},
		{"raw mails", journal, spoil(middle("mail_raw"), garbage), true},
		{"the last raw mails", journal, spoil(last("mail_raw"), zeros), true},
		{"a page of a long mail", journal, spoil(dbFile.overflow, garbage), true},
		{"tickets", db, spoil(middle("ticket"), garbage), false},
		{"entries", db, spoil(middle("entry"), zeros), false},
		{"outgoing mails", db, spoil(middle("outbox"), garbage), false},
		{"bytes of outgoing mails", db, spoil(middle("outbox_bytes"), garbage), false},
		{"the list of given numbers", db, spoil(middle("sqlite_sequence"), zeros), false},
		{"an index", db, spoil(middle("handled_disposition"), garbage), false},
		{"the index of a table without numbers", journal, spoil(middle("fingerprint"), garbage), false},
		{"the search", db, spoil(middle("search_data"), garbage), false},
		{"what became of mails", db, spoil(middle("handled"), garbage), false},
		{"what became of the last mails", db, spoil(last("handled"), zeros), false},
		{"the numbers of the journal", journal, spoil(middle("sqlite_sequence"), zeros), false},
		{"the database is cut", db, cut, false},
		{"the journal is cut", journal, cut, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := *whole
			cfg.Desk.Data = filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(cfg.Desk.Data, os.DirFS(whole.Desk.Data)); err != nil {
				t.Fatal(err)
			}
			f := dbFile{t, filepath.Join(cfg.Desk.Data, tt.file)}
			tt.damage(f)
			refusedAsDamaged(t, &cfg)
			before, err := os.ReadFile(f.path)
			if err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(t.TempDir(), "again")
			r, err := Rebuild(t.Context(), &cfg, folder, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatalf("Rebuild = %v", err)
			}
			if after, _ := os.ReadFile(f.path); !bytes.Equal(after, before) {
				t.Error("the damaged file is another one")
			}
			if r.Damage == nil || len(r.Problems) > 0 {
				t.Errorf("damage %v, problems of the new data %v", r.Damage, r.Problems)
			}
			if r.Tally.Accepted != salvagedMails || sumOf(r.Tally.Tickets) != salvagedMails || r.Tally.Dispositions[ticket.DispositionPending] != 0 {
				t.Errorf("made anew: %d mails, %v, tickets %v; unreadable %v", r.Tally.Accepted, r.Tally.Dispositions, r.Tally.Tickets, r.Unreadable)
			}
			if got := r.Tally.Dispositions[ticket.DispositionQuarantined]; tt.lost != (len(r.Lost) > 0) || got != int64(len(r.Lost)) {
				t.Errorf("lost mails: %v, %d in quarantine", r.Lost, got)
			}
			if left, _ := filepath.Glob(filepath.Join(folder, ".salvaged*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			again := cfg
			again.Desk.Data = folder
			work(t, &again, func(d *desk.Desk) {
				if out := ask(t, d, "next@example.net"); !slices.Contains(out, fmt.Sprintf("ticket %d", salvagedMails+1)) && !strings.Contains(tt.name, "numbers") {
					t.Errorf("the next ticket: %v", out[0])
				}
			})
		})
	}
	faulttest.Seen(t, "T014", "pages of eighteen kinds are overwritten (journal, raw mails, what became of mails, tickets, entries, outbox, indexes, search), or a file is cut",
		"check, serve and every command name the damage and the ways out; rebuild makes all %d tickets anew; a mail whose bytes are gone is named and in quarantine", salvagedMails)
}

func sumOf[K comparable](m map[K]int64) (sum int64) {
	for _, n := range m {
		sum += n
	}
	return sum
}

// refusedAsDamaged: serve refuses the data and check says why, both with a way out.
func refusedAsDamaged(t *testing.T, cfg *config.Config) {
	t.Helper()
	db, err := localdesk.OpenStore(t.Context(), cfg.Desk.Data, store.Options{Exclusive: true})
	if err == nil {
		db.Close()
	}
	_, checked := CheckData(t.Context(), cfg)
	for who, err := range map[string]error{"serve": err, "check --data": checked} {
		if _, ok := errors.AsType[*sqlite.DamagedError](err); !ok || !strings.Contains(err.Error(), "maildesk rebuild") || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s = %v, want that the database is damaged, with rebuild and backup", who, err)
		}
	}
}

// Without its list of tables nothing can be read: that is said, with what is left to do.
func TestT014NoTables(t *testing.T) {
	cfg := house(t, firstConfig)
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ann@example.net") })
	f := dbFile{t, filepath.Join(cfg.Desk.Data, datafolder.File)}
	f.overwrite(1, 100, "\x00")
	folder := filepath.Join(t.TempDir(), "again")
	_, err := Rebuild(t.Context(), cfg, folder, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "maildesk restore BACKUP") || !strings.Contains(err.Error(), ".recover") {
		t.Errorf("Rebuild = %v, want the ways out", err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the new folder is left behind: %v", err)
	}
	faulttest.Seen(t, "T014", "the page with the list of tables is overwritten", "rebuild says that nothing can be made of it, and names restore and .recover")
}
