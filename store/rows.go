package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/ticket"
)

// querier is a connection or a transaction of database/sql.
type querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

type scanner interface{ Scan(...any) error }

// collect returns a function that reads all rows of a query.
func collect[T any](scan func(scanner) (T, error)) func(*sql.Rows, error) ([]T, error) {
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

// found adds to an error what was looked for.
func found(err error, what string, id any) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s %v: %w", what, id, err)
	}
	return nil
}

// clean makes texts such as every database keeps: valid UTF-8 without NUL.
func clean(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return args
}

// key is the form by which addresses are compared.
func key(address string) string { return strings.ToLower(address) }

// ref is a reference to a row, NULL for 0.
func ref[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// micros is a time as it is kept.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// at reads a kept time into t.
func at(t *time.Time) sql.Scanner { return (*timeScanner)(t) }

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

// list is a list of strings as it is kept.
func list(l []string) string {
	if len(l) == 0 {
		return ""
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(b)
}

// listOf reads a kept list into l.
func listOf(l *[]string) sql.Scanner { return (*listScanner)(l) }

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

// digest reads 32 kept bytes into d.
func digest(d *[32]byte) sql.Scanner { return (*digestScanner)(d) }

type digestScanner [32]byte

func (s *digestScanner) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(s) {
		return fmt.Errorf("digest is %T of %d bytes", v, len(b))
	}
	copy(s[:], b)
	return nil
}

func scanText(row scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}

func scanID(row scanner) (id int64, err error) {
	err = row.Scan(&id)
	return id, err
}
