// Package articles has the statements on the knowledge base: the revisions of its articles
// with their texts in several languages.
//
// A [Reader] and a [Tx] are parts of those of [maildesk/store/tables]; what their methods do
// is described at [ticket.ArticleReader] and [ticket.ArticleWriter].
package articles

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// The columns of an article and its texts, in the order of their checksums.
const (
	Columns     = "slug, revision, at, writer, mail, state, audience, owner, category, ticket, review, created_at"
	TextColumns = "article, ticket, language, title, body"
)

// Latest chooses the latest revisions.
const Latest = "article.revision = (SELECT max(revision) FROM article AS later WHERE later.slug = article.slug)"

// Reader reads articles.
type Reader struct{ *statement.Reader }

// Tx changes them.
type Tx struct {
	read Reader
	*statement.Writer
}

var (
	_ ticket.ArticleReader = (*Reader)(nil)
	_ ticket.ArticleWriter = (*Tx)(nil)
)

// On returns what changes articles in a transaction.
func On(r *statement.Reader, w *statement.Writer) Tx { return Tx{read: Reader{r}, Writer: w} }

// Article is described at [ticket.ArticleReader].
func (r *Reader) Article(slug string) (ticket.Article, error) {
	all, err := r.articles(" WHERE slug = $1 ORDER BY revision DESC LIMIT 1", slug)
	if err == nil && len(all) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return ticket.Article{}, sqlrow.Found(err, "article", slug)
	}
	return all[0], nil
}

// Articles is described at [ticket.ArticleReader].
func (r *Reader) Articles(f ticket.ArticleFilter) ([]ticket.Article, error) {
	var c sqlrow.Conditions
	articleConditions(&c, f)
	return r.articles(c.Where()+" ORDER BY slug", c.Args...)
}

// articleConditions chooses latest revisions.
func articleConditions(c *sqlrow.Conditions, f ticket.ArticleFilter) {
	c.Text = append(c.Text, Latest)
	if f.State != "" {
		c.Add("article.state = ", f.State)
	}
	if f.Audience != "" {
		c.Add("article.audience = ", f.Audience)
	}
	if f.Ticket != 0 {
		c.Add("article.ticket = ", f.Ticket)
	}
	if len(f.Categories) > 0 {
		c.In("article.category", len(f.Categories), func(i int) any { return f.Categories[i] })
	}
	if !f.ChangedFrom.IsZero() {
		c.Add("article.at >= ", sqlrow.Micros(f.ChangedFrom))
	}
	if !f.MadeBefore.IsZero() {
		c.Add("article.created_at < ", sqlrow.Micros(f.MadeBefore))
	}
}

// ArticleHistory is described at [ticket.ArticleReader].
func (r *Reader) ArticleHistory(slug string) ([]ticket.Article, error) {
	return r.articles(" WHERE slug = $1 ORDER BY revision", slug)
}

// articles reads revisions with their texts.
func (r *Reader) articles(where string, args ...any) ([]ticket.Article, error) {
	type row struct {
		id int64
		ticket.Article
	}
	rows, err := sqlrow.Collect(func(s sqlrow.Scanner) (a row, err error) {
		err = s.Scan(&a.id, &a.Slug, &a.Revision, sqlrow.At(&a.ChangedAt), &a.ChangedBy, &a.Mail, &a.State, &a.Audience, &a.Owner, &a.Category, &a.Ticket, &a.Review, sqlrow.At(&a.CreatedAt))
		return a, err
	})(r.Query(`SELECT id, slug, revision, at, writer, coalesce(mail, 0), state, audience, owner, category, coalesce(ticket, 0), review, created_at FROM article`+where, args...))
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	var all []ticket.Article
	for _, a := range rows {
		a.Texts, err = sqlrow.Collect(func(s sqlrow.Scanner) (t ticket.Text, err error) {
			err = s.Scan(&t.Language, &t.Title, &t.Body)
			return t, err
		})(r.Query(`SELECT language, title, body FROM article_text WHERE article = $1 ORDER BY language`, a.id))
		if err != nil {
			return nil, fmt.Errorf("read the texts of article %s: %w", a.Slug, err)
		}
		all = append(all, a.Article)
	}
	return all, nil
}

// SearchArticles is described at [ticket.ArticleReader].
func (r *Reader) SearchArticles(q ticket.ArticleQuery) ([]ticket.ArticleHit, error) {
	seen, err := r.seen(q.Seen)
	if err != nil {
		return nil, fmt.Errorf("search articles: %w", err)
	}
	ids, scores, err := r.Engine.SearchArticles(r.Ctx, r.Q, q, func(c *sqlrow.Conditions) {
		articleConditions(c, q.Of)
		c.NotIn("article.id", seen)
		if q.Language != "" {
			c.Add("article_text.language = ", q.Language)
		}
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	of, err := r.textsByID(ids)
	if err != nil {
		return nil, fmt.Errorf("search articles: %w", err)
	}
	var all []ticket.ArticleHit
	read := map[string]ticket.Article{}
	for i, id := range ids {
		text := of[id]
		a, known := read[text.slug]
		if !known {
			if q.Articles > 0 && len(read) == q.Articles {
				continue
			}
			if a, err = r.Article(text.slug); err != nil {
				return nil, err
			}
			read[text.slug] = a
		}
		all = append(all, ticket.ArticleHit{Article: a, Language: text.language, Score: scores[i]})
	}
	return all, nil
}

// seen returns the latest revisions of the articles that were seen.
func (r *Reader) seen(was func(slug string) bool) (ids []int64, err error) {
	if was == nil {
		return nil, nil
	}
	all, err := sqlrow.Collect(func(s sqlrow.Scanner) (t textOf, err error) {
		err = s.Scan(&t.id, &t.slug)
		return t, err
	})(r.Query(`SELECT id, slug FROM article WHERE ` + Latest))
	for _, a := range all {
		if was(a.slug) {
			ids = append(ids, a.id)
		}
	}
	return ids, err
}

// textOf is whose text one is, and in which language.
type textOf struct {
	id             int64
	slug, language string
}

// textsByID returns texts by their ids.
func (r *Reader) textsByID(ids []int64) (map[int64]textOf, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	all, err := sqlrow.Collect(func(s sqlrow.Scanner) (t textOf, err error) {
		err = s.Scan(&t.id, &t.slug, &t.language)
		return t, err
	})(r.Query(`SELECT article_text.id, article.slug, article_text.language FROM json_each($1) j CROSS JOIN article_text CROSS JOIN article
		WHERE article_text.id = CAST(j.value AS BIGINT) AND article.id = article_text.article`, string(list)))
	of := make(map[int64]textOf, len(all))
	for _, t := range all {
		of[t.id] = t
	}
	return of, err
}

// ArticleUses counts a mail of the requester as a return unless it only thanks, rates, or
// says that an article solved the matter. Spam has no uses, and what is worked on in another
// ticket is not over with its own.
func (r *Reader) ArticleUses(slug string) ([]ticket.ArticleUse, error) {
	const query = `SELECT e.to_value, e.ticket, e.at, e.kind = 'article offered',
		EXISTS (SELECT 1 FROM event s WHERE s.ticket = e.ticket AND s.kind = 'article solved' AND s.to_value = e.to_value AND s.id > e.id),
		EXISTS (SELECT 1 FROM entry m WHERE m.ticket = e.ticket AND m.kind = 'message' AND m.mail > coalesce(e.mail, 0)
			AND NOT EXISTS (SELECT 1 FROM event x WHERE x.ticket = m.ticket AND x.mail = m.mail AND x.kind IN ('thanked', 'rated', 'article solved'))),
		t.status IN ('resolved', 'closed') AND t.merged IS NULL
		FROM event e JOIN ticket t ON t.id = e.ticket WHERE e.kind IN ('article sent', 'article offered') AND ($1 = '' OR e.to_value = $1)
		AND NOT EXISTS (SELECT 1 FROM event b WHERE b.ticket = e.ticket AND b.kind = 'taken back' AND b.other_mail = e.mail)
		AND NOT ` + statement.IsSpam + ` ORDER BY e.id`
	return sqlrow.Collect(func(s sqlrow.Scanner) (u ticket.ArticleUse, err error) {
		err = s.Scan(&u.Slug, &u.Ticket, sqlrow.At(&u.At), &u.Offered, &u.Solved, &u.Returned, &u.Over)
		return u, err
	})(r.Query(query, slug))
}

// ArticlesDue is described at [ticket.ArticleReader].
func (r *Reader) ArticlesDue(day string) ([]ticket.Article, error) {
	return r.articles(` WHERE review <> '' AND review <= $1 AND state = 'published' AND `+Latest+
		` AND NOT EXISTS (SELECT 1 FROM article_reminded d WHERE d.slug = article.slug AND d.day = article.review) ORDER BY slug`, day)
}

// ArticleReminded is described at [ticket.ArticleReader].
func (r *Reader) ArticleReminded(slug string) (string, error) {
	all, err := sqlrow.Collect(sqlrow.ScanText)(r.Query(`SELECT day FROM article_reminded WHERE slug = $1`, slug))
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// SetArticleReminded is described at [ticket.ArticleWriter].
func (t *Tx) SetArticleReminded(slug, day string) error {
	_, err := t.Exec(`INSERT INTO article_reminded (slug, day) VALUES ($1, $2) ON CONFLICT (slug) DO UPDATE SET day = excluded.day`, slug, day)
	if err != nil {
		return fmt.Errorf("keep that the owner of article %s was reminded: %w", slug, err)
	}
	t.Touch(ticket.OfArticle, 0, slug)
	return nil
}

// SaveArticle is described at [ticket.ArticleWriter].
func (t *Tx) SaveArticle(a ticket.Article) error {
	was, err := t.read.Article(a.Slug)
	if err != nil && !errors.Is(err, ticket.ErrNotFound) {
		return err
	}
	if a.Revision != was.Revision+1 {
		return fmt.Errorf("save revision %d of the article %q after %d: %w", a.Revision, a.Slug, was.Revision, ticket.ErrOvertaken)
	}
	older, err := sqlrow.Collect(sqlrow.ScanID)(t.read.Query(`SELECT article_text.id FROM article_text JOIN article ON article.id = article_text.article
		WHERE article.slug = $1 AND article.revision = $2`, a.Slug, was.Revision))
	if err == nil {
		err = t.insertArticle(a, older)
	}
	if err != nil {
		return fmt.Errorf("save the article %s: %w", a.Slug, err)
	}
	t.Touch(ticket.OfArticle, 0, a.Slug)
	t.Touch(ticket.OfArticle, 0, "")
	return nil
}

// insertArticle keeps a revision. The search forgets the texts of the one before.
func (t *Tx) insertArticle(a ticket.Article, older []int64) error {
	values := sqlrow.Clean([]any{a.Slug, a.Revision, sqlrow.Micros(a.ChangedAt), a.ChangedBy, sqlrow.Ref(a.Mail), a.State, a.Audience, a.Owner, a.Category,
		sqlrow.Ref(a.Ticket), a.Review, sqlrow.Micros(a.CreatedAt)})
	id, err := t.Insert(`INSERT INTO article (`+Columns+`, checksum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, append(values, sqlrow.Sum(values...))...)
	if err != nil {
		return err
	}
	texts := slices.SortedFunc(slices.Values(a.Texts), func(a, b ticket.Text) int { return cmp.Compare(a.Language, b.Language) })
	for _, text := range texts {
		values := sqlrow.Clean([]any{id, sqlrow.Ref(a.Ticket), text.Language, text.Title, text.Body})
		textID, err := t.Insert(`INSERT INTO article_text (`+TextColumns+`, checksum) VALUES ($1, $2, $3, $4, $5, $6)`, append(values, sqlrow.Sum(values...))...)
		if err != nil {
			return err
		}
		if err := t.read.Engine.IndexArticle(t.read.Ctx, t.read.Q, textID, text.Title, text.Body, older...); err != nil {
			return err
		}
		older = nil
	}
	return nil
}

// IsLatestText reports whether a text belongs to the latest revision of its article.
func (r *Reader) IsLatestText(id int64) (latest bool, err error) {
	err = r.Row(`SELECT EXISTS (SELECT 1 FROM article_text JOIN article ON article.id = article_text.article WHERE article_text.id = $1 AND `+Latest+`)`, id).Scan(&latest)
	return latest, err
}
