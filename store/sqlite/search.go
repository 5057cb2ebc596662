package sqlite

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"maildesk/search"
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
	InOrder: true,
}

// Search returns all tickets that match; see [fulltext.Search].
func (Engine) Search(ctx context.Context, q sqlrow.Querier, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error) {
	return fulltext.Search(ctx, q, index, ask, where)
}

// expression returns the expression for a term, in which nothing is an operator.
func expression(t ticket.Term) string {
	folded := search.Fold(t.Words)
	if before(t.Words) == folded {
		return quoted(folded, t.Prefix)
	}
	return "(" + quoted(folded, t.Prefix) + " OR " + quoted(t.Words, t.Prefix) + ")"
}

// quoted returns the expression for a phrase or a beginning: a quote is written twice.
func quoted(words string, prefix bool) string {
	phrase := `"` + strings.ReplaceAll(words, `"`, `""`) + `"`
	if prefix {
		phrase += " *"
	}
	return phrase
}

// before returns a text as the index folds it by itself: of letters that are a plain one and
// an accent, in Latin script alone. So it is in the index, where that was not made anew since
// texts are folded before.
func before(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if plain := norm.NFD.String(string(r))[0]; plain < utf8.RuneSelf {
			r = rune(plain)
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(text))
}
