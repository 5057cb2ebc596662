package privacy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maildesk/store/personal"

	"maildesk/desk/person"
)

// left returns where the person of a case is still found: in rows, decoded, and in the
// bytes of every file of the data folder but the one that names the case.
func (e *erasing) left(ctx context.Context, k person.Case) (left []string, err error) {
	if k.Address == "" {
		return e.leftByAge(ctx, k)
	}
	proof := person.NewProof(k, ours(e.Local))
	e.r.Kept = nil
	err = e.Store.Personal(ctx, func(r personal.Row) error {
		row := personRow(r)
		found := proof.Row(row)
		where := fmt.Sprintf("%s %d (%s)", row.Table, row.ID, found.Column)
		switch {
		case found.Column == "" || row.Mail != 0 && slices.Contains(e.r.Pending, row.Mail):
		case found.Kept != "":
			e.r.Kept = append(e.r.Kept, where+": "+found.Kept)
		default:
			left = append(left, where)
		}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	files, err := filesWith(e.Folder, func(name string) func(string) bool {
		switch {
		case name == CaseFile:
			return nil
		case isDatabase(name):
			return proof.InDatabase
		}
		return proof.In
	})
	for _, name := range files {
		why := "in its bytes"
		if isDatabase(name) && strings.Contains(name, ".schema") || strings.Contains(name, ".lost-") {
			why = "a copy from earlier: remove it"
		}
		left = append(left, name+" ("+why+")")
	}
	return left, err
}

// leftByAge returns the rows of what was erased by age in which something still stands.
func (e *erasing) leftByAge(ctx context.Context, k person.Case) (left []string, err error) {
	proof := person.NewAgeProof(k, ours(e.Local), e.r.Pending)
	err = e.Store.Personal(ctx, func(r personal.Row) error {
		row := personRow(r)
		if column := proof.Row(row); column != "" {
			left = append(left, fmt.Sprintf("%s %d (%s)", row.Table, row.ID, column))
		}
		return nil
	}, nil)
	return left, err
}
