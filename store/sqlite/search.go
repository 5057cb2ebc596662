package sqlite

import (
	"context"
	"fmt"
	"strings"

	"maildesk/store/fulltext"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// index is how FTS5 is asked.
var index = fulltext.Index{
	ID:    "rowid",
	Match: func(n int) string { return fmt.Sprint("search MATCH $", n) },
	Rank:  "bm25(search)",
	Term:  expression,
	And:   " AND ", Or: " OR ", Not: ") NOT (",
}

// Search returns all tickets that match; see [fulltext.Search].
func (Engine) Search(ctx context.Context, q sqlrow.Querier, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error) {
	return fulltext.Search(ctx, q, index, ask, where)
}

// expression returns the expression for a term, in which nothing is an operator: a quote
// is written twice.
func expression(t ticket.Term) string {
	quoted := `"` + strings.ReplaceAll(t.Words, `"`, `""`) + `"`
	if t.Prefix {
		quoted += " *"
	}
	return quoted
}
