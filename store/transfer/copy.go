package transfer

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

// A batch is one transaction: it ends with so many rows, or once they have so many bytes.
const (
	batchRows  = 1000
	bytesRows  = 100 // of a table with bytes, of which a server sends all that were asked for
	batchBytes = 8 << 20
)

// patience is how long a copy waits for a process that is just ending.
const patience = 5 * time.Second

// Options say how rows are copied.
type Options struct {
	// Files returns what the search finds of the files of a mail; see [ticket.Entry].
	Files func(raw []byte) string
	// After is called when a batch of a table, or of a search index, is committed, with the
	// number of rows that it has by now; an error ends the copy. It may be nil.
	After func(what string, rows int64) error
	// Batch is how many rows are copied in a transaction, or indexed; 0: as many as are good.
	Batch int
}

// progress is how far a table is, as the table moving keeps it.
type progress struct {
	Rows int64    `json:"rows"`
	Last []string `json:"last,omitempty"` // the key of the last row
	Done bool     `json:"done,omitempty"`
}

// copying is one copy.
type copying struct {
	Options
	from   *Source
	to     *Target
	tables []table
	few    int // rows with bytes to ask for next: about as many as fit into a batch; 0: unknown
}

// Copy copies all rows that the target does not have yet, and makes the search indexes. It goes
// on where an earlier one was broken off, if nothing was changed in the source since.
func Copy(ctx context.Context, from *Source, to *Target, o Options) error {
	c := &copying{Options: o, from: from, to: to}
	var err error
	if c.tables, err = common(ctx, from, to); err != nil {
		return err
	}
	for _, t := range c.tables {
		if err := c.table(ctx, t); err != nil {
			return fmt.Errorf("copy the table %s: %w", t.name, err)
		}
	}
	if err := c.indexes(ctx); err != nil {
		return fmt.Errorf("index what is searched: %w", err)
	}
	return c.settle(ctx)
}

// common returns the tables of both databases, which must be the same.
func common(ctx context.Context, from *Source, to *Target) ([]table, error) {
	columns, err := from.engine.Columns(ctx, from.tx)
	if err != nil {
		return nil, fmt.Errorf("tables of the source: %w", err)
	}
	has := tablesOf(columns)
	if columns, err = to.columns(ctx); err != nil {
		return nil, fmt.Errorf("tables of the target: %w", err)
	}
	gets := tablesOf(columns)
	byName := func(a, b table) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(has, byName)
	slices.SortFunc(gets, byName)
	same := func(a, b table) bool {
		return a.name == b.name && slices.Equal(a.columns, b.columns) && slices.Equal(a.key, b.key)
	}
	if !slices.EqualFunc(has, gets, same) {
		return nil, fmt.Errorf("the schemas differ: %v and %v", has, gets)
	}
	return gets, nil
}

// settle is what is left to do when all rows are there.
func (c *copying) settle(ctx context.Context) error {
	given, err := c.from.given(ctx)
	if err != nil {
		return fmt.Errorf("numbers that were given: %w", err)
	}
	for _, t := range c.tables {
		number, ok := given[t.name]
		if !ok {
			continue
		}
		if err := c.to.engine.Raise(ctx, c.to.of(t.file).conn, t.name, number); err != nil {
			return fmt.Errorf("numbers that were given: %w", err)
		}
	}
	if p := c.to.parts[""]; p != nil {
		return p.makeReferences(ctx)
	}
	for _, p := range c.to.parts {
		broken, err := sqlite.Engine{}.BrokenReferences(ctx, p.conn)
		if err == nil && len(broken) > 0 {
			err = fmt.Errorf("a reference leads to a row that is not there: %s", broken[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// table copies the rows of a table.
func (c *copying) table(ctx context.Context, t table) error {
	p := c.to.of(t.file)
	for {
		var at progress
		if _, err := p.state(ctx, t.name, &at); err != nil || at.Done {
			return err
		}
		rows, err := c.read(ctx, t, at.Last)
		if err != nil {
			return err
		}
		begun := at.Rows > 0
		at.Rows += int64(len(rows.values))
		at.Done = rows.end
		if n := len(rows.values); n > 0 {
			if at.Last, err = keyOf(t, rows.values[n-1]); err != nil {
				return err
			}
		}
		err = p.change(ctx, func() error {
			if !begun {
				// What a new schema has from the start.
				if _, err := p.conn.ExecContext(ctx, "DELETE FROM "+t.name); err != nil {
					return err
				}
			}
			if err := p.insert(ctx, t, rows.values); err != nil {
				return err
			}
			return p.keepState(ctx, t.name, at)
		})
		if err == nil {
			err = c.after(t.name, at.Rows)
		}
		if err != nil {
			return err
		}
	}
}

func (c *copying) after(what string, rows int64) error {
	if c.After == nil {
		return nil
	}
	return c.After(what, rows)
}

// batch is some rows.
type batch struct {
	values [][]any
	end    bool // there are no more
}

// read reads the next rows after a key.
func (c *copying) read(ctx context.Context, t table, last []string) (b batch, err error) {
	limit := cmp.Or(c.Batch, batchRows)
	if t.hasBytes {
		limit = min(limit, bytesRows, cmp.Or(c.few, bytesRows))
	}
	query := "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name
	var args []any
	if len(t.key) == 0 {
		limit = batchRows // all at once, or not at all
	} else {
		if last != nil {
			if args, err = keyValues(last); err != nil {
				return b, err
			}
			query += " WHERE (" + strings.Join(t.key, ", ") + ") > (" + sqlrow.Places(len(args)) + ")"
		}
		query += " ORDER BY " + strings.Join(t.key, ", ")
	}
	rows, err := c.from.tx.QueryContext(ctx, query+" LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return b, err
	}
	defer rows.Close()
	for size := 0; size < batchBytes; {
		if !rows.Next() {
			b.end = len(b.values) < limit
			break
		}
		values, n, err := scan(rows, t)
		if err != nil {
			return b, err
		}
		b.values, size = append(b.values, values), size+n
	}
	if t.hasBytes {
		c.few = max(1, 2*len(b.values))
	}
	if len(t.key) == 0 && !b.end {
		return b, errors.New("it has no key, and too many rows")
	}
	return b, rows.Err()
}

// scan reads a row, and returns its values and about how many bytes they have.
func scan(row sqlrow.Scanner, t table) (values []any, size int, err error) {
	values = make([]any, len(t.columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	if err := row.Scan(into...); err != nil {
		return nil, 0, err
	}
	for i, v := range values {
		switch v := v.(type) {
		case nil, int64:
			size += 8
		case []byte:
			size += len(v)
		case string:
			if !utf8.ValidString(v) || strings.IndexByte(v, 0) >= 0 {
				return nil, 0, fmt.Errorf("the column %s of the row with %s has a text that PostgreSQL does not keep (a NUL, or no UTF-8); maildesk rebuild makes such rows anew", t.columns[i], named(t, values))
			}
			size += len(v)
		default:
			return nil, 0, fmt.Errorf("the column %s has values of the type %T", t.columns[i], v)
		}
	}
	return values, size, nil
}

// named returns the key of a row, for people.
func named(t table, values []any) string {
	var parts []string
	for _, name := range t.key {
		parts = append(parts, fmt.Sprintf("%s = %v", name, values[slices.Index(t.columns, name)]))
	}
	return strings.Join(parts, ", ")
}

// keyOf returns the key of a row as it is kept, with its type before each value.
func keyOf(t table, values []any) (key []string, err error) {
	for _, name := range t.key {
		switch v := values[slices.Index(t.columns, name)].(type) {
		case int64:
			key = append(key, "i"+strconv.FormatInt(v, 10))
		case string:
			key = append(key, "t"+v)
		case []byte:
			key = append(key, "b"+base64.StdEncoding.EncodeToString(v))
		default:
			return nil, fmt.Errorf("a key has a value of the type %T", v)
		}
	}
	return key, nil
}

// keyValues returns the values of a key that was kept.
func keyValues(key []string) (values []any, err error) {
	for _, k := range key {
		var v any
		switch {
		case strings.HasPrefix(k, "i"):
			v, err = strconv.ParseInt(k[1:], 10, 64)
		case strings.HasPrefix(k, "t"):
			v = k[1:]
		case strings.HasPrefix(k, "b"):
			v, err = base64.StdEncoding.DecodeString(k[1:])
		default:
			err = fmt.Errorf("%q is not a key", k)
		}
		if err != nil {
			return nil, fmt.Errorf("the key of the last row: %w", err)
		}
		values = append(values, v)
	}
	return values, nil
}

// insert appends rows to a table.
func (p *part) insert(ctx context.Context, t table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if p.server {
		return postgres.CopyInto(ctx, p.conn, t.name, t.columns, rows)
	}
	statement, err := p.conn.PrepareContext(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ", ")+") VALUES ("+sqlrow.Places(len(t.columns))+")")
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, values := range rows {
		if _, err := statement.ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("row with %s: %w", named(t, values), err)
		}
	}
	return nil
}
