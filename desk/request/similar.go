package request

import (
	"maildesk/article"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/similar"
	"maildesk/ticket"
)

// What is like a new request is found by an index that follows the commits, so that a rebuild
// does not find the same. Nothing but what is shown depends on it: the articles that were
// offered are facts, which a rebuild takes from the past.

// findSimilar finds what is like a new request, unless that reports a known incident.
func findSimilar(h *incoming.Handling, t ticket.Ticket, known bool) (ticket.Similar, error) {
	if known || h.Silent || h.Set.NoSuggestions || h.Was != nil {
		return ticket.Similar{}, nil
	}
	q := ticket.SimilarQuery{Title: t.Subject, Body: h.NewText(), Language: t.Language, Category: t.Category, Now: h.Now}
	if q.Title == notices.NoSubject {
		q.Title = ""
	}
	return h.Tx.Similar(q)
}

// articles returns the articles that an acknowledgement offers: those that are really like the
// request, that anybody may read, and that its reader's language has. known: it reports an
// incident, and they have the answer to that.
func articles(h *incoming.Handling, t ticket.Ticket, known bool) (all []notify.Article, err error) {
	if known || h.Set.NoSuggestions {
		return nil, nil
	}
	found, repeated := h.WasOffered()
	if !repeated {
		best := similar.Best(h.Similar.Articles, func(a ticket.SimilarArticle) float64 { return a.Score }, similar.Enough)
		for _, a := range best {
			found = append(found, a.Slug)
		}
	}
	for _, slug := range found {
		a, err := h.Tx.Article(slug)
		if err != nil {
			if err = decision.IgnoreNotFound(err); err != nil {
				return nil, err
			}
			continue
		}
		text := a.In(t.Language)
		if plain := article.Answer(text); a.IsPublic() && text.Language == t.Language && plain != "" {
			all = append(all, notify.ArticleOf(slug, text, plain))
		}
	}
	return all, nil
}

// recordOffered keeps which articles an acknowledgement offered, in their order.
func recordOffered(h *incoming.Handling, t ticket.Ticket, offered []notify.Article) error {
	for i, a := range offered {
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventArticleOffered, Actor: ticket.ActorDesk, To: a.Slug, Number: i + 1}); err != nil {
			return err
		}
	}
	return nil
}
