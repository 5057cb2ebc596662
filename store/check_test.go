package store

import (
	"regexp"
	"strings"
	"testing"

	"maildesk/store/groupcommit"
	"maildesk/ticket"
)

// ofJournal are statements on its tables.
var ofJournal = regexp.MustCompile(`(FROM|UPDATE) (mail|mail_raw|fingerprint) `)

// Each breach is made behind the store's back, and must be found and named.
func TestCheckNamesTheBreach(t *testing.T) {
	for _, tt := range []struct {
		sql  string
		want string // within one of the problems; empty: there must be none
	}{
		{"SELECT 1", ""},
		{"DELETE FROM mail_raw WHERE mail = 1", "mail 1"},
		{"UPDATE mail_raw SET raw = substr(raw, 2) WHERE mail = 1", "mail 1"},
		{"UPDATE mail_raw SET raw = CAST(substr(raw, 2) || substr(raw, 1, 1) AS BLOB) WHERE mail = 2", "mail 2 has another SHA-256"},
		{"DELETE FROM mail WHERE id = 1; DELETE FROM mail_raw WHERE mail = 1; DELETE FROM fingerprint WHERE mail = 1", "no mail has vanished: mail 1"},
		{"DELETE FROM mail WHERE id = 3; DELETE FROM mail_raw WHERE mail = 3; DELETE FROM fingerprint WHERE mail = 3", "no mail has vanished: mail 3"},
		{"DELETE FROM fingerprint WHERE mail = 1", "a copy of a mail would be known: mail 1"},
		{"DELETE FROM mail WHERE id = 1", "mail_raw 1"},
		{"DELETE FROM mail WHERE id = 3", "accepted 3, sum 2"},
		{"DELETE FROM entry WHERE mail = 1", "mail 1 (new, ticket 1) has 0"},
		{"UPDATE entry SET ticket = 2 WHERE mail = 1", "mail 1"},
		{"UPDATE handled SET ticket = 2 WHERE mail = 1", "ticket 2 was opened by 2 mails"},
		{"UPDATE handled SET disposition = 'duplicate' WHERE mail = 2", "mail 2"},
		{"UPDATE ticket SET status = 'open' WHERE id = 2", "ticket 2 is open, no event says so"},
		{"INSERT INTO event (id, ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, checksum) VALUES (90, 1, 1, 'status', 'desk', 'new', 'open', '', '', 0, 0, 0)", "ticket 1 is new, event 90 says open"},
		{"UPDATE ticket SET status = 'closed' WHERE id = 2", "closed only when its requester was told: ticket 2"},
		{"UPDATE ticket SET informed_at = 1 WHERE id = 2", "told by an event: ticket 2"},
		{"UPDATE outbox SET state = 'sent', done_at = 1 WHERE id = 2", "has the attempt: outbox 2"},
		{"UPDATE outbox SET state = 'failed' WHERE id = 2", "outbox 2 is failed"},
		{"INSERT INTO attempt VALUES (90, 2, 1, 'sent', 0, '', 250, '')", "is not sent again: outbox 2 is ready"},
		{"INSERT INTO attempt VALUES (90, 2, 1, 'sent', 0, '', 250, ''), (91, 2, 2, 'failed', 0, 'delivery report', 0, '')", ""}, // it came back
		{"INSERT INTO attempt VALUES (90, 2, 1, 'failed', 0, '', 550, ''), (91, 2, 2, 'sent', 0, '', 250, ''), (92, 2, 3, 'ready', 9, '', 451, '')", "is not sent again: outbox 2 is ready"},
		{"UPDATE outbox SET template = 'acknowledgement' WHERE id = 2", "one acknowledgement a ticket: ticket 1 has 2"},
		{"DELETE FROM outbox_bytes WHERE outbox = 2", "outbox 2"},
		{"DELETE FROM outbox_bytes; DELETE FROM outbox; DELETE FROM event WHERE ticket = 2; UPDATE ticket SET status = 'resolved', resolved_at = 5 WHERE id = 2", "or lies in an open queue: entry 2 of mail 2, ticket 2 is resolved"},
		{"DELETE FROM outbox_bytes; DELETE FROM outbox; UPDATE entry SET kind = 'reply' WHERE id = 2", "or its writer was told: entry 2 of mail 2"},
		{"DELETE FROM search WHERE rowid = 2", "entry 2"},
		{"DELETE FROM search WHERE rowid = -2", "ticket 2"},
		{"INSERT INTO search (rowid, text) VALUES (77, 'x')", "search 77"},
		{"UPDATE event SET ticket = 99 WHERE id = 1", "event 1"},
		{"PRAGMA ignore_check_constraints = on; UPDATE handled SET disposition = 'lost' WHERE mail = 2; PRAGMA ignore_check_constraints = off", "CHECK constraint failed in handled"},
		{"DELETE FROM handled WHERE mail = 1", "in no ticket yet: entry 1 of mail 1"},
		{"INSERT INTO handled VALUES (9, 'spam', '', NULL, 1, 1, 0)", "is in the journal: handled 9"},
		{"INSERT INTO begun VALUES (1, 2)", "begun 1"},
		{"INSERT INTO begun VALUES (9, 2)", "begun 9"},
		{"UPDATE mail SET duplicate_of = 3 WHERE id = 2", "an earlier mail: mail 2"},
		{"DELETE FROM mail WHERE id = 1", "entry 1 names mail 1"},
		{"UPDATE mail SET size = 1 WHERE id = 3", "mail 3"},
	} {
		t.Run(tt.sql, func(t *testing.T) {
			both(t, func(t *testing.T, db *DB) { namesTheBreach(t, db, tt.sql, tt.want) })
		})
	}
}

// namesTheBreach makes a breach in a store with two new tickets and a pending mail.
func namesTheBreach(t *testing.T, db *DB, sql, want string) {
	if db.server != nil && strings.HasPrefix(sql, "PRAGMA") {
		return // the server sees to that itself
	}
	update(t, db, func(tx ticket.Tx) error {
		for n := range int64(2) {
			if err := newTicket(db, tx, n); err != nil {
				return err
			}
		}
		m, raw := testMail("pending")
		_, _, err := appendMail(db, m, raw)
		return err
	})
	w := db.tickets
	if ofJournal.MatchString(sql) {
		w = db.journal
	}
	harm(t, db, w, sql)
	problems, err := db.Check(t.Context())
	if err != nil {
		t.Errorf("Check = %v", err)
	}
	found := want == "" && len(problems) == 0
	for _, p := range problems {
		found = found || want != "" && strings.Contains(p.String(), want)
	}
	if !found {
		t.Errorf("Check = %v, want %q", problems, want)
	}
}

// onPostgreSQL makes statements of SQLite those of PostgreSQL.
var onPostgreSQL = strings.NewReplacer("(rowid, text)", "(id, words)", "rowid", "id", "AS BLOB", "AS bytea")

// harm runs statements of SQLite behind the back of a store, which heed no references.
func harm(t *testing.T, db *DB, w *groupcommit.Writer, sql string) {
	t.Helper()
	if err := w.Exec(either(db, "PRAGMA foreign_keys = off; "+sql, "SET session_replication_role = replica; "+onPostgreSQL.Replace(sql))); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
