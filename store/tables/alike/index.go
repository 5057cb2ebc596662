package alike

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"maildesk/similar"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables/articles"
	"maildesk/ticket"
)

// The index of similar texts follows the events that resolve tickets, and the
// revisions of articles, in separate steps: no change waits for it.

// nextAlike returns what to index next: events that resolved tickets, and revisions.
const (
	nextResolved = `SELECT event.id, event.ticket FROM event, search_alike_cursor c WHERE event.kind = 'status' AND event.to_value = 'resolved' AND event.id > c.event ORDER BY event.id LIMIT $1`
	nextRevision = `SELECT article.id, article.slug FROM article, search_alike_cursor c WHERE article.id > c.article ORDER BY article.id LIMIT $1`
)

// AlikeBehind reports whether something remains to be indexed.
func (r *Reader) AlikeBehind() (behind bool, err error) {
	err = r.Row(`SELECT EXISTS (`+nextResolved+`) OR EXISTS (`+nextRevision+`)`, 1).Scan(&behind)
	return behind, err
}

// IndexAlike indexes the next resolved tickets and the next revisions of articles, up
// to limit of each.
func (t *Tx) IndexAlike(limit int) error {
	type resolved struct {
		event int64
		id    ticket.ID
	}
	events, err := sqlrow.Collect(func(row sqlrow.Scanner) (e resolved, err error) { err = row.Scan(&e.event, &e.id); return e, err })(t.read.Query(nextResolved, limit))
	if err != nil {
		return fmt.Errorf("tickets to index: %w", err)
	}
	for _, e := range events {
		if err := t.indexSolved(e.id); err != nil {
			return fmt.Errorf("index ticket %d: %w", e.id, err)
		}
	}
	type revision struct {
		id   int64
		slug string
	}
	revisions, err := sqlrow.Collect(func(row sqlrow.Scanner) (a revision, err error) { err = row.Scan(&a.id, &a.slug); return a, err })(t.read.Query(nextRevision, limit))
	if err != nil {
		return fmt.Errorf("articles to index: %w", err)
	}
	for _, a := range revisions {
		if err := t.indexPublic(a.slug); err != nil {
			return fmt.Errorf("index article %s: %w", a.slug, err)
		}
	}
	for column, to := range map[string]int64{"event": lastOf(events, func(e resolved) int64 { return e.event }), "article": lastOf(revisions, func(a revision) int64 { return a.id })} {
		if to == 0 {
			continue
		}
		if err := t.Put(`UPDATE search_alike_cursor SET `+column+` = $1`, to); err != nil {
			return err
		}
	}
	return nil
}

func lastOf[T any](all []T, number func(T) int64) int64 {
	if len(all) == 0 {
		return 0
	}
	return number(all[len(all)-1])
}

// indexSolved indexes a ticket by its subject, its request and the last answer. A ticket that
// was not answered is of no help to anybody, nor is one that was reopened, was merged into
// another, or is spam.
func (t *Tx) indexSolved(id ticket.ID) error {
	if err := t.forget(int64(id)); err != nil {
		return err
	}
	var of ticket.Ticket
	if err := t.read.Row(`SELECT subject, status, category, language, coalesce(merged, 0), resolved_at FROM ticket AS t WHERE id = $1 AND NOT `+statement.IsSpam, id).
		Scan(&of.Subject, &of.Status, &of.Category, &of.Language, &of.Merged, sqlrow.At(&of.ResolvedAt)); err != nil {
		return none(err)
	}
	if of.Status != ticket.StatusResolved && of.Status != ticket.StatusClosed || of.Merged != 0 {
		return nil
	}
	var request, answer string
	if err := t.read.Row(`SELECT text FROM entry WHERE ticket = $1 AND kind = 'message' ORDER BY id LIMIT 1`, id).Scan(&request); err != nil {
		return none(err)
	}
	if err := t.read.Row(`SELECT text FROM entry WHERE ticket = $1 AND kind = 'reply' ORDER BY id DESC LIMIT 1`, id).Scan(&answer); err != nil {
		return none(err)
	}
	solved := similar.SolvedOf(similar.Read(of.Language, ticket.Left(of.Subject), ticket.Left(request)), similar.Read(of.Language, "", ticket.Left(answer)))
	return t.keepAlike(alikeText{int64(id), of.Language, of.Category, of.ResolvedAt, solved})
}

// none returns nil where there was no row.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// indexPublic indexes the texts of an article, replacing those of older revisions, if
// anybody may read it.
func (t *Tx) indexPublic(slug string) error {
	public := articles.Reader{Reader: t.read.Reader}
	a, err := public.Article(slug)
	if err != nil {
		return err
	}
	type row struct {
		id       int64
		revision int
		ticket.Text
	}
	texts, err := sqlrow.Collect(func(s sqlrow.Scanner) (r row, err error) {
		err = s.Scan(&r.id, &r.revision, &r.Language, &r.Title, &r.Body)
		return r, err
	})(t.read.Query(`SELECT x.id, article.revision, x.language, x.title, x.body FROM article JOIN article_text x ON x.article = article.id WHERE article.slug = $1`, slug))
	for _, r := range texts {
		if err == nil {
			err = t.forget(-r.id)
		}
		if err == nil && a.IsPublic() && r.revision == a.Revision {
			err = t.keepAlike(alikeText{-r.id, r.Language, a.Category, a.ChangedAt, similar.DocumentOf(similar.Read(r.Language, ticket.Left(r.Title), ticket.Left(r.Body)))})
		}
	}
	return err
}

// keepAlike indexes a text.
func (t *Tx) keepAlike(a alikeText) error {
	err := t.Put(`INSERT INTO search_alike_text (id, language, category, at, title, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.id, a.language, a.category, sqlrow.Micros(a.at), bytesOf(a.Title), bytesOf(joined(a.Document)))
	if err == nil {
		err = t.read.Engine.IndexAlike(t.read.Ctx, t.read.Q, a.id, a.Document)
	}
	if err != nil {
		return err
	}
	for _, w := range a.counted() {
		if err := t.Put(`INSERT INTO search_alike_word (word, texts) VALUES ($1, 1) ON CONFLICT (word) DO UPDATE SET texts = search_alike_word.texts + 1`, int64(w)); err != nil {
			return err
		}
	}
	return nil
}

// forget removes a text from the index, if it is there.
func (t *Tx) forget(id int64) error {
	texts, err := t.read.alikeTexts([]int64{id})
	if err != nil || len(texts) == 0 {
		return err
	}
	if err := t.Put(`DELETE FROM search_alike_text WHERE id = $1`, id); err != nil {
		return err
	}
	if err := t.read.Engine.ForgetAlike(t.read.Ctx, t.read.Q, id); err != nil {
		return err
	}
	for _, w := range texts[0].counted() {
		if err := t.Put(`UPDATE search_alike_word SET texts = texts - 1 WHERE word = $1`, int64(w)); err != nil {
			return err
		}
		if err := t.Put(`DELETE FROM search_alike_word WHERE word = $1 AND texts <= 0`, int64(w)); err != nil {
			return err
		}
	}
	return nil
}

// ForgetOf removes from the index the text that a row is part of.
func (t *Tx) ForgetOf(table string, id int64) error {
	switch table {
	case "article_text":
		id = -id
	case "entry":
		if err := t.read.Row(`SELECT ticket FROM entry WHERE id = $1`, id).Scan(&id); err != nil {
			return none(err)
		}
	case "ticket":
	default:
		return nil
	}
	return t.forget(id)
}

// counted returns the words that are counted for a text, with the one that stands for all texts of its language.
func (a alikeText) counted() []similar.Hash {
	return append(slices.Clip(a.Words()), similar.AllOf(a.language))
}
