package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/store/personal"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestT159Audit: whoever changes the audit, or an event that it tells of, is found.
func TestT159Audit(t *testing.T) {
	for _, tt := range []struct{ name, tamper, want string }{
		{"nothing", `SELECT 1`, ""},
		{"a row is changed", `UPDATE audit SET actor = 'eve' WHERE id = 2`, "audit 2 has another hash"},
		{"a row is changed, with its hash", `UPDATE audit SET actor = 'eve', hash = (SELECT hash FROM audit WHERE id = 1) WHERE id = 2`, "audit 2 has another hash"},
		{"a row in the middle is gone", `DELETE FROM audit WHERE id = 2`, "audit 2 is missing"},
		{"the first row is gone", `DELETE FROM audit WHERE id = 1`, "audit 1 is missing"},
		{"the last row is gone", `DELETE FROM audit WHERE id = 4`, "event 5 is not in it"},
		{"two rows are exchanged", `UPDATE audit SET id = CASE id WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE id END; UPDATE audit SET id = abs(id)`, "audit 2 has another hash"},
		{"its event is gone", `DELETE FROM event WHERE id = 3`, "event 3, of which it tells, is gone or another"},
		{"its event is another", `UPDATE event SET kind = 'thanked' WHERE id = 3`, "event 3, of which it tells, is gone or another"},
		{"who did it is another", `UPDATE event SET actor = 'bob' WHERE id = 4`, "event 4, of which it tells, says something else"},
		{"why is another", `UPDATE event SET reason = 'no reason' WHERE id = 4`, "event 4, of which it tells, says something else"},
		{"how many is another", `UPDATE event SET number = 2 WHERE id = 5`, "event 5, of which it tells, says something else"},
		{"who did it is another, as if that had been erased", `UPDATE event SET actor = 'bob' WHERE id = 4; UPDATE audit SET salt = NULL WHERE event = 4`, "audit 3 has lost the salt of its event"},
		{"who did it is another, in a row as of an earlier version", `UPDATE event SET actor = 'bob' WHERE id = 4; UPDATE audit SET said = NULL, salt = NULL WHERE event = 4`, "audit 3 has another hash"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, db *DB) {
				err := db.Update(t.Context(), func(tx ticket.Tx) error {
					id, err := tx.InsertTicket(ticket.Ticket{Subject: "a", Status: ticket.StatusNew, Priority: ticket.PriorityNormal, Queue: "q", Level: 1})
					if err != nil {
						return err
					}
					for _, e := range []ticket.Event{ // the last one is in no audit
						{Kind: ticket.EventThanked}, {Kind: ticket.EventUndone, Actor: "alice"}, {Kind: ticket.EventForeign, Actor: "ana@example.net"},
						{Kind: ticket.EventDropped, Actor: "root at the console"}, {Kind: ticket.EventErased, Actor: "root at the console", Number: 1},
						{Kind: ticket.EventSuspect, Actor: "ana@example.net", Topic: ticket.SuspectName},
					} {
						e.Ticket, e.At = id, time.Now()
						if _, err := tx.AddEvent(e); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.tickets.Conn.ExecContext(context.Background(), tt.tamper); err != nil {
					t.Fatal(err)
				}
				problems, err := db.Check(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var found []string
				for _, p := range problems {
					if strings.HasPrefix(p.String(), "the audit") {
						found = append(found, p.What)
					}
				}
				switch {
				case tt.want == "" && found != nil:
					t.Errorf("nobody tampered, Check = %v", found)
				case tt.want != "" && (len(found) == 0 || !strings.Contains(strings.Join(found, "; "), tt.want)):
					t.Errorf("Check = %v, want %s", found, tt.want)
				}
				last, err := db.LastAudit(t.Context())
				if err != nil || tt.want == "" && (last.ID != 4 || last.Actor != "root at the console") {
					t.Errorf("LastAudit = %+v, %v", last, err)
				}
			})
		})
	}
	faulttest.Seen(t, "T159", "rows of the audit and its events changed, exchanged and taken away", "check --data names each")
}

// TestAuditMadeAnew: whoever can write the database can make the whole chain anew, which nothing in the
// database shows; the last hash is another one then, and daemon/auditanchor keeps the last hash outside.
func TestAuditMadeAnew(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		for _, actor := range []string{"alice", "mallory", "bob"} {
			if err := db.AddAudit(t.Context(), ticket.Audit{At: time.Now(), Kind: "page log-in", Actor: actor}); err != nil {
				t.Fatal(err)
			}
		}
		was, err := db.LastAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = db.update(t.Context(), ticket.InTurn, func(tx *tables.Tx) error {
			if _, err := tx.Exec(`DELETE FROM audit`); err != nil {
				return err
			}
			for _, actor := range []string{"alice", "alice", "bob"} {
				if err := tx.AddAudit(ticket.Audit{At: was.At, Kind: "page log-in", Actor: actor}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		problems, err := db.Check(t.Context())
		if err != nil || len(problems) > 0 {
			t.Errorf("Check = %v, %v", problems, err)
		}
		if now, err := db.LastAudit(t.Context()); err != nil || now.ID != was.ID || now.Hash == was.Hash {
			t.Errorf("the last row is %d %x, was %d %x, %v", now.ID, now.Hash, was.ID, was.Hash, err)
		}
	})
}

// TestAuditErased: words that are erased from an event go, and with them what would tell whether a guess is
// right; the audit says so, and is whole.
func TestAuditErased(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		err := db.Update(t.Context(), func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(ticket.Ticket{Subject: "a", Status: ticket.StatusNew, Priority: ticket.PriorityNormal, Queue: "q", Level: 1})
			if err == nil {
				_, err = tx.AddEvent(ticket.Event{Ticket: id, At: time.Now(), Kind: ticket.EventForeign, Actor: "ana@example.net", Reason: "Ana\x00 said"})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		of := personal.TableOf("event")
		for range 2 { // the second time there is nothing to do
			err := db.EraseTickets(t.Context(), func(tx *tables.Tx) error {
				return tx.Rewrite(of, []any{int64(1)}, map[string]string{"actor": "erased-1@erased.invalid", "reason": ""})
			})
			if err != nil {
				t.Fatal(err)
			}
			if problems, err := db.Check(t.Context()); err != nil || len(problems) > 0 {
				t.Errorf("Check = %v, %v", problems, err)
			}
		}
		last, err := db.LastAudit(t.Context())
		if err != nil || last.ID != 2 || last.Kind != ticket.AuditWordsErased || last.Number != 1 {
			t.Errorf("the last row is %+v, %v", last, err)
		}
		var salts int
		if err := db.tickets.Conn.QueryRowContext(t.Context(), `SELECT count(*) FROM audit WHERE salt IS NOT NULL`).Scan(&salts); err != nil || salts != 0 {
			t.Errorf("%d rows have a salt, %v", salts, err)
		}
	})
}

// TestErasuresHideNoEvent: the rows that an erasure adds do not push events out of those that are counted.
func TestErasuresHideNoEvent(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		at := time.Now()
		err := db.update(t.Context(), ticket.InTurn, func(tx *tables.Tx) error {
			id, err := tx.InsertTicket(ticket.Ticket{Subject: "a", Status: ticket.StatusNew, Priority: ticket.PriorityNormal, Queue: "q", Level: 1})
			if err != nil {
				return err
			}
			if _, err := tx.AddEvent(ticket.Event{Ticket: id, At: at, Kind: ticket.EventForeign}); err != nil {
				return err
			}
			for range 1001 {
				if err := tx.AddAudit(ticket.Audit{At: at, Kind: ticket.AuditWordsErased}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(r ticket.Reader) error {
			events, err := r.AuditedSince(at.Add(-time.Minute), ticket.EventForeign)
			equal(t, "events that are counted", len(events), 1)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestAuditOfAnEarlierVersion: rows that have no digest of their event are followed by those that do.
func TestAuditOfAnEarlierVersion(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		event := func(reason string) {
			err := db.Update(t.Context(), func(tx ticket.Tx) error {
				_, err := tx.AddEvent(ticket.Event{Ticket: 1, At: noon, Kind: ticket.EventUndone, Actor: "alice", Reason: reason})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		update(t, db, insert("s"))
		event("a")
		// What the version before computed: its row said nothing of the reason.
		text := fmt.Sprintf("%x|1|%d|%q|%q|1|0|0|1", [32]byte{}, noon.UnixMicro(), "not done", "alice")
		hash := sha256.Sum256([]byte(text))
		if _, err := db.tickets.Conn.ExecContext(context.Background(), `UPDATE audit SET said = NULL, salt = NULL, hash = $1`, hash[:]); err != nil {
			t.Fatal(err)
		}
		event("b")
		if problems, err := db.Check(t.Context()); err != nil || len(problems) > 0 {
			t.Errorf("Check = %v, %v", problems, err)
		}
	})
}
