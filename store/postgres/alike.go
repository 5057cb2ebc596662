package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maildesk/similar"
	"maildesk/store/sqlrow"
)

// lexemes writes hashes as words of an index.
func lexemes(words []similar.Hash) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = "w" + strconv.FormatUint(uint64(w), 36)
	}
	return all
}

// IndexAlike keeps the words of a text under its id: a positive one of a ticket, a negative
// one of an article.
func (e *Engine) IndexAlike(ctx context.Context, q sqlrow.Querier, id int64, d similar.Document) error {
	words := vector(lexemes(d.Title), 0, "A") + vector(lexemes(slices.Concat(d.Body, d.Answer)), len(d.Title), "")
	_, err := q.ExecContext(ctx, `INSERT INTO search_alike (id, words) VALUES ($1, CAST($2 AS TSVECTOR)) ON CONFLICT (id) DO UPDATE SET words = excluded.words`, id, words)
	return err
}

// ForgetAlike takes a text out of the index.
func (e *Engine) ForgetAlike(ctx context.Context, q sqlrow.Querier, id int64) error {
	_, err := q.ExecContext(ctx, `DELETE FROM search_alike WHERE id = $1`, id)
	return err
}

// FindAlike returns the ids of the texts with one of some words, of tickets or of articles,
// those with most of them first; a word of the title counts three times.
func (e *Engine) FindAlike(ctx context.Context, q sqlrow.Querier, words []similar.Hash, articles bool, limit int) ([]int64, error) {
	side := "id > 0"
	if articles {
		side = "id < 0"
	}
	ids, err := sqlrow.Collect(sqlrow.ScanID)(q.QueryContext(ctx, `SELECT id FROM search_alike WHERE words @@ CAST($1 AS TSQUERY) AND `+side+
		` ORDER BY ts_rank(`+titleThrice+`, words, CAST($1 AS TSQUERY), 1) DESC, id DESC LIMIT $2`, strings.Join(lexemes(words), " | "), limit))
	if err != nil {
		return nil, fmt.Errorf("find texts that are alike: %w", err)
	}
	return ids, nil
}
