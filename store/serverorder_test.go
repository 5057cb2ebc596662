package store

import (
	"strings"
	"testing"

	"maildesk/store/sqlrow"
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
	for _, of := range []struct {
		index, statement string
		args             []any
	}{
		{"outbox_held", `SELECT state FROM outbox WHERE held <> '' AND held = $1 AND held_key = $2 ORDER BY next_at, id LIMIT 2`, []any{"many-requests", "ana"}},
		{"outbox_held", `SELECT state FROM outbox WHERE held <> '' AND held = $1 AND held_key = $2 ORDER BY next_at DESC, id DESC LIMIT 1`, []any{"many-requests", "ana"}},
		{"outbox_claimable", `SELECT o.state FROM outbox AS o WHERE o.priority = $1 AND o.state IN ('ready', 'claimed') AND o.held = '' AND o.next_at <= $2 ORDER BY o.next_at, o.id LIMIT 10`, []any{1, 9000}},
		{"outbox_reader", `SELECT state FROM outbox WHERE participant = $1 ORDER BY id DESC LIMIT 5`, []any{7}},
		{"entry_ticket", `SELECT text FROM entry WHERE ticket = $1 ORDER BY id DESC LIMIT 5`, []any{7}},
		{"entry_ticket", `SELECT text FROM entry WHERE ticket = $1 AND id < $2 ORDER BY id DESC LIMIT 5`, []any{7, 9000}},
		{"ticket_requester", `SELECT status FROM ticket WHERE requester_key = $1 ORDER BY id DESC LIMIT 1000`, []any{"robot@example.org"}},
		{"handled_disposition", `SELECT reason FROM handled WHERE disposition = $1 AND mail > $2 ORDER BY mail LIMIT 100`, []any{"new", 5}},
		{"handled_place", `SELECT reason FROM handled WHERE place = $1 AND mail > $2 ORDER BY mail LIMIT 100`, []any{5, 5}},
	} {
		lines, err := sqlrow.Collect(planLine)(conn.QueryContext(t.Context(), "EXPLAIN "+of.statement, of.args...))
		plan := strings.Join(lines, "\n")
		if err != nil || strings.Contains(plan, "Sort") || !strings.Contains(plan, " using "+of.index+" ") {
			t.Errorf("%s: the plan of %s is\n%s\n%v", of.index, of.statement, plan, err)
		}
	}
}
