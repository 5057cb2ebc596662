package tables

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"maildesk/store/tables/schematest"
)

// SQLite numbers $n by its first appearance, PostgreSQL by n: both agree only
// where each statement names $1, $2, $3 first in this order.
func TestParametersAppearInOrder(t *testing.T) {
	param, verb := regexp.MustCompile(`\$(\d+)`), regexp.MustCompile("^[`\"]\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\\b")
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
			seen, tail := 0, !verb.MatchString(lit.Value)
			for i, m := range param.FindAllStringSubmatch(lit.Value, -1) {
				statements++
				n, _ := strconv.Atoi(m[1])
				if i == 0 && tail {
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
	db := schematest.Open(t)
	for name, query := range map[string]string{
		"suppressed":       `SELECT cause FROM suppression WHERE address_key = $1 ORDER BY address_key, cause`,
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
	} {
		plan := schematest.PlanOf(t, db, query)
		text := strings.Replace(plan, "SCAN held USING INDEX event_held", "", 1) // which has only such rows
		if strings.Contains(text, "SCAN") {
			t.Errorf("%s: %s", name, plan)
		}
	}
}
