package knowledge

import (
	"errors"
	"slices"

	"maildesk/article"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/macro"
	"maildesk/ticket"
)

// LetSend lets the commands of a mail send articles as they send the admin's texts, with
// which they share their names. Those that never go out are known, so that their
// writer hears why. A mail that sends nothing reads none.
func LetSend(h *incoming.Handling, commands ...[]command.Command) error {
	if !slices.ContainsFunc(slices.Concat(commands...), func(c command.Command) bool { return c.Name == "send" }) {
		return nil
	}
	all, err := h.Tx.Articles(ticket.ArticleFilter{})
	if err != nil || len(all) == 0 {
		return err
	}
	texts, kept := map[string]map[string]string{}, map[string]macro.Why{}
	for _, a := range all {
		switch {
		case a.IsPublic():
			texts[a.Slug] = map[string]string{}
			for _, t := range a.Texts {
				texts[a.Slug][t.Language] = article.Answer(t)
			}
		case a.State == ticket.ArticlePublished:
			kept[a.Slug] = macro.Internal
		case a.State == ticket.ArticleDraft:
			kept[a.Slug] = macro.Draft
		}
	}
	set := *h.Set
	set.Macros = h.Set.Macros.With(texts, kept)
	h.Set = &set
	return nil
}

// NoteSent writes down which of the texts that a mail sends are articles.
func NoteSent(h *incoming.Handling, t ticket.ID, agent string, names []string) error {
	for _, name := range names {
		switch _, err := h.Tx.Article(name); {
		case errors.Is(err, ticket.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if err := h.Record(ticket.Event{Ticket: t, Kind: ticket.EventArticleSent, Actor: agent, To: name}); err != nil {
			return err
		}
	}
	return nil
}
