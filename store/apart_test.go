package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/personal"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestCustodyWaitsForNoTicket keeps a mail while a change of tickets is under way.
func TestCustodyWaitsForNoTicket(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		update(t, db, func(tx ticket.Tx) error {
			m, raw := testMail("a")
			id, _, err := appendMail(db, m, raw)
			if err != nil {
				return err
			}
			// What the transaction reads of the journal is as of now.
			kept, err := tx.Mail(id)
			equal(t, "Mail in a transaction that began before", kept.MessageID, m.MessageID)
			return errors.Join(err, tx.Dispose(id, ticket.DispositionSpam, "", 0, noon))
		})
	})
}

// journalRows returns every row of the journal but those of the fingerprints.
func journalRows(t *testing.T, db *DB) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	view(t, db, func(r ticket.Reader) error {
		for _, table := range personal.Tables {
			if !table.Journal || table.Name == "fingerprint" {
				continue
			}
			columns := slices.Sorted(maps.Keys(table.Columns))
			found, err := sqlrow.Collect(func(row sqlrow.Scanner) (string, error) {
				values, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				err := row.Scan(into...)
				return fmt.Sprint(values...), err
			})(ask(r, "SELECT "+strings.Join(columns, ", ")+" FROM "+table.Name))
			if err != nil {
				return fmt.Errorf("%s: %w", table.Name, err)
			}
			slices.Sort(found)
			rows[table.Name] = found
		}
		return nil
	})
	return rows
}

// TestRowsOfTheJournalNeverChange does all that can be done with mails.
func TestRowsOfTheJournalNeverChange(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		var ids []ticket.MailID
		for i, name := range []string{"a", "a", "b", "c"} {
			m, raw := testMail(name)
			m.Attempts = i % 2
			if i == 2 {
				m.Envelope.Source = ticket.SourceIMAP
				m.Envelope.Fetched = &ticket.Fetched{Place: ticket.Place{Mailbox: 1, UIDValidity: 7, UID: 4}, ArrivedAt: noon}
			}
			if i == 3 {
				m.Envelope.Source = ticket.SourceImport
				m.Envelope.Imported = &ticket.Imported{At: noon, Mark: "#17"}
			}
			id, _, err := appendMail(db, m, raw)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		before := journalRows(t, db)
		steps := map[string]func(ticket.Tx, ticket.MailID) error{
			"attempt": func(tx ticket.Tx, id ticket.MailID) error { _, err := tx.BeginAttempt(id); return err },
			"back":    func(tx ticket.Tx, id ticket.MailID) error { return tx.TakeBackAttempt(id) },
			"aside": func(tx ticket.Tx, id ticket.MailID) error {
				return tx.Dispose(id, ticket.DispositionQuarantined, "odd", 0, noon)
			},
			"again": func(tx ticket.Tx, id ticket.MailID) error { return tx.Reconsider(id) },
			"end":   func(tx ticket.Tx, id ticket.MailID) error { return tx.Dispose(id, ticket.DispositionSpam, "", 0, noon) },
		}
		for _, name := range []string{"attempt", "attempt", "back", "aside", "again", "attempt", "end"} {
			update(t, db, func(tx ticket.Tx) error {
				for _, id := range ids {
					if err := steps[name](tx, id); err != nil {
						return err
					}
				}
				return nil
			})
			equal(t, "the journal after "+name, journalRows(t, db), before)
		}
		view(t, db, func(r ticket.Reader) error {
			mails, err := r.Mails(ticket.DispositionSpam, 0, 10)
			equal(t, "mails at the end", mailIDs(mails), ids)
			for _, m := range mails {
				equal(t, fmt.Sprintf("attempts at mail %d since it was let out", m.ID), m.Attempts, 1)
			}
			return err
		})
	})
}

// TestKeptTwiceFromOnePlace: a mail that is fetched again, since its ledger does not
// know it yet, is known.
func TestKeptTwiceFromOnePlace(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		m, raw := testMail("a")
		m.Envelope.Source = ticket.SourceIMAP
		m.Envelope.Fetched = &ticket.Fetched{Place: ticket.Place{Mailbox: 1, UIDValidity: 7, UID: 4}, ArrivedAt: noon}
		first, known, err := db.Keep(t.Context(), ticket.First, m, raw)
		if err != nil || known {
			t.Fatalf("Keep = known %t, %v", known, err)
		}
		update(t, db, func(tx ticket.Tx) error { return tx.Dispose(first.ID, ticket.DispositionSpam, "", 0, noon) })
		again, known, err := db.Keep(t.Context(), ticket.First, m, raw)
		if err != nil || !known || again.ID != first.ID || again.Disposition != ticket.DispositionSpam {
			t.Errorf("Keep again = mail %d, %s, known %t, %v; want mail %d as it is", again.ID, again.Disposition, known, err, first.ID)
		}
		for name, change := range map[string]func(*ticket.Mail){
			"another place":    func(m *ticket.Mail) { m.Envelope.Fetched.UID = 5 },
			"other UIDs":       func(m *ticket.Mail) { m.Envelope.Fetched.UIDValidity = 8 },
			"the whole of it":  func(m *ticket.Mail) { m.SHA256[0] ^= 1 },
			"another way here": func(m *ticket.Mail) { m.Envelope.Fetched = nil },
		} {
			other, fetched := m, *m.Envelope.Fetched
			other.Envelope.Fetched = &fetched
			change(&other)
			kept, known, err := db.Keep(t.Context(), ticket.First, other, raw)
			if err != nil || known || kept.DuplicateOf != first.ID {
				t.Errorf("%s: Keep = known %t, copy of %d, %v; want a copy of %d", name, known, kept.DuplicateOf, err, first.ID)
			}
		}
	})
}

// TestSnapshotHasItsMails: a snapshot of both files has every mail of which the
// database speaks, though they grow while it is taken.
func TestSnapshotHasItsMails(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		if db.server == nil {
			beginsWithTickets(t, db)
		}
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				m, raw := testMail(fmt.Sprint(n))
				id, _, err := appendMail(db, m, raw)
				if err == nil {
					err = db.Update(context.Background(), func(tx ticket.Tx) error { return tx.Dispose(id, ticket.DispositionSpam, "", 0, noon) })
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
		defer wg.Wait()
		defer stop()
		for range 200 {
			view(t, db, func(dr ticket.Reader) error {
				orphans, err := sqlrow.Collect(sqlrow.ScanID)(dr.(*tables.Reader).Querier().QueryContext(t.Context(), `SELECT mail FROM handled WHERE mail NOT IN (SELECT id FROM mail)`))
				equal(t, "handled mails that are not in the journal", len(orphans), 0)
				return err
			})
		}
		grown := db
		if db.server == nil { // a copy that is made meanwhile
			folder := t.TempDir()
			if err := db.Backup(t.Context(), folder); err != nil {
				t.Fatal(err)
			}
			grown = openFolder(t, folder, Options{})
		}
		stop()
		wg.Wait()
		noProblems(t, grown)
	})
}

// beginsWithTickets holds that SQLite begins to read the database and then the journal.
func beginsWithTickets(t *testing.T, db *DB) {
	t.Helper()
	ops, err := sqlrow.Collect(func(row sqlrow.Scanner) (op string, err error) {
		var p1 int
		var unused any
		err = row.Scan(&unused, &op, &p1, &unused, &unused, &unused, &unused, &unused)
		return fmt.Sprint(op, p1), err
	})(db.readers.QueryContext(t.Context(), "EXPLAIN "+sqlite.BeginBoth, 0))
	if err != nil {
		t.Fatal(err)
	}
	// Database 0 is main, 1 is temp, 2 the first that is attached.
	database, journal := slices.Index(ops, "Transaction0"), slices.Index(ops, "Transaction2")
	if database < 0 || journal < database {
		t.Errorf("SQLite does not begin to read the database and then the journal: %v", ops)
	}
}

// TestPendingLooksAtFewMails: what was handled once is not looked at again, also
// beside a mail that stays pending; what another process lets out of quarantine is
// seen.
func TestPendingLooksAtFewMails(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		db := at.open(t, Options{Exclusive: true})
		const mails, stays, aside = 50, 3, 7
		update(t, db, func(tx ticket.Tx) error {
			for n := range mails {
				m, raw := testMail(fmt.Sprint(n))
				id, _, err := appendMail(db, m, raw)
				d := ticket.DispositionSpam
				if id == aside {
					d = ticket.DispositionQuarantined
				}
				if id != stays {
					err = errors.Join(err, tx.Dispose(id, d, "", 0, noon))
				}
				if err != nil {
					return err
				}
			}
			_, err := tx.Pending(0, 10)
			equal(t, "the front after a look at what may be undone", db.state.HandledUpTo(), ticket.MailID(0))
			return err
		})
		pending := func(want ...ticket.MailID) {
			t.Helper()
			view(t, db, func(r ticket.Reader) error {
				got, err := r.Pending(0, 10)
				equal(t, "pending", mailIDs(got), want)
				return err
			})
			equal(t, "the front", db.state.HandledUpTo(), ticket.MailID(mails))
		}
		pending(stays)
		other := at.open(t, Options{})
		update(t, other, func(tx ticket.Tx) error { return tx.Reconsider(aside) })
		pending(stays, aside)
		update(t, db, func(tx ticket.Tx) error {
			return errors.Join(tx.Dispose(aside, ticket.DispositionSpam, "", 0, noon), tx.Dispose(stays, ticket.DispositionSpam, "", 0, noon))
		})
		pending()
	})
}

// TestPendingPages reads more mails than a front remembers and a page holds.
func TestPendingPages(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		const mails = 10_500 // more than are remembered, and than are looked at in one go
		_, err := db.journal.Conn.ExecContext(t.Context(), `INSERT INTO mail (id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, trusted, attempts, checksum)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			SELECT i, 'pipe', '', 0, '', '', '', 0, '', 1, 0, CAST($2 AS `+either(db, "BLOB", "bytea")+`), CAST($2 AS `+either(db, "BLOB", "bytea")+`), '', 0, 0, 0 FROM n`, mails, make([]byte, 32))
		if err == nil {
			err = db.engine.Raise(t.Context(), db.journal.Conn, "mail", mails)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{mails, mails - 100} {
			var got []ticket.MailID
			view(t, db, func(r ticket.Reader) error {
				for after := ticket.MailID(0); ; {
					page, err := r.Pending(after, 300)
					if err != nil || len(page) == 0 {
						return err
					}
					got = append(got, mailIDs(page)...)
					after = page[len(page)-1].ID
				}
			})
			if !slices.IsSorted(got) || len(slices.Compact(got)) != want {
				t.Errorf("%d pending mails in pages, want %d in order", len(got), want)
			}
			view(t, db, func(r ticket.Reader) error {
				c, err := r.Condition(noon)
				equal(t, "Condition: pending", c.Mails[ticket.DispositionPending], int64(want))
				return err
			})
			update(t, db, func(tx ticket.Tx) error {
				for id := ticket.MailID(1); id <= 100 && want == mails; id++ {
					if err := tx.Dispose(id, ticket.DispositionSpam, "", 0, noon); err != nil {
						return err
					}
				}
				return nil
			})
		}
	})
}

// TestT174JournalOfAnotherDay: a journal that lacks mails of which the database speaks
// is refused; a database that is older than its journal works on, and the mails that it
// does not know are pending.
func TestT174JournalOfAnotherDay(t *testing.T) {
	early, late := t.TempDir(), t.TempDir()
	db := openTest(t)
	handle := func(name string) {
		m, raw := testMail(name)
		id, _, err := appendMail(db, m, raw)
		if err != nil {
			t.Fatal(err)
		}
		update(t, db, func(tx ticket.Tx) error { return tx.Dispose(id, ticket.DispositionSpam, "", 0, noon) })
	}
	handle("a")
	if err := db.Backup(t.Context(), early); err != nil {
		t.Fatal(err)
	}
	handle("b")
	if err := db.Backup(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	mix := func(database, journal string) string {
		folder := t.TempDir()
		for _, err := range []error{copyFile(filepath.Join(folder, datafolder.File), filepath.Join(database, datafolder.File)), copyFile(filepath.Join(folder, datafolder.JournalFile), filepath.Join(journal, datafolder.JournalFile))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return folder
	}
	for _, exclusive := range []bool{true, false} {
		_, err := Open(t.Context(), mix(late, early), Options{Exclusive: exclusive})
		if lost, ok := errors.AsType[*datafolder.LostError](err); !ok || lost.File != datafolder.JournalFile || !strings.Contains(err.Error(), "is older than") || !strings.Contains(err.Error(), "maildesk restore") {
			t.Errorf("Open with an older journal (exclusive %t) = %v, want it refused with the way out", exclusive, err)
		}
	}
	view(t, openFolder(t, mix(early, late), Options{Exclusive: true}), func(r ticket.Reader) error {
		pending, err := r.Pending(0, 10)
		equal(t, "pending with an older database", mailIDs(pending), []ticket.MailID{2})
		return err
	})
	faulttest.Seen(t, "T174", "the journal beside a database is that of an earlier day, or the database is", "the older journal is refused with the way out; beside an older database the mails that it does not know are pending")
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
