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

// workDays opens a folder as a daemon does, makes some tickets, and ends in order
// or as a process that is killed.
func workDays(t *testing.T, folder string, tickets int, orderly bool) (last datafolder.Numbers) {
	t.Helper()
	db, err := Open(t.Context(), folder, Options{Exclusive: true})
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

func copyDatabase(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(from, datafolder.File))
	if err == nil {
		err = os.WriteFile(filepath.Join(to, datafolder.File), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
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
		{"a copy of long ago, after a crash", false, 3, 900},
		{"no database", true, -1, 5},
		{"no database, after a crash", false, -1, 900},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder, copied := t.TempDir(), t.TempDir()
			workDays(t, folder, max(tt.older, 0), true)
			copyDatabase(t, folder, copied)
			out := workDays(t, folder, tt.newer, tt.orderly)
			if err := os.Remove(filepath.Join(folder, datafolder.File)); err != nil {
				t.Fatal(err)
			}
			if tt.older >= 0 {
				copyDatabase(t, copied, folder)
			}
			past := 0
			db := openFolder(t, folder, Options{Exclusive: true, Anew: tt.older < 0, Past: func(kept datafolder.Numbers) error {
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
	}
	faulttest.Seen(t, "T174", "an older copy of the database, or a new one, beside the file of numbers; after an orderly end and a crash", "tickets, participants and outgoing mails go on after all that were given")
}

// TestNumbersGoOnWithoutHoles: what is ahead in the file costs no number.
func TestNumbersGoOnWithoutHoles(t *testing.T) {
	for _, orderly := range []bool{true, false} {
		t.Run(fmt.Sprint("orderly end ", orderly), func(t *testing.T) {
			folder := t.TempDir()
			before := workDays(t, folder, 300, orderly)
			beside := openFolder(t, folder, Options{Past: func(datafolder.Numbers) error { return errors.New("past") }})
			if got := numberedOnce(t, beside); got[datafolder.TicketNumbers] != before[datafolder.TicketNumbers]+1 {
				t.Errorf("a command's ticket has number %d, want %d", got[datafolder.TicketNumbers], before[datafolder.TicketNumbers]+1)
			}
			db := openFolder(t, folder, Options{Exclusive: true, Past: func(datafolder.Numbers) error { return errors.New("past") }})
			got := numberedOnce(t, db)
			for kind, number := range before {
				if got[kind] != number+2 {
					t.Errorf("the next number of %s is %d, want %d", kind, got[kind], number+2)
				}
			}
		})
	}
}

// TestNumbersAreCovered: the file is never behind what is committed, in whatever
// order a daemon and a command give numbers.
func TestNumbersAreCovered(t *testing.T) {
	folder := t.TempDir()
	daemon := openFolder(t, folder, Options{Exclusive: true})
	beside := openFolder(t, folder, Options{})
	for i := range 700 {
		db := daemon
		if i%3 == 0 {
			db = beside
		}
		got := numberedOnce(t, db)
		upTo, err := datafolder.ReadNumbers(folder)
		if err != nil {
			t.Fatal(err)
		}
		for kind, number := range got {
			if number > upTo[kind] {
				t.Fatalf("%s %d is committed, the file knows %d", kind, number, upTo[kind])
			}
		}
	}
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
