package tables

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/store/personal"
	"maildesk/store/sqlrow"
)

// personalPage is how many rows are read on one snapshot, and mailPage how many mails.
const (
	personalPage = 500
	mailPage     = 50
)

// PersonalRows calls fn for up to a page of the rows of a table behind one (nil: from the
// beginning), and returns the key of the last; nil: there are no more.
func (r *Reader) PersonalRows(t *personal.Table, after []any, fn func(personal.Row) error) (last []any, err error) {
	facts, texts, mail := t.Of(personal.Nothing), t.Of(personal.Words), t.Of(personal.Bytes)
	facts = slices.DeleteFunc(facts, func(c string) bool { return !slices.Contains(personal.FactColumns, c) || slices.Contains(t.Key, c) })
	if len(texts)+len(mail) == 0 {
		return nil, nil
	}
	page := personalPage
	if len(mail) > 0 {
		page = mailPage
	}
	var where string
	if after != nil {
		where = " WHERE (" + strings.Join(t.Key, ", ") + ") > (" + sqlrow.Places(len(t.Key)) + ")"
	}
	rows, err := r.Query(fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s LIMIT %d", strings.Join(slices.Concat(t.Key, facts, texts, mail), ", "),
		t.Name, where, strings.Join(t.Key, ", "), page), after...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		row, err := t.Scan(rows, facts, texts, mail)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.Name, err)
		}
		last = row.Key
		if err := fn(row); err != nil {
			return nil, err
		}
	}
	if n < page {
		last = nil
	}
	return last, rows.Err()
}
