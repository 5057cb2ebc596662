package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maildesk/similar"
	"maildesk/store/sqlrow"
)

// IndexAlike keeps the words of a text under its id: a positive one of a ticket, a negative
// one of an article.
func (Engine) IndexAlike(ctx context.Context, q sqlrow.Querier, id int64, d similar.Document) error {
	_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO search_alike (rowid, title, body) VALUES ($1, $2, $3)`, id, tokens(d.Title, " "), tokens(slices.Concat(d.Body, d.Answer), " "))
	return err
}

// ForgetAlike takes a text out of the index.
func (Engine) ForgetAlike(ctx context.Context, q sqlrow.Querier, id int64) error {
	_, err := q.ExecContext(ctx, `DELETE FROM search_alike WHERE rowid = $1`, id)
	return err
}

// FindAlike returns the ids of the texts with one of some words, of tickets or of articles, best
// first by BM25, where a word of the title counts three times.
func (Engine) FindAlike(ctx context.Context, q sqlrow.Querier, words []similar.Hash, articles bool, limit int) ([]int64, error) {
	side := "rowid > 0"
	if articles {
		side = "rowid < 0"
	}
	ids, err := sqlrow.Collect(sqlrow.ScanID)(q.QueryContext(ctx, `SELECT rowid FROM search_alike WHERE search_alike MATCH $1 AND `+side+
		` ORDER BY bm25(search_alike, 3.0, 1.0), rowid DESC LIMIT $2`, tokens(words, " OR "), limit))
	if err != nil {
		return nil, fmt.Errorf("find texts that are alike: %w", err)
	}
	return ids, nil
}

// tokens writes hashes as words of the index.
func tokens(words []similar.Hash, between string) string {
	var all []string
	for _, w := range words {
		all = append(all, "w"+strconv.FormatUint(uint64(w), 36))
	}
	return strings.Join(all, between)
}
