package store

import (
	"strings"
	"testing"

	"maildesk/desk"
)

// Each breach is made behind the store's back, and must be found and named.
func TestCheckNamesTheBreach(t *testing.T) {
	for _, tt := range []struct {
		sql  string
		want string // within one of the problems; empty: there must be none
	}{
		{"SELECT 1", ""},
		{"DELETE FROM mail_raw WHERE mail = 1", "mail 1"},
		{"UPDATE mail_raw SET raw = x'00' WHERE mail = 1", "mail 1"},
		{"DELETE FROM mail WHERE id = 1", "mail_raw 1"},
		{"DELETE FROM mail WHERE id = 1", "accepted 3, sum 2"},
		{"DELETE FROM entry WHERE mail = 1", "mail 1 (new, ticket 1) has 0"},
		{"UPDATE entry SET ticket = 2 WHERE mail = 1", "mail 1"},
		{"UPDATE mail SET ticket = 2 WHERE id = 1", "ticket 2 was opened by 2 mails"},
		{"UPDATE mail SET disposition = 'duplicate' WHERE id = 2", "mail 2"},
		{"DELETE FROM outbox_bytes WHERE outbox = 2", "outbox 2"},
		{"DELETE FROM search WHERE rowid = 2", "entry 2"},
		{"DELETE FROM search WHERE rowid = -2", "ticket 2"},
		{"INSERT INTO search (rowid, text) VALUES (77, 'x')", "search 77"},
		{"UPDATE event SET ticket = 99 WHERE id = 1", "event 1"},
		{"PRAGMA ignore_check_constraints = on; UPDATE mail SET disposition = 'lost' WHERE id = 3; PRAGMA ignore_check_constraints = off", "CHECK constraint failed in mail"},
	} {
		db := openTest(t)
		update(t, db, func(tx desk.Tx) error {
			for n := range int64(2) {
				if err := newTicket(tx, n); err != nil {
					return err
				}
			}
			m, raw := testMail("pending")
			_, _, err := tx.AppendMail(m, raw)
			return err
		})
		if err := db.exec("PRAGMA foreign_keys = off; " + tt.sql); err != nil {
			t.Fatalf("%s: %v", tt.sql, err)
		}
		problems, err := db.Check(t.Context())
		if err != nil {
			t.Errorf("%s: Check = %v", tt.sql, err)
		}
		found := tt.want == "" && len(problems) == 0
		for _, p := range problems {
			found = found || tt.want != "" && strings.Contains(p.String(), tt.want)
		}
		if !found {
			t.Errorf("%s: Check = %v, want %q", tt.sql, problems, tt.want)
		}
	}
}
