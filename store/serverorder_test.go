package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// On PostgreSQL, too, a page of a long list is read from an index in its order: nothing is
// sorted to find the first few rows.
func TestServerReadsPagesInOrder(t *testing.T) {
	db := openServerTest(t)
	conn, err := db.readers.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// Few rows are read whole or sorted for less than a look into an index costs.
	for _, setting := range []string{"enable_seqscan = off", "enable_bitmapscan = off"} {
		if _, err := conn.ExecContext(t.Context(), "SET "+setting); err != nil {
			t.Fatal(err)
		}
	}
	asked := &recorder{Querier: conn}
	r, tx := tables.NewReader(t.Context(), asked, db.engine, db.state, 0), tables.NewTx(asked, db.mails, db.engine, db.state, &db.numbers)
	for _, of := range []struct {
		index, name string
		ask         func() error
	}{
		{"outbox_held", "held first", func() error {
			_, err := r.HeldOutbox(ticket.HeldFilter{Held: "many-requests", Key: "ana", Limit: 2})
			return err
		}},
		{"outbox_held", "held last", func() error {
			_, err := r.HeldOutbox(ticket.HeldFilter{Held: "many-requests", Key: "ana", Latest: true, Limit: 1})
			return err
		}},
		{"outbox_claimable", "claimed", func() error { _, err := tx.ClaimRows("me", noon, noon, noon, 10); return err }},
		{"outbox_claimable", "due next", func() error { _, err := r.NextOutboxAt(); return err }},
		{"outbox_reader", "latest to", func() error { _, err := r.LatestTo(7, 5); return err }},
		{"outbox_reader", "latest sent", func() error { _, err := r.LatestSent(7, 5); return err }},
		{"entry_ticket", "latest entries", func() error { _, err := r.LatestEntries(7, 5); return err }},
		{"entry_ticket", "entries before", func() error { _, err := r.EntriesBefore(7, 9000, 5); return err }},
		{"entry_ticket", "correspondence", func() error { _, err := r.Correspondence(7); return err }},
		{"ticket_requester", "history", func() error { _, err := r.History("robot@example.org"); return err }},
		{"handled_disposition", "mails", func() error { _, err := r.Mails(ticket.DispositionNew, 5, 100); return err }},
		{"handled_place", "handled old", func() error { _, err := r.HandledAfter(tables.Place{Mail: 5}, 100); return err }},
		{"handled_place", "handled", func() error { _, err := r.HandledAfter(tables.Place{Place: 5, Mail: 5}, 100); return err }},
	} {
		asked.plans = nil
		if err := of.ask(); err != nil || len(asked.plans) == 0 {
			t.Errorf("%s: %d plans, %v", of.name, len(asked.plans), err)
		}
		all := strings.Join(asked.plans, "\n\n")
		if strings.Contains(all, "Sort") || !strings.Contains(all, " using "+of.index+" ") {
			t.Errorf("%s, of which %s has the order, is planned as\n%s", of.name, of.index, all)
		}
	}
}

// recorder keeps the plan of each statement that is asked of a connection.
type recorder struct {
	sqlrow.Querier
	plans []string
}

func (r *recorder) note(ctx context.Context, statement string, args []any) {
	lines, err := sqlrow.Collect(planLine)(r.Querier.QueryContext(ctx, "EXPLAIN "+statement, args...))
	if err != nil {
		lines = append(lines, "no plan, so perhaps a Sort: "+err.Error())
	}
	r.plans = append(r.plans, statement+"\n"+strings.Join(lines, "\n"))
}

func (r *recorder) QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	r.note(ctx, statement, args)
	return r.Querier.QueryContext(ctx, statement, args...)
}

func (r *recorder) QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row {
	r.note(ctx, statement, args)
	return r.Querier.QueryRowContext(ctx, statement, args...)
}
