package salvage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"maildesk/store/sqlrow"

	"github.com/mattn/go-sqlite3"
)

// copying is the work of copying the rows of a damaged database into a new one of
// the same schema.
type copying struct {
	ctx   context.Context
	old   *sql.DB
	now   *sql.Tx
	given map[string]int64 // the highest numbers that were given, by table
	lost  []Unreadable
}

// unneeded reports tables whose rows are not copied: bytes are read where they
// are, or nobody asks for them, and the search index is made of other rows.
func unneeded(table string) bool {
	return slices.Contains([]string{"mail_raw", "outbox_bytes", "outbox_file", "outbox_part", "fingerprint", "search"}, table) ||
		strings.HasPrefix(table, "search_") || strings.HasPrefix(table, "sqlite_")
}

// table is a table of both databases, with the parts of statements on it.
type table struct {
	name    string
	columns []string
	key     []string
	plain   bool // its rows have numbers
}

// tables copies all tables, and takes down what could not be read.
func (c *copying) tables() error {
	if err := c.readGiven(); err != nil {
		return err
	}
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (t table, err error) {
		var columns, key string
		err = row.Scan(&t.name, &t.plain, &columns, &key)
		t.columns, t.key = strings.Split(columns, ","), strings.Split(key, ",")
		return t, err
	})(c.now.QueryContext(c.ctx, `SELECT l.name, NOT l.wr, (SELECT group_concat(name) FROM pragma_table_info(l.name)),
		(SELECT coalesce(group_concat(name), '') FROM (SELECT name FROM pragma_table_info(l.name) WHERE pk > 0 ORDER BY pk))
		FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name`))
	if err != nil {
		return err
	}
	for _, t := range all {
		if unneeded(t.name) {
			continue
		}
		copied := c.byKey
		if t.plain {
			copied = c.byNumber
		}
		if err := copied(t); err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	return c.keepGiven()
}

// readGiven reads which numbers were given, where that can be read.
func (c *copying) readGiven() error {
	c.given = map[string]int64{}
	_, err := sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var name string
		var n int64
		if err = row.Scan(&name, &n); err == nil {
			c.given[name] = n
		}
		return struct{}{}, err
	})(c.old.QueryContext(c.ctx, `SELECT name, seq FROM sqlite_sequence`))
	if isDamage(err) {
		c.lose("sqlite_sequence", 0, 0, err)
		return nil
	}
	return err
}

// keepGiven returns the copy the numbers that were read; rows that were copied moved
// its own on.
func (c *copying) keepGiven() error {
	for name, n := range c.given {
		if _, err := c.now.ExecContext(c.ctx, `DELETE FROM sqlite_sequence WHERE name = $1`, name); err != nil {
			return err
		}
		if _, err := c.now.ExecContext(c.ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)`, name, n); err != nil {
			return err
		}
	}
	return nil
}

// byNumber copies a table by the numbers of its rows, around what cannot be read.
func (c *copying) byNumber(t table) error {
	for from := int64(1); ; {
		last, err := c.copyRows(t, " WHERE rowid >= $1 ORDER BY rowid", from)
		if err == nil || !isDamage(err) {
			return err
		}
		if last > 0 {
			from = last + 1
		}
		next, found, e := c.rowFrom(t, from)
		switch {
		case e == nil && !found:
			return nil // what was damaged lies behind the last row
		case e == nil:
			// The row is there, what it holds is not.
			c.lose(t.name, next, next, err)
			from = next + 1
		case !isDamage(e):
			return e
		default:
			next, err := c.pass(t, from)
			if err != nil || next == 0 {
				c.lose(t.name, from, max(from, c.given[t.name]), e)
				return err
			}
			c.lose(t.name, from, next-1, e)
			from = next
		}
	}
}

// rowFrom returns the number of the first row from a number on.
func (c *copying) rowFrom(t table, from int64) (number int64, found bool, err error) {
	err = c.old.QueryRowContext(c.ctx, `SELECT rowid FROM `+t.name+` WHERE rowid >= $1 ORDER BY rowid LIMIT 1`, from).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return number, err == nil, err
}

// Pages hold neighbouring numbers. Behind an unreadable one each number is tried,
// for as many rows as many small ones fit on several pages, and then ever fewer.
const (
	closely  = 4096
	farthest = 1 << 40
)

// pass returns a number behind from from which on rows can be read again, 0: none.
// There may be none in between.
func (c *copying) pass(t table, from int64) (int64, error) {
	bad := from
	for step := int64(1); bad-from < farthest; {
		if bad-from > closely {
			step = (bad - from) / 8
		}
		if limit := c.given[t.name]; limit > 0 && bad > limit {
			return 0, nil
		}
		_, _, err := c.rowFrom(t, bad+step)
		if err == nil {
			return c.firstGood(t, bad, bad+step)
		}
		if !isDamage(err) {
			return 0, err
		}
		bad += step
	}
	return 0, nil
}

// firstGood returns the first number in (bad, good] from which on rows can be read.
func (c *copying) firstGood(t table, bad, good int64) (int64, error) {
	for good-bad > 1 {
		middle := bad + (good-bad)/2
		switch _, _, err := c.rowFrom(t, middle); {
		case err == nil:
			good = middle
		case isDamage(err):
			bad = middle
		default:
			return 0, err
		}
	}
	return good, nil
}

// byKey copies a table that is sorted by its key: from both ends up to what cannot
// be read.
func (c *copying) byKey(t table) error {
	order := " ORDER BY " + strings.Join(t.key, ", ")
	_, err := c.copyRows(t, order)
	if !isDamage(err) {
		return err
	}
	c.lose(t.name, 0, 0, err)
	if _, err = c.copyRows(t, " ORDER BY "+strings.Join(t.key, " DESC, ")+" DESC"); isDamage(err) {
		return nil
	}
	return err
}

// copyRows copies rows until one cannot be read, and returns the number of the last
// one that could, 0: none.
func (c *copying) copyRows(t table, which string, args ...any) (last int64, err error) {
	columns := strings.Join(t.columns, ", ")
	number := "0"
	if t.plain {
		number = "rowid"
	}
	insert, err := c.now.PrepareContext(c.ctx, `INSERT OR IGNORE INTO `+t.name+` (`+columns+`) VALUES (?`+strings.Repeat(", ?", len(t.columns)-1)+`)`)
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	rows, err := c.old.QueryContext(c.ctx, `SELECT `+number+`, `+columns+` FROM `+t.name+which, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values := make([]any, len(t.columns))
	into := []any{new(int64)}
	for i := range values {
		into = append(into, &values[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return last, err
		}
		last = *into[0].(*int64)
		done, err := insert.ExecContext(c.ctx, values...)
		if e, ok := errors.AsType[sqlite3.Error](err); ok && e.Code == sqlite3.ErrConstraint || ok && e.Code == sqlite3.ErrMismatch {
			c.lose(t.name, last, last, fmt.Errorf("it holds what it cannot: %w", err))
			continue
		}
		if err != nil {
			return last, err
		}
		if n, _ := done.RowsAffected(); n == 0 && t.plain {
			c.lose(t.name, last, last, errors.New("it holds what it cannot"))
		}
	}
	return last, rows.Err()
}

func (c *copying) lose(table string, from, to int64, why error) {
	if n := len(c.lost) - 1; n >= 0 && c.lost[n].Table == table && c.lost[n].To == from-1 && c.lost[n].Why == why.Error() {
		c.lost[n].To = to
		return
	}
	c.lost = append(c.lost, Unreadable{table, from, to, why.Error()})
}

// isDamage reports whether an error is about a part of the file, so that others
// may be read.
func isDamage(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB || e.Code == sqlite3.ErrIoErr)
}
