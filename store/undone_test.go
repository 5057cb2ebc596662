package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// faults lets the server refuse what concerns a ticket with a subject, with an SQLSTATE: in
// the statement that makes it, among those that go with COMMIT, or in COMMIT. The server says so each time,
// or only the first time. A sequence counts, as no ROLLBACK takes it back.
func faults(t *testing.T, db *DB, subject, where, code string, once bool) (end func()) {
	t.Helper()
	run := func(statements ...string) {
		t.Helper()
		for _, statement := range statements {
			if err := db.tickets.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(`CREATE SEQUENCE failed`,
		fmt.Sprintf(`CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF EXISTS (SELECT 1 FROM ticket WHERE subject = '%s') OR TG_TABLE_NAME = 'ticket' THEN
				IF NOT %t OR nextval('failed') = 1 THEN RAISE EXCEPTION 'as the test wants it' USING ERRCODE = '%s'; END IF;
			END IF;
			RETURN NEW; END $$`, subject, once, code),
		map[string]string{
			"statement":     `CREATE TRIGGER fails BEFORE INSERT ON ticket FOR EACH ROW WHEN (NEW.subject = '` + subject + `') EXECUTE FUNCTION fails()`,
			"before COMMIT": `CREATE TRIGGER fails BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION fails()`,
			"COMMIT":        `CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON ticket DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.subject = '` + subject + `') EXECUTE FUNCTION fails()`,
		}[where])
	return func() { run(`DROP FUNCTION fails CASCADE`, `DROP SEQUENCE failed`) }
}

// together runs changes that wait for the same turn, so that they share a commit, in their order.
func together(t *testing.T, db *DB, changes ...func() error) []error {
	t.Helper()
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	err := db.tickets.InTurn(t.Context(), func() error {
		for i, change := range changes {
			all.Go(func() { errs[i] = change() })
			waitFor(db.tickets, i+1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all.Wait()
	return errs
}

// What PostgreSQL refuses before it has committed is surely not kept. It costs only the change at fault, whether
// that failed by itself or took with it all that shared its commit; the error says whether trying again can help.
func TestRefusedStatementCostsItsChangeOnly(t *testing.T) {
	db := openServerTest(t)
	insertOne(t, db, "the daemon has had its turn")
	round := 0
	for _, code := range []struct {
		state string
		want  error // that the error wraps; nil: it is temporary, and says no more
	}{
		{"23514", ticket.ErrRefused},     // check_violation
		{"22003", ticket.ErrRefused},     // numeric_value_out_of_range
		{"40001", nil},                   // serialization_failure
		{"40P01", nil},                   // deadlock_detected
		{"57014", nil},                   // query_canceled
		{"53100", ticket.ErrStorageFull}, // disk_full
		{"53200", ticket.ErrResources},   // out_of_memory
	} {
		for _, where := range []string{"statement", "before COMMIT", "COMMIT"} {
			for _, once := range []bool{false, true} {
				round++
				name := fmt.Sprintf("%s in %s, once %t", code.state, where, once)
				t.Run(name, func(t *testing.T) { refused(t, db, fmt.Sprint(round), where, code.state, once, code.want) })
			}
		}
	}
}

func refused(t *testing.T, db *DB, round, where, state string, once bool, want error) {
	end := faults(t, db, "faulty "+round, where, state, once)
	shared := where != "statement"
	short := want == ticket.ErrStorageFull || want == ticket.ErrResources // for which nothing is tried again at once
	var seen ticket.Moment
	view(t, db, func(r ticket.Reader) error { seen = r.Moment(); return nil })
	var changes []func() error
	for _, subject := range []string{"one", "faulty", "two"} {
		plan := &ticket.Plan{Seen: seen, Changes: []ticket.Change{ticket.InsertTicket{Ticket: testTicket(subject + " " + round)}}}
		changes = append(changes, func() error { return db.Commit(t.Context(), ticket.Soon, plan) })
	}
	errs := together(t, db, changes...)
	for i, err := range errs {
		// On a slow machine they may not share a commit: then the one at fault is not made again, and a shortage fails it alone.
		must, may := i == 1 && (!once || !shared), i == 1 || short && shared
		if err == nil && must || err != nil && (!may || !strings.Contains(err.Error(), state)) {
			t.Errorf("change %d: %v, must fail: %t, may: %t", i, err, must, may)
		}
	}
	permanent := errors.Is(errs[1], ticket.ErrRefused) || errors.Is(errs[1], ticket.ErrRejected)
	if !shared && want != nil && !errors.Is(errs[1], want) || permanent && want != ticket.ErrRefused {
		t.Errorf("the change at fault: %v, want %v", errs[1], want)
	}
	if db.Broken() != nil {
		t.Fatalf("the store is broken: %v", db.Broken())
	}
	end()
	// Whoever comes again gets in once nothing is wrong, and nothing is there twice.
	for i, err := range errs {
		if err != nil {
			if err := changes[i](); err != nil {
				t.Errorf("change %d once more: %v", i, err)
			}
		}
	}
	equal(t, "tickets", keptSubjects(t, db, round), fmt.Sprintf("faulty %[1]s one %[1]s two %[1]s", round))
}

// keptSubjects returns those of all tickets that end so, sorted.
func keptSubjects(t *testing.T, db *DB, end string) (all string) {
	t.Helper()
	if err := db.readers.QueryRowContext(t.Context(), `SELECT coalesce(string_agg(subject, ' ' ORDER BY subject), '') FROM ticket WHERE subject LIKE $1`, "% "+end).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The same with what the server itself finds: a lock on the table that all that is committed is told in, for
// which it waits no longer than it may, or that another waits for in a circle.
func TestCommitThatIsInTheWay(t *testing.T) {
	for _, tt := range []struct{ name, setting, state string }{
		{"statement_timeout", `SET statement_timeout = 100`, "57014"},
		{"lock_timeout", `SET lock_timeout = 100`, "55P03"},
		{"deadlock", `SET deadlock_timeout = 1`, "40P01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := openServerTest(t)
			first := insertOne(t, db, "first one")
			if err := db.tickets.Exec(tt.setting); err != nil {
				t.Fatal(err)
			}
			other, err := db.side.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			for _, statement := range []string{`SET lock_timeout = 0`, `SET deadlock_timeout = '1h'`, `BEGIN`, `LOCK TABLE change`} {
				if _, err := other.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			var waits sync.WaitGroup
			defer waits.Wait()
			err = db.update(t.Context(), ticket.InTurn, func(tx *tables.Tx) error {
				changed, err := tx.Ticket(first)
				if err != nil {
					return err
				}
				changed.Subject = "changed"
				if err := tx.UpdateTicket(changed); err != nil {
					return err
				}
				if _, err := tx.Ticket(first); err != nil || tt.name != "deadlock" {
					return err
				}
				waits.Go(func() {
					if _, err := other.ExecContext(context.Background(), `UPDATE ticket SET subject = subject`); err != nil {
						t.Errorf("the other one: %v", err)
					}
				})
				return untilItWaits(t, db)
			})
			if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != tt.state || errors.Is(err, ticket.ErrRefused) {
				t.Errorf("Update = %v, want %s", err, tt.state)
			}
			waits.Wait()
			if _, err := other.ExecContext(t.Context(), `ROLLBACK`); err != nil {
				t.Fatal(err)
			}
			equal(t, "tickets meanwhile", keptSubjects(t, db, "one"), "first one")
			if err := db.tickets.Exec("RESET " + strings.Fields(tt.setting)[1]); err != nil {
				t.Fatal(err)
			}
			insertOne(t, db, "second one")
			equal(t, "tickets", keptSubjects(t, db, "one"), "first one second one")
		})
	}
}

func insertOne(t *testing.T, db *DB, subject string) (id ticket.ID) {
	t.Helper()
	update(t, db, func(tx ticket.Tx) (err error) { id, err = tx.InsertTicket(testTicket(subject)); return err })
	return id
}

// untilItWaits returns when somebody waits for a row of this database: other tests run on the server, too.
func untilItWaits(t *testing.T, db *DB) error {
	for waits := false; !waits; time.Sleep(5 * time.Millisecond) { // nobody is told when it does
		if err := db.readers.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))`).Scan(&waits); err != nil {
			return err
		}
	}
	return nil
}
