package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"maildesk/store/sqlrow"
)

// Sum is what a table holds: how many rows, and the SHA-256 of all their values in the order of
// their keys. It is the same on every engine.
type Sum struct {
	Rows int64
	Hash [sha256.Size]byte
}

// Sums returns the sums of all tables with rows of a desk.
func (s *Source) Sums(ctx context.Context) (map[string]Sum, error) {
	columns, err := s.engine.Columns(ctx, s.tx)
	if err != nil {
		return nil, err
	}
	return sums(ctx, tablesOf(columns), func(table) sqlrow.Querier { return s.tx })
}

// Sums returns those of the database that is filled.
func (t *Target) Sums(ctx context.Context) (map[string]Sum, error) {
	columns, err := t.columns(ctx)
	if err != nil {
		return nil, err
	}
	return sums(ctx, tablesOf(columns), func(of table) sqlrow.Querier { return t.of(of.file).conn })
}

func sums(ctx context.Context, all []table, querier func(table) sqlrow.Querier) (map[string]Sum, error) {
	found := map[string]Sum{}
	for _, t := range all {
		sum, err := sumOf(ctx, querier(t), t)
		if err != nil {
			return nil, fmt.Errorf("read the table %s: %w", t.name, err)
		}
		found[t.name] = sum
	}
	return found, nil
}

func sumOf(ctx context.Context, q sqlrow.Querier, t table) (s Sum, err error) {
	order := t.key
	if len(order) == 0 {
		order = t.columns
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name+" ORDER BY "+strings.Join(order, ", "))
	if err != nil {
		return s, err
	}
	defer rows.Close()
	h := sha256.New()
	for ; rows.Next(); s.Rows++ {
		values, _, err := scan(rows, t)
		if err != nil {
			return s, err
		}
		for _, v := range values {
			writeValue(h, v)
		}
	}
	h.Sum(s.Hash[:0])
	return s, rows.Err()
}

// writeValue writes a value such that no two lists of values write the same.
func writeValue(h hash.Hash, v any) {
	var head [9]byte
	var body []byte
	switch v := v.(type) {
	case nil:
		head[0] = 'n'
	case int64:
		head[0] = 'i'
		binary.BigEndian.PutUint64(head[1:], uint64(v))
	case string:
		head[0] = 't'
		body = []byte(v)
	case []byte:
		head[0] = 'b'
		body = v
	}
	if body != nil {
		binary.BigEndian.PutUint64(head[1:], uint64(len(body)))
	}
	h.Write(head[:])
	h.Write(body)
}

// Verify compares every row of both databases, and the numbers that they have given. It returns
// what both hold, by table.
func Verify(ctx context.Context, from *Source, to *Target) (map[string]Sum, error) {
	has, err := from.Sums(ctx)
	if err != nil {
		return nil, err
	}
	got, err := to.Sums(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if has[name] != got[name] {
			return nil, fmt.Errorf("the table %s is not the same: %d rows (%x) in the source, %d (%x) in the target", name, has[name].Rows, short(has[name]), got[name].Rows, short(got[name]))
		}
	}
	if len(has) != len(got) {
		return nil, fmt.Errorf("%d tables in the source, %d in the target", len(has), len(got))
	}
	return has, verifyGiven(ctx, from, to)
}

// verifyGiven compares the numbers that tables have given on both engines.
func verifyGiven(ctx context.Context, from *Source, to *Target) error {
	given, err := from.given(ctx)
	if err != nil {
		return err
	}
	goesOn := map[string]int64{}
	for _, p := range to.parts {
		more, err := to.engine.Given(ctx, p.conn)
		if err != nil {
			return err
		}
		maps.Copy(goesOn, more)
	}
	for name, number := range given {
		if on, known := goesOn[name]; known && on < number {
			return fmt.Errorf("the table %s has given the number %d in the source, %d in the target", name, number, on)
		}
	}
	return nil
}

// short returns the beginning of a hash, for people.
func short(s Sum) []byte { return s.Hash[:6] }
