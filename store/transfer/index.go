package transfer

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables"
	"maildesk/store/tables/alike"
	"maildesk/store/tables/articles"
	"maildesk/ticket"
)

// indexRows returns how many texts are indexed in a transaction.
func (c *copying) indexRows() int { return cmp.Or(c.Batch, 500) }

// indexed is a text that is to be indexed, by the number after which the next ones come.
type indexed struct {
	number int64
	keep   func(context.Context, sqlrow.Querier) error
}

// indexes makes the search indexes from the rows that were copied.
func (c *copying) indexes(ctx context.Context) error {
	for _, index := range []struct {
		name string
		next func(ctx context.Context, after int64) ([]indexed, error)
	}{
		{"search of subjects", c.subjects},
		{"search of entries", c.entries},
		{"search of articles", c.articles},
		{"search of what is alike", c.alike},
	} {
		if err := c.index(ctx, index.name, index.next); err != nil {
			return fmt.Errorf("%s: %w", index.name, err)
		}
	}
	return nil
}

func (c *copying) index(ctx context.Context, name string, next func(context.Context, int64) ([]indexed, error)) error {
	p := c.to.of("main")
	for {
		var at progress
		if _, err := p.state(ctx, name, &at); err != nil || at.Done {
			return err
		}
		after := firstNumber
		if at.Last != nil {
			values, err := keyValues(at.Last)
			if err != nil {
				return err
			}
			after = values[0].(int64)
		}
		texts, err := next(ctx, after)
		if err != nil {
			return err
		}
		at.Rows += int64(len(texts))
		at.Done = len(texts) < c.indexRows()
		if n := len(texts); n > 0 {
			at.Last = []string{fmt.Sprint("i", texts[n-1].number)}
		}
		err = p.change(ctx, func() error {
			for _, t := range texts {
				if err := t.keep(ctx, p.conn); err != nil {
					return err
				}
			}
			return p.keepState(ctx, name, at)
		})
		if err == nil {
			err = c.after(name, at.Rows)
		}
		if err != nil {
			return err
		}
	}
}

// firstNumber is before every number: those of texts of articles are negative.
const firstNumber = int64(-1 << 62)

// next reads rows with numbers after one.
func (c *copying) next(ctx context.Context, query string, after int64, scan func(sqlrow.Scanner) (indexed, error)) ([]indexed, error) {
	return sqlrow.Collect(scan)(c.from.tx.QueryContext(ctx, query+" LIMIT $2", after, c.indexRows()))
}

func (c *copying) subjects(ctx context.Context, after int64) ([]indexed, error) {
	return c.next(ctx, `SELECT id, subject FROM ticket WHERE id > $1 ORDER BY id`, after, func(row sqlrow.Scanner) (x indexed, err error) {
		var subject string
		err = row.Scan(&x.number, &subject)
		x.keep = c.text(tables.TextOfSubject(x.number, subject))
		return x, err
	})
}

func (c *copying) text(t statement.Text) func(context.Context, sqlrow.Querier) error {
	return func(ctx context.Context, q sqlrow.Querier) error { return c.to.engine.Index(ctx, q, t.ID, t.Words) }
}

// entries are indexed with the names and texts of their mail's files, which stand in the mail
// alone: of one from which somebody was erased, those that were left.
func (c *copying) entries(ctx context.Context, after int64) ([]indexed, error) {
	type entry struct {
		ticket.Entry
		mail int64
	}
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (e entry, err error) {
		err = row.Scan(&e.ID, &e.Kind, &e.Subject, &e.Text, &e.Full, &e.mail)
		return e, err
	})(c.from.tx.QueryContext(ctx, `SELECT id, kind, subject, text, full_text, coalesce(mail, 0) FROM entry WHERE id > $1 ORDER BY id LIMIT $2`, after, c.indexRows()))
	if err != nil {
		return nil, err
	}
	texts := make([]indexed, len(all))
	for i, e := range all {
		if e.mail != 0 && e.Kind != ticket.EntrySystem {
			if e.Files, err = c.files(ctx, e.mail); err != nil {
				return nil, err
			}
		}
		texts[i] = indexed{e.ID, c.text(tables.TextOfEntry(e.Entry))}
	}
	return texts, nil
}

func (c *copying) files(ctx context.Context, mail int64) (string, error) {
	var raw []byte
	err := c.from.tx.QueryRowContext(ctx, `SELECT raw FROM mail_raw WHERE mail = $1 AND mail NOT IN (SELECT mail FROM lost)`, mail).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) || c.Files == nil {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("mail %d: %w", mail, err)
	}
	return c.Files(raw), nil
}

func (c *copying) articles(ctx context.Context, after int64) ([]indexed, error) {
	return c.next(ctx, `SELECT article_text.id, title, body FROM article_text JOIN article ON article.id = article_text.article
		WHERE article_text.id > $1 AND `+articles.Latest+` ORDER BY article_text.id`, after, func(row sqlrow.Scanner) (x indexed, err error) {
		var title, body string
		err = row.Scan(&x.number, &title, &body)
		x.keep = func(ctx context.Context, q sqlrow.Querier) error {
			return c.to.engine.IndexArticle(ctx, q, x.number, title, body)
		}
		return x, err
	})
}

func (c *copying) alike(ctx context.Context, after int64) ([]indexed, error) {
	return c.next(ctx, `SELECT id, title, body FROM search_alike_text WHERE id > $1 ORDER BY id`, after, func(row sqlrow.Scanner) (x indexed, err error) {
		var title, body []byte
		err = row.Scan(&x.number, &title, &body)
		d := alike.DocumentOf(title, body)
		x.keep = func(ctx context.Context, q sqlrow.Querier) error { return c.to.engine.IndexAlike(ctx, q, x.number, d) }
		return x, err
	})
}
