package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
)

// ReadMoved reads the mark of data that were moved elsewhere; nil: there is none.
func ReadMoved(ctx context.Context, q sqlrow.Querier) (*datafolder.Moved, error) {
	var there bool
	err := q.QueryRowContext(ctx, `SELECT to_regclass('`+datafolder.MovedTable+`') IS NOT NULL`).Scan(&there)
	if err != nil || !there {
		return nil, err
	}
	var text string
	m := new(datafolder.Moved)
	if err = q.QueryRowContext(ctx, `SELECT mark FROM `+datafolder.MovedTable).Scan(&text); err == nil {
		err = json.Unmarshal([]byte(text), m)
	}
	if err != nil {
		return nil, fmt.Errorf("mark of moved data: %w", err)
	}
	return m, nil
}

// MarkMoved puts the mark into a database, in the place of an older one; nil takes it away.
// It waits for the turns of commands that have begun: those that come later find the mark. One
// that does not end in time is a [LockedError].
func MarkMoved(ctx context.Context, q sqlrow.Querier, m *datafolder.Moved) error {
	drop := `DROP TABLE IF EXISTS ` + datafolder.MovedTable
	if m == nil {
		_, err := q.ExecContext(ctx, drop)
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	turns := fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d, %d), pg_advisory_xact_lock(%[1]d, %d); `, lockClass, lockTickets, lockJournal)
	// One transaction: all of it or nothing. JSON has no quote but within texts.
	_, err = q.ExecContext(ctx, turns+drop+`; CREATE TABLE `+datafolder.MovedTable+` (mark TEXT NOT NULL); INSERT INTO `+datafolder.MovedTable+` VALUES ('`+strings.ReplaceAll(string(text), "'", "''")+`')`)
	if codeOf(err) == lockNotAvailable {
		err = heldBy(ctx, q, &LockedError{Turn: true}, lockTickets, lockJournal)
	}
	return err
}

// NotMoved returns an error where the data were moved elsewhere, or are not all there yet.
func NotMoved(ctx context.Context, q sqlrow.Querier) error {
	m, err := ReadMoved(ctx, q)
	if m != nil {
		return &datafolder.ElsewhereError{Moved: *m}
	}
	var unfinished bool
	if err == nil {
		err = q.QueryRowContext(ctx, `SELECT to_regclass('`+datafolder.MovingTable+`') IS NOT NULL`).Scan(&unfinished)
	}
	if err == nil && unfinished {
		err = datafolder.ErrUnfinished
	}
	return err
}
