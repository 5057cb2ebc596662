package store

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// numberedOnce makes a ticket with a participant and an outgoing mail, and returns
// their numbers.
func numberedOnce(t *testing.T, db *DB) datafolder.Numbers {
	t.Helper()
	got := datafolder.Numbers{}
	update(t, db, func(tx ticket.Tx) error {
		id, err := tx.InsertTicket(testTicket("numbered"))
		if err != nil {
			return err
		}
		p, err := tx.AddParticipant(ticket.Participant{Ticket: id, Address: "ana@example.net", Role: ticket.RoleRequester})
		if err != nil {
			return err
		}
		out, err := tx.AddOutbox(ticket.OutboxMail{Ticket: id, Participant: p.ID, Recipient: p.Address, Template: "acknowledgement", Bytes: []byte("x")})
		got[datafolder.TicketNumbers], got[datafolder.ParticipantNumbers], got[datafolder.OutgoingNumbers] = int64(id), int64(p.ID), int64(out)
		return err
	})
	return got
}

// workDays opens a desk as a daemon does, makes some tickets, and ends in order
// or as a process that is killed.
func workDays(t *testing.T, at site, tickets int, orderly bool) (last datafolder.Numbers) {
	t.Helper()
	db, err := Open(t.Context(), at.folder, at.options(Options{Exclusive: true}))
	if err != nil {
		t.Fatal(err)
	}
	for range tickets {
		last = numberedOnce(t, db)
	}
	if !orderly {
		db.BreakDown(errors.New("the test kills it")) // nothing is written down any more
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return last
}

// copyOf copies the database of a site. The function that it returns puts the copy in its place.
func copyOf(t *testing.T, at site) (putBack func() site) {
	t.Helper()
	if at.database != "" {
		restored := pgserver.Restore(t, at.database)
		return func() site { return site{at.folder, restored()} }
	}
	path := filepath.Join(at.folder, datafolder.File)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return func() site {
		if err := errors.Join(os.Remove(path), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		return at
	}
}

// lost returns a site of which the database is lost.
func lost(t *testing.T, at site) site {
	t.Helper()
	if at.database != "" {
		return site{at.folder, pgserver.Database(t)}
	}
	if err := os.Remove(filepath.Join(at.folder, datafolder.File)); err != nil {
		t.Fatal(err)
	}
	return at
}

// TestT174NoNumberTwice puts an older database, or none, where a newer one was.
func TestT174NoNumberTwice(t *testing.T) {
	for _, tt := range []struct {
		name    string
		orderly bool // the daemon before ended so
		older   int  // tickets in the database that is put back; -1: there is none
		newer   int  // tickets that were made since
	}{
		{"a copy of yesterday", true, 3, 5},
		{"a copy of yesterday that lacks one ticket", true, 3, 1},
		{"a copy of long ago, after a crash", false, 3, 300}, // more than the file is ahead
		{"no database", true, -1, 5},
		{"no database, after a crash", false, -1, 300},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sites(t, func(t *testing.T, at site) {
				workDays(t, at, max(tt.older, 0), true)
				putBack := func() site { return lost(t, at) }
				if tt.older >= 0 {
					putBack = copyOf(t, at)
				}
				out := workDays(t, at, tt.newer, tt.orderly)
				at = putBack()
				past := 0
				db := at.open(t, Options{Exclusive: true, Anew: tt.older < 0, Past: func(kept datafolder.Numbers) error {
					if kept[datafolder.TicketNumbers] != int64(max(tt.older, 0)) {
						t.Errorf("Past is told that ticket %d was kept, want %d", kept[datafolder.TicketNumbers], max(tt.older, 0))
					}
					past++
					return nil
				}})
				if past != 1 {
					t.Errorf("Open called Past %d times, want once", past)
				}
				for kind, number := range numberedOnce(t, db) {
					if number <= out[kind] {
						t.Errorf("the next number of %s is %d, which is out: %d was the last", kind, number, out[kind])
					}
				}
			})
		})
	}
	faulttest.Seen(t, "T174", "an older copy of the database, or a new one, beside the file of numbers; after an orderly end and a crash", "tickets, participants and outgoing mails go on after all that were given")
}

// TestNumbersGoOnWithoutHoles: what is ahead in the file costs no number.
func TestNumbersGoOnWithoutHoles(t *testing.T) {
	for _, orderly := range []bool{true, false} {
		t.Run(fmt.Sprint("orderly end ", orderly), func(t *testing.T) {
			sites(t, func(t *testing.T, at site) {
				before := workDays(t, at, 300, orderly)
				past := func(datafolder.Numbers) error { return errors.New("past") }
				beside := at.open(t, Options{Past: past})
				if got := numberedOnce(t, beside); got[datafolder.TicketNumbers] != before[datafolder.TicketNumbers]+1 {
					t.Errorf("a command's ticket has number %d, want %d", got[datafolder.TicketNumbers], before[datafolder.TicketNumbers]+1)
				}
				db := at.open(t, Options{Exclusive: true, Past: past})
				got := numberedOnce(t, db)
				for kind, number := range before {
					if got[kind] != number+2 {
						t.Errorf("the next number of %s is %d, want %d", kind, got[kind], number+2)
					}
				}
			})
		})
	}
}

// TestNumbersAreCovered: the file is never behind what is committed, in whatever
// order a daemon and a command give numbers.
func TestNumbersAreCovered(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		daemon := at.open(t, Options{Exclusive: true})
		beside := at.open(t, Options{})
		for i := range 300 {
			db := daemon
			if i%3 == 0 {
				db = beside
			}
			got := numberedOnce(t, db)
			upTo, err := datafolder.ReadNumbers(at.folder)
			if err != nil {
				t.Fatal(err)
			}
			for kind, number := range got {
				if number > upTo[kind] {
					t.Fatalf("%s %d is committed, the file knows %d", kind, number, upTo[kind])
				}
			}
		}
	})
}

func TestReadNumbers(t *testing.T) {
	for _, tt := range []struct {
		text string
		want datafolder.Numbers
		err  string // part of it
	}{
		{"# a comment\n\nticket 7\noutbox 9\nexact\n", datafolder.Numbers{datafolder.TicketNumbers: 7, datafolder.OutgoingNumbers: 9}, ""},
		{"ticket seven\n", nil, `line 1: "ticket seven"`},
		{"ticket 1\nmail 3\n", nil, `line 2: "mail 3"`},
		{"ticket -3\n", nil, `line 1: "ticket -3"`},
		{"ticket\n", nil, `line 1: "ticket"`},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "numbers"), []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := datafolder.ReadNumbers(folder)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("ReadNumbers(%q) = %v, want %s", tt.text, err, tt.err)
			}
			continue
		}
		if err != nil || !maps.Equal(got, tt.want) {
			t.Errorf("ReadNumbers(%q) = %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
	if _, err := datafolder.ReadNumbers(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadNumbers without a file = %v, want fs.ErrNotExist", err)
	}
}

// A change that is undone leaves no hole in the numbers of mails.
func TestNumbersOfMailsHaveNoHoles(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		for _, name := range []string{"a", "bad", "b"} {
			m, raw := testMail(name)
			if name == "bad" {
				m.Envelope.Source = "fax" // which the schema refuses
			}
			if _, _, err := appendMail(db, m, raw); (err != nil) != (name == "bad") {
				t.Fatalf("%s: Keep = %v", name, err)
			}
		}
		given, err := db.engine.Given(t.Context(), db.journal.Conn)
		if err != nil || given["mail"] != 2 {
			t.Errorf("the last mail is %d (%v), want 2", given["mail"], err)
		}
	})
}
