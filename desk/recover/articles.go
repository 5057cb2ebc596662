package recover

import (
	"errors"
	"fmt"
	"strings"

	"maildesk/ticket"
)

// articles returns the revisions of articles that no mail brings again: those that were
// imported or changed at the console, and those of mails that are taken as they stand.
// Each is repeated at its time, so that an answer that sends an article has the text
// that it had then.
func (r *rebuilding) articles() (steps []happening, err error) {
	err = r.old.View(r.ctx, func(old ticket.Reader) error {
		all, err := old.Articles(ticket.ArticleFilter{})
		if err != nil {
			return err
		}
		for _, a := range all {
			history, err := old.ArticleHistory(a.Slug)
			if err != nil {
				return err
			}
			for _, revision := range history {
				if revision.Mail == 0 || r.frozen.mails[revision.Mail] {
					steps = append(steps, happening{at: revision.ChangedAt, article: &revision})
				}
			}
		}
		return nil
	})
	return steps, err
}

// repeatArticle saves a revision once more. It follows the one that there is by then: where
// a mail was decided otherwise, there may be fewer than there were.
func (r *rebuilding) repeatArticle(a ticket.Article) error {
	return r.store.Update(r.ctx, func(tx ticket.Tx) error {
		before, err := tx.Article(a.Slug)
		if err != nil && !errors.Is(err, ticket.ErrNotFound) {
			return err
		}
		a.Revision = before.Revision + 1
		return tx.SaveArticle(a)
	})
}

// articleWords returns what is compared of the knowledge base.
func articleWords(r ticket.ArticleReader) (words []string, err error) {
	all, err := r.Articles(ticket.ArticleFilter{})
	for _, a := range all {
		text := fmt.Sprintf("%s, revision %d by %s, %s, %s, of %s, ticket %d, review %s", a.Slug, a.Revision, a.ChangedBy, a.State, a.Audience, a.Owner, a.Ticket, a.Review)
		var texts []string
		for _, t := range a.Texts {
			texts = append(texts, fmt.Sprintf("%s %q (%d letters)", t.Language, t.Title, len(t.Body)))
		}
		words = append(words, text+": "+strings.Join(texts, ", "))
	}
	return words, err
}
