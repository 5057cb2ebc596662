package control

import (
	"errors"
	"slices"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/search/attached"
	"maildesk/search/kb"
	"maildesk/ticket"
)

// searched answers what an agent looks for.
func searched(h *incoming.Handling, agent settings.Agent, a notify.Answer) (notify.Answer, error) {
	d := search.Desk{Queues: h.Set.QueuesFor(agent), Categories: h.Set.Rules.CategoryNames(), Within: h.Set.Rules.Within, Me: agent.Name, Now: h.Now.In(h.Set.Zone())}
	for _, colleague := range h.Set.Agents {
		d.Agents = append(d.Agents, colleague.Name)
	}
	q, err := search.Parse(a.About, d)
	if err != nil {
		a.Wrong = wrongValue(err)
		return a, nil
	}
	if q.IsEmpty() {
		a.Wrong = ticket.Say("words are needed, as in: search printer jams")
		return a, nil
	}
	articles, err := kb.Find(h.Tx, q, append(slices.Clone(agent.Languages), h.Set.Language)...)
	if err != nil {
		return a, err
	}
	if q.In == ticket.InArticles {
		a.Name, a.More, a.Older = notify.AnswerArticles, max(0, len(articles.Hits)-maxListed), articles.More
		articles.Hits = articles.Hits[:min(len(articles.Hits), maxListed)]
	}
	for _, hit := range articles.Hits {
		a.Articles = append(a.Articles, notify.ListedArticle{Slug: hit.Article.Slug, Title: hit.Text.Title, Language: hit.Text.Language, Internal: hit.Article.Audience == ticket.AudienceInternal, Line: hit.Line})
	}
	if q.In == ticket.InArticles {
		return a, nil
	}
	a.MoreArticles = articles.More
	q.Limit = maxListed
	found, err := h.Tx.Search(decision.ForAgent(q, h.Tx, h.Set, agent))
	if err != nil {
		return a, err
	}
	lines := attached.Lines{Mails: h.Tx, Query: q}
	for _, hit := range found.Hits {
		listed := notify.Listed{Ticket: hit.Ticket}
		if hit.Entry.ID != 0 {
			listed.By, listed.At = settings.FirstOf(hit.Entry.Name, hit.Entry.Author), hit.Entry.At
			if listed.Line, listed.File, err = lines.Of(hit); err != nil {
				return a, err
			}
		}
		a.Tickets = append(a.Tickets, listed)
	}
	a.More, a.Older = found.Total-len(found.Hits), found.Older
	return a, nil
}

// choices are the fields whose values have a name in desk/command.
var choices = map[string]command.Choices{"queue": command.Queues, "agent": command.Agents, "category": command.Categories, "priority": command.Priorities}

// wrongValue says in an agent's language what is wrong with a field of a query.
func wrongValue(err error) ticket.Phrase {
	wrong, is := errors.AsType[*search.ValueError](err)
	if !is {
		return ticket.Phrase{English: err.Error()}
	}
	switch wrong.Reason {
	case search.NoChoice:
		if kind, known := choices[wrong.Field]; known {
			return order.Choice(&command.ChoiceError{Kind: kind, Arg: wrong.Value, All: wrong.All})
		}
		return ticket.Say("%s cannot be %q; it can be %s", wrong.Field+":", wrong.Value, wrong.All)
	case search.NoTime:
		return ticket.Say("%q is not a time; write how long ago, as 12h, 30d, 6w, 3m or 1y, or a day, as 2026-11-01", wrong.Value)
	case search.NoNot:
		return ticket.Say("%s cannot be excluded; only words, status: and priority: can", wrong.Field+":")
	case search.NotTheir:
		return ticket.Say("%s is a field of requests; beside in:articles there can be words, subject:, category:, language:, since: and until:", wrong.Field+":")
	case search.Twice:
		return ticket.Say("%s is there twice; it can be one at a time", wrong.Field+":")
	}
	return ticket.Say("%s leaves nothing to find", wrong.Field+":"+wrong.Value)
}
