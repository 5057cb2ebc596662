package outgoing

import (
	"strings"
	"testing"

	"maildesk/store/tables/schematest"
)

// The questions that are asked for every mail must not read whole tables.
func TestQueriesUseIndexes(t *testing.T) {
	db := schematest.Open(t)
	narrow := map[string]string{ // any index will not do: some name all mails that wait
		"claim":       "outbox_claimable (priority=? AND next_at<?)",
		"claim ahead": "outbox_claimable (priority=? AND next_at>?)",
		"next":        "outbox_claimable (priority=?)",
		"retry":       "outbox_claimable (priority=?)", // of which min reads the first row
		"retry older": "outbox_order (ticket=? AND recipient_key=?",
	}
	for name, query := range map[string]string{
		"claim":       `SELECT ` + outboxColumns + ` FROM outbox AS o WHERE ` + claimable + ` AND o.next_at <= $2 ORDER BY o.next_at, o.id LIMIT $3`,
		"claim ahead": `SELECT ` + outboxColumns + ` FROM outbox AS o WHERE ` + claimable + ` AND o.next_at > $2 ORDER BY o.next_at, o.id LIMIT $3`,
		"retry":       firstInLine,
		"retry older": olderFirst,
		"next":        `SELECT next_at FROM outbox AS o WHERE ` + claimable + ` ORDER BY next_at LIMIT 1`,
		"count":       `SELECT count(*) FROM outbox WHERE automatic = 1 AND allowed_at >= $1 AND standing >= $2 AND standing <= $3 AND budget_mailbox = $4`,
		"count all":   `SELECT count(*) FROM outbox WHERE automatic = 1 AND allowed_at >= $1 AND standing >= $2 AND standing <= $3`,
		"n-th back":   `SELECT allowed_at FROM outbox WHERE automatic = 1 AND allowed_at >= $1 ORDER BY allowed_at DESC LIMIT $2`,
		"held due":    `SELECT id FROM outbox WHERE held <> '' AND next_at <= $1 ORDER BY next_at, id`,
		"last held":   `SELECT id FROM outbox WHERE held <> '' AND held = $1 AND held_key = $2 ORDER BY next_at DESC, id DESC LIMIT $3`,
		"of a ticket": `SELECT id FROM outbox WHERE coalesce(ticket, 0) = $1 ORDER BY id`,
		"attempts":    `SELECT id FROM attempt WHERE outbox = $1 ORDER BY id`,
		"latest sent": latestSent,
	} {
		plan := schematest.PlanOf(t, db, query)
		if strings.Contains(plan, "SCAN") || strings.HasPrefix(name, "claim") && strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, plan)
		}
		if want := narrow[name]; !strings.Contains(plan, want) {
			t.Errorf("%s: %s; want %s", name, plan, want)
		}
	}
}
