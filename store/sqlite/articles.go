package sqlite

import (
	"context"
	"fmt"
	"strings"

	"maildesk/search"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// mostArticles bounds how many texts of articles a search returns.
const mostArticles = 1000

// IndexArticle keeps the words of a text of an article under its id, in the place of older
// ones, and forgets those of others.
func (Engine) IndexArticle(ctx context.Context, q sqlrow.Querier, id int64, title, body string, others ...int64) error {
	for _, other := range others {
		if _, err := q.ExecContext(ctx, `DELETE FROM search_article WHERE rowid = $1`, other); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO search_article (rowid, title, body) VALUES ($1, $2, $3)`, id, search.Fold(title), search.Fold(body))
	return err
}

// SearchArticles returns the ids of the texts of articles that match, and their scores,
// best first. A word of the title counts three times.
func (Engine) SearchArticles(ctx context.Context, q sqlrow.Querier, ask ticket.ArticleQuery, where func(*sqlrow.Conditions)) (ids []int64, scores []float64, err error) {
	match := matchArticle(ask)
	if match == "" {
		return nil, nil, nil
	}
	limit := ask.Limit
	if limit <= 0 || limit > mostArticles {
		limit = mostArticles
	}
	c := sqlrow.Conditions{Args: []any{match}}
	where(&c)
	rows, err := q.QueryContext(ctx, `SELECT h.rowid, -h.rank FROM (SELECT rowid, bm25(search_article, 3.0, 1.0) AS rank FROM search_article WHERE search_article MATCH $1) h
		CROSS JOIN article_text ON article_text.id = h.rowid CROSS JOIN article ON article.id = article_text.article`+c.Where()+
		` ORDER BY h.rank, h.rowid`+c.Limit(limit), c.Args...)
	if err != nil {
		return nil, nil, fmt.Errorf("search articles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var score float64
		if err := rows.Scan(&id, &score); err != nil {
			return nil, nil, err
		}
		ids, scores = append(ids, id), append(scores, score)
	}
	return ids, scores, rows.Err()
}

// matchArticle returns the expression for texts that hold all of some terms, and any of
// others, and none of a third kind; empty: nothing is asked for.
func matchArticle(ask ticket.ArticleQuery) string {
	columns := func(terms []ticket.Term) (all []string) {
		for _, t := range terms {
			all = append(all, column(t))
		}
		return all
	}
	parts := columns(ask.All)
	if len(ask.Any) > 0 {
		parts = append(parts, "("+strings.Join(columns(ask.Any), " OR ")+")")
	}
	match := strings.Join(parts, " AND ")
	if match != "" && len(ask.None) > 0 {
		match = "(" + match + ") NOT (" + strings.Join(columns(ask.None), " OR ") + ")"
	}
	return match
}

// column returns the expression for a term in a text of an article.
func column(t ticket.Term) string {
	if t.Subject {
		return "{title} : " + expression(t)
	}
	return expression(t)
}
