package privacy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/person"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// articles makes the next revision, without the person, of each article that names them now. All texts of the
// earlier ones are cut where they stand later: by the number alone, a folder that was exported before is known to
// be older than the desk, so that its import brings nothing back. An article that gets another slug needs none.
func (e *erasing) articles(ctx context.Context, k person.Case) error {
	eraser := person.NewEraser(k, ours(e.Local), e.r.Pending)
	var next []ticket.Article
	err := e.Desk.View(ctx, func(r ticket.Reader) error {
		all, err := r.Articles(ticket.ArticleFilter{})
		for _, a := range all {
			if cut := cutTexts(eraser, &a); cut && !renamed(k, a.Slug) {
				a.Revision, a.ChangedAt, a.ChangedBy, a.Mail = a.Revision+1, time.Now(), e.o.Actor, 0
				next = append(next, a)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range next {
		err := e.Store.EraseTickets(ctx, func(t *tables.Tx) error { return t.SaveArticle(a) })
		if err != nil {
			return fmt.Errorf("article %s: %w", a.Slug, err)
		}
	}
	return nil
}

// cutTexts takes the person out of the texts of an article, and reports whether they were there.
func cutTexts(eraser *person.Eraser, a *ticket.Article) (cut bool) {
	a.Texts = slices.Clone(a.Texts)
	for i := range a.Texts {
		t := &a.Texts[i]
		c, changed := eraser.Change(person.Row{Table: "article_text", Ticket: a.Ticket, Kind: string(a.State), Texts: map[string]string{"title": t.Title, "body": t.Body}})
		if !changed {
			continue
		}
		cut = true
		for column, to := range map[string]*string{"title": &t.Title, "body": &t.Body} {
			if text, other := c.New[column]; other {
				*to = text
			}
		}
	}
	return cut
}

// renamed reports whether an article gets another slug, or has it since an erasure that was ended in the middle.
func renamed(k person.Case, slug string) bool {
	for was, is := range k.Slugs {
		if slug == was || slug == is {
			return true
		}
	}
	return false
}
