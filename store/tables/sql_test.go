package tables

import (
	"database/sql"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

// SQLite numbers $n by its first appearance, PostgreSQL by n: both agree only
// where each statement names $1, $2, $3 first in this order.
func TestParametersAppearInOrder(t *testing.T) {
	param := regexp.MustCompile(`\$(\d+)`)
	statements := 0
	err := filepath.WalkDir("..", func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			// A literal may be the tail of a statement: it goes on from its first.
			seen := 0
			for i, m := range param.FindAllStringSubmatch(lit.Value, -1) {
				statements++
				n, _ := strconv.Atoi(m[1])
				if i == 0 {
					seen = n - 1
				}
				if n > seen+1 {
					t.Errorf("%s: $%d comes before $%d in %s", path, n, seen+1, lit.Value)
				}
				seen = max(seen, n)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if statements < 50 {
		t.Fatalf("%d parameters found: this test looks in the wrong place", statements)
	}
}

// The questions that are asked for every mail must not read whole tables.
func TestQueriesUseIndexes(t *testing.T) {
	db := openSchema(t)
	narrow := map[string]string{ // any index will not do: some name all mails that wait
		"claim":       "outbox_due (priority=? AND next_at<?)",
		"claim ahead": "outbox_due (priority=? AND next_at>?)",
		"retry":       "outbox_due (priority=?)", // of which min reads the first row
		"retry older": "outbox_order (ticket=? AND recipient_key=?",
	}
	for name, query := range map[string]string{
		"claim":            `SELECT ` + outboxColumns + ` FROM outbox AS o WHERE ` + claimable + ` AND o.next_at <= $2 ORDER BY o.next_at, o.id LIMIT $3`,
		"claim ahead":      `SELECT ` + outboxColumns + ` FROM outbox AS o WHERE ` + claimable + ` AND o.next_at > $2 ORDER BY o.next_at, o.id LIMIT $3`,
		"retry":            firstInLine,
		"retry older":      olderFirst,
		"next":             `SELECT next_at FROM outbox AS o WHERE ` + claimable + ` ORDER BY next_at LIMIT 1`,
		"count":            `SELECT count(*) FROM outbox WHERE automatic = 1 AND allowed_at >= $1 AND standing >= $2 AND standing <= $3 AND budget_mailbox = $4`,
		"count all":        `SELECT count(*) FROM outbox WHERE automatic = 1 AND allowed_at >= $1 AND standing >= $2 AND standing <= $3`,
		"n-th back":        `SELECT allowed_at FROM outbox WHERE automatic = 1 AND allowed_at >= $1 ORDER BY allowed_at DESC LIMIT $2`,
		"held due":         `SELECT id FROM outbox WHERE held <> '' AND next_at <= $1 ORDER BY next_at, id`,
		"last held":        `SELECT id FROM outbox WHERE held <> '' AND held = $1 AND held_key = $2 ORDER BY next_at DESC, id DESC LIMIT $3`,
		"suppressed":       `SELECT cause FROM suppression WHERE address_key = $1 ORDER BY address_key, cause`,
		"of a ticket":      `SELECT id FROM outbox WHERE coalesce(ticket, 0) = $1 ORDER BY id`,
		"by disposition":   `SELECT mail FROM handled WHERE disposition = $1 AND mail > $2 ORDER BY mail LIMIT $3`,
		"beyond the front": `SELECT id FROM mail WHERE id > $1 ORDER BY id LIMIT $2`,
		"handled":          `SELECT mail FROM handled WHERE mail IN ($1, $2)`,
		"mails":            `SELECT ` + keptColumns + ` FROM mail WHERE id IN ($1, $2) ORDER BY id`,
		"fingerprint":      `SELECT mail, seen_at FROM fingerprint WHERE fingerprint = $1`,
		"place":            `SELECT mail FROM fetched WHERE mailbox = $1 AND uid_validity = $2 AND uid = $3`,
		"mark":             `SELECT mail FROM imported WHERE mark = $1 AND mark <> '' ORDER BY mail`,
		"duplicates":       `SELECT id FROM mail WHERE duplicate_of = $1 ORDER BY id`,
		"Message-ID":       `SELECT id FROM message_ref WHERE message_id = $1 ORDER BY id`,
		"entries":          `SELECT id FROM entry WHERE ticket = $1 ORDER BY id`,
		"events":           `SELECT id FROM event WHERE ticket = $1 ORDER BY id`,
		"requester":        `SELECT id FROM ticket WHERE requester_key = $1 ORDER BY id`,
		"await":            `SELECT id FROM ticket WHERE await_at > 0 AND await_at <= $1 ORDER BY id LIMIT $2`,
		"plan":             `SELECT id FROM ticket WHERE plan_at > 0 AND plan_at <= $1 ORDER BY id LIMIT $2`,
		"target":           `SELECT id FROM ticket WHERE target_at > 0 AND target_at <= $1 ORDER BY target_at, id LIMIT $2`,
		"wake":             `SELECT id FROM ticket WHERE wake_at > 0 AND wake_at <= $1 ORDER BY id`,
		"held":             `SELECT count(*) FROM ` + waitingAnswers,
		"status":           `SELECT id FROM ticket WHERE status IN ($1, $2) ORDER BY id`,
		"attempts":         `SELECT id FROM attempt WHERE outbox = $1 ORDER BY id`,
		"latest sent":      latestSent,
	} {
		plan, err := sqlrow.Collect(func(row sqlrow.Scanner) (detail string, err error) {
			var id, parent, unused int
			err = row.Scan(&id, &parent, &unused, &detail)
			return detail, err
		})(db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, "1", "1", "1", "1"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := strings.Join(plan, "; ")
		text = strings.Replace(text, "SCAN held USING INDEX event_held", "", 1) // which has only such rows
		if strings.Contains(text, "SCAN") || strings.HasPrefix(name, "claim") && strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, text)
		}
		if want := narrow[name]; !strings.Contains(text, want) {
			t.Errorf("%s: %s; want %s", name, text, want)
		}
	}
}

// openSchema opens new databases with the newest schemas.
func openSchema(t *testing.T) *sql.DB {
	t.Helper()
	folder := t.TempDir()
	for name, scripts := range map[string][]string{datafolder.File: migrations.Tickets(), datafolder.JournalFile: migrations.Journal()} {
		path := filepath.Join(folder, name)
		if err := datafolder.Touch(path); err != nil {
			t.Fatal(err)
		}
		pool := sqlite.Open(path, sqlite.Writing)
		conn, err := pool.Conn(t.Context())
		if err == nil {
			err = migrations.Run(t.Context(), conn, path, scripts, true, nil)
		}
		if err = errors.Join(err, conn.Close(), pool.Close()); err != nil {
			t.Fatal(err)
		}
	}
	both := sqlite.OpenBoth(folder)
	t.Cleanup(func() { both.Close() })
	return both
}
