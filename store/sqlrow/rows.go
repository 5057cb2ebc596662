// Package sqlrow encodes Go values in the columns of rows, and decodes them:
// times are whole microseconds since 1970 (0: the zero time), text is valid UTF-8
// without NUL, lists are JSON, a reference to nothing is NULL. [Sum] is the checksum of a
// row. It knows no table.
package sqlrow

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/addr"
	"maildesk/ticket"
)

// Querier is a connection or a transaction of database/sql.
type Querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Gatherer is a Querier that lets statements wait whose answer nobody needs, and sends them together. The
// error of one comes with a later one, at the latest with End, which returns err where nothing failed before.
type Gatherer interface {
	Querier
	Put(ctx context.Context, query string, args ...any) error
	End(ctx context.Context, err error) error
}

// Put runs a statement whose answer nobody needs: on a [Gatherer] later, else at once.
func Put(ctx context.Context, q Querier, query string, args ...any) error {
	if g, is := q.(Gatherer); is {
		return g.Put(ctx, query, args...)
	}
	_, err := q.ExecContext(ctx, query, args...)
	return err
}

// End ends what was done on a Querier, with an error or without: nothing waits any more.
func End(ctx context.Context, q Querier, err error) error {
	if g, is := q.(Gatherer); is {
		return g.End(ctx, err)
	}
	return err
}

// Scanner is a row that was read.
type Scanner interface{ Scan(...any) error }

// Collect returns a function that reads all rows of a query.
func Collect[T any](scan func(Scanner) (T, error)) func(*sql.Rows, error) ([]T, error) {
	return func(rows *sql.Rows, err error) ([]T, error) {
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var all []T
		for rows.Next() {
			v, err := scan(rows)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, rows.Err()
	}
}

// Found adds to an error what was looked for.
func Found(err error, what string, id any) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s %v: %w", what, id, err)
	}
	return nil
}

// Clean makes texts such as every database keeps: valid UTF-8 without NUL.
func Clean(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return args
}

// Key is the form by which addresses are compared.
func Key(address string) string { return addr.Key(address) }

// Ref is a reference to a row, NULL for 0.
func Ref[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// Flag is a truth as it is kept.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Micros is a time as it is kept.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// At reads a kept time into t.
func At(t *time.Time) sql.Scanner { return (*timeScanner)(t) }

type timeScanner time.Time

func (s *timeScanner) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("time is %T, not an integer", v)
	}
	*s = timeScanner{}
	if n != 0 {
		*s = timeScanner(time.UnixMicro(n).UTC())
	}
	return nil
}

// List is a list of strings as it is kept.
func List(l []string) string {
	if len(l) == 0 {
		return ""
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(b)
}

// ListOf reads a kept list into l.
func ListOf(l *[]string) sql.Scanner { return (*listScanner)(l) }

type listScanner []string

func (s *listScanner) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("list is %T, not text", v)
	}
	*s = nil
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]string)(s))
}

// Digest reads 32 kept bytes into d.
func Digest(d *[32]byte) sql.Scanner { return (*digestScanner)(d) }

type digestScanner [32]byte

func (s *digestScanner) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(s) {
		return fmt.Errorf("digest is %T of %d bytes", v, len(b))
	}
	copy(s[:], b)
	return nil
}

// ScanText reads a row of one text.
func ScanText(row Scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}

// ScanID reads a row of one number.
func ScanID(row Scanner) (id int64, err error) {
	err = row.Scan(&id)
	return id, err
}
