package knowledge

import (
	"context"
	"errors"
	"time"

	"maildesk/article"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// House returns what articles may name.
func House(s *settings.Settings) article.House {
	return article.House{Agents: settings.AgentNames(s), Categories: s.Rules.CategoryNames(), Taken: s.Macros.Names()}
}

// Import makes the articles of the desk what they are in a folder. All are saved or none:
// where the desk's are newer than what files were made from, and force is not given, it
// saves nothing, and the outcomes say which. dry saves nothing in any case. Articles that
// the folder lacks stay as they are.
//
// An import is no mail. Each revision that it makes is kept whole, and a rebuild repeats it
// at its time.
func Import(ctx context.Context, m *decision.Maker, who string, read []ticket.Article, force, dry bool, now time.Time) (all []article.Outcome, err error) {
	err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		all = nil
		var next []ticket.Article
		conflicts := false
		for _, a := range read {
			found, err := tx.Article(a.Slug)
			if err != nil && !errors.Is(err, ticket.ErrNotFound) {
				return err
			}
			o := article.Compare(found, a)
			conflicts = conflicts || o.Result == article.Conflict
			if all = append(all, o); o.Result != article.Unchanged {
				next = append(next, revised(found, a, who, now))
			}
		}
		if dry || conflicts && !force {
			return nil
		}
		for _, a := range next {
			if err := tx.SaveArticle(a); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// revised returns the next revision of an article, with what its file has no word of.
func revised(found, a ticket.Article, who string, now time.Time) ticket.Article {
	a.Ticket, a.CreatedAt = found.Ticket, found.CreatedAt
	if found.Revision == 0 {
		a.CreatedAt = now
	}
	a.Revision, a.ChangedAt, a.ChangedBy, a.Mail = found.Revision+1, now, who, 0
	return a
}
