package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"maildesk/search"
	"maildesk/store/fulltext"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// maxPosition is the last place of a word in a text that a tsvector knows (PostgreSQL's
// manual, section 12.11). Words behind it are found, but not as parts of a phrase.
const maxPosition = 16383

// maxPlaces is how many places of one word a tsvector knows at most.
const maxPlaces = 256

// noWord is a word that no text has.
const noWord = `'` + "\uE001" + `'`

// index is how the table search is asked.
var index = fulltext.Index{
	ID:    "id",
	Match: func(n int) string { return fmt.Sprintf("words @@ CAST($%d AS TSQUERY)", n) },
	Rank:  "-ts_rank(words, CAST($1 AS TSQUERY), 1)", // 1: divided by the logarithm of the length
	Term:  func(t ticket.Term) string { return expression(t, "") },
	And:   " & ", Or: " | ", Not: ") & !(",
}

// Search returns all tickets that match; see [fulltext.Search].
func (e *Engine) Search(ctx context.Context, q sqlrow.Querier, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error) {
	return fulltext.Search(ctx, q, index, ask, where)
}

// expression returns the tsquery for a term. weight is "A" where only a title counts.
func expression(t ticket.Term, weight string) string {
	if t.Words == search.FileMark {
		return phrase([]string{search.FileMark}, false, weight)
	}
	text := search.Bounded(t.Words)
	words, were := search.Words(search.Fold(text)), search.Words(before(text))
	if slices.Equal(words, were) {
		return phrase(words, t.Prefix, weight)
	}
	return "(" + phrase(words, t.Prefix, weight) + " | " + phrase(were, t.Prefix, weight) + ")"
}

// before returns a text as it was folded once: so it is in the index, where that was not made
// anew since.
func before(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

// phrase returns the tsquery for words, one after the other.
func phrase(words []string, prefix bool, weight string) string {
	if len(words) == 0 {
		return noWord
	}
	for i, word := range words {
		marks := weight
		if prefix && i == len(words)-1 {
			marks = "*" + weight
		}
		words[i] = "'" + word + "'" // letters and digits alone
		if marks != "" {
			words[i] += ":" + marks
		}
	}
	return "(" + strings.Join(words, " <-> ") + ")"
}

// vector returns words in their order as a tsvector. weight is that of each.
func vector(words []string, from int, weight string) string {
	places := map[string][]string{}
	var order []string
	for i, word := range words {
		known, at := places[word], from+i+1
		if known == nil {
			order = append(order, word)
		}
		if known == nil || at <= maxPosition && len(known) < maxPlaces {
			places[word] = append(known, strconv.Itoa(min(at, maxPosition))+weight)
		}
	}
	var text strings.Builder
	for _, word := range order {
		text.WriteString("'" + word + "':" + strings.Join(places[word], ",") + " ")
	}
	return text.String()
}

// Index keeps the words of a text under an id, in the place of older ones.
func (e *Engine) Index(ctx context.Context, q sqlrow.Querier, id int64, text string) error {
	return sqlrow.Put(ctx, q, `INSERT INTO search (id, words) VALUES ($1, CAST($2 AS TSVECTOR)) ON CONFLICT (id) DO UPDATE SET words = excluded.words`,
		id, vector(search.Words(search.Fold(text)), 0, ""))
}

// IndexArticle keeps the words of a text of an article under its id, in the place of older
// ones, and forgets those of others.
func (e *Engine) IndexArticle(ctx context.Context, q sqlrow.Querier, id int64, title, body string, others ...int64) error {
	for _, other := range others {
		if _, err := q.ExecContext(ctx, `DELETE FROM search_article WHERE id = $1`, other); err != nil {
			return err
		}
	}
	head := search.Words(search.Fold(search.Bounded(title)))
	// One place stays free, so that no phrase reaches from the title into the body.
	words := vector(head, 0, "A") + vector(search.Words(search.Fold(search.Bounded(body))), len(head)+1, "")
	_, err := q.ExecContext(ctx, `INSERT INTO search_article (id, words) VALUES ($1, CAST($2 AS TSVECTOR)) ON CONFLICT (id) DO UPDATE SET words = excluded.words`, id, words)
	return err
}

// titleThrice are the weights D, C, B and A for a rank in which A counts three times.
const titleThrice = `'{0.3, 0.3, 0.3, 0.9}'`

// mostArticles bounds how many texts of articles a search returns.
const mostArticles = 1000

// SearchArticles returns the ids of the texts of articles that match, and their scores,
// best first. A word of the title counts three times.
func (e *Engine) SearchArticles(ctx context.Context, q sqlrow.Querier, ask ticket.ArticleQuery, where func(*sqlrow.Conditions)) (ids []int64, scores []float64, err error) {
	match := matchArticle(ask)
	if match == "" {
		return nil, nil, nil
	}
	limit := ask.Limit
	if limit <= 0 || limit > mostArticles {
		limit = mostArticles
	}
	c := sqlrow.Conditions{Args: []any{match}, Text: []string{"h.words @@ CAST($1 AS TSQUERY)"}}
	where(&c)
	rows, err := q.QueryContext(ctx, `SELECT h.id, ts_rank(`+titleThrice+`, h.words, CAST($1 AS TSQUERY), 1) AS rank FROM search_article h
		JOIN article_text ON article_text.id = h.id JOIN article ON article.id = article_text.article`+c.Where()+
		` ORDER BY rank DESC, h.id`+c.Limit(limit), c.Args...)
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

// matchArticle returns the tsquery for texts that hold all of some terms, and any of
// others, and none of a third kind; empty: nothing is asked for.
func matchArticle(ask ticket.ArticleQuery) string {
	of := func(t ticket.Term) string {
		if t.Subject {
			return expression(t, "A")
		}
		return expression(t, "")
	}
	each := func(terms []ticket.Term) (all []string) {
		for _, t := range terms {
			all = append(all, of(t))
		}
		return all
	}
	all := each(ask.All)
	if len(ask.Any) > 0 {
		all = append(all, "("+strings.Join(each(ask.Any), " | ")+")")
	}
	if len(all) > 0 && len(ask.None) > 0 {
		all = append(all, "!("+strings.Join(each(ask.None), " | ")+")")
	}
	return strings.Join(all, " & ")
}
