package knowledge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/article"
	"maildesk/desk/agentmail"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// reviewAfter is how many months after an article was published its owner is to look at
// it again.
const reviewAfter = 12

// Find marks #kb as a mistake where no article can be made: the ticket is not solved,
// there is no solution in it, or an article of it is there.
func Find(h *incoming.Handling, t ticket.Ticket, o *order.Order, text string) error {
	if !o.Article || o.Mistakes {
		return nil
	}
	if o.After.Status != ticket.StatusResolved && o.After.Status != ticket.StatusClosed {
		o.Mistake("kb", ticket.Say("an article is made of a solution: write #kb beside #resolve, or when the request is solved"))
		return nil
	}
	solution, _, err := solutionOf(h, t.ID, *o, text)
	if err != nil {
		return err
	}
	if solution == "" {
		o.Mistake("kb", ticket.Say("there is no solution in the request yet; write it below the commands"))
		return nil
	}
	all, err := h.Tx.Articles(ticket.ArticleFilter{Ticket: t.ID, State: ticket.ArticlePublished})
	if err == nil && len(all) > 0 {
		o.Mistake("kb", ticket.Say("the article %s was made of this request already", all[0].Slug))
	}
	return err
}

// solutionOf returns the solution of a ticket: what the agent writes, else the last answer
// to its readers, else the last note. inside says that nobody outside has read it.
func solutionOf(h *incoming.Handling, t ticket.ID, o order.Order, text string) (solution string, inside bool, err error) {
	if text = strings.TrimSpace(text); text != "" {
		return text, o.Note, nil
	}
	entries, err := h.Tx.Correspondence(t)
	if err != nil {
		return "", false, err
	}
	for _, kind := range []ticket.EntryKind{ticket.EntryReply, ticket.EntryNote} {
		for _, e := range slices.Backward(entries) {
			if e.Kind == kind && strings.TrimSpace(e.Text) != "" && !strings.HasPrefix(strings.TrimSpace(e.Text), "#") {
				return e.Text, kind == ticket.EntryNote, nil
			}
		}
	}
	return "", false, nil
}

// Draft makes an article of a ticket, without what names people, and sends it to the agent
// for review. A draft that is there already is made anew.
func Draft(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	if !o.Article {
		return nil
	}
	solution, inside, err := solutionOf(h, t.ID, o, text)
	if err != nil {
		return err
	}
	problem, err := problemOf(h, t)
	if err != nil {
		return err
	}
	known, err := people(h, t)
	if err != nil {
		return err
	}
	title := o.Title
	if title == "" && t.Subject != notices.NoSubject {
		title = t.Subject
	}
	written, removed := article.Draft(article.Solved{Title: title, Problem: problem, Solution: solution, Known: known})
	a, err := drafted(h, t, written)
	if err != nil {
		return err
	}
	a.Owner, a.Category, a.Audience = o.Agent.Name, t.Category, ticket.AudiencePublic
	if inside || h.Set.IsPrivate(t.Queue) {
		a.Audience = ticket.AudienceInternal
	}
	if err := save(h, &a, o.Agent, ticket.ArticleDrafted); err != nil {
		return err
	}
	return show(h, t, o.Agent, a, removed)
}

// drafted returns the draft of a ticket with a text: the one that there is, or a new one.
func drafted(h *incoming.Handling, t ticket.Ticket, text ticket.Text) (ticket.Article, error) {
	all, err := h.Tx.Articles(ticket.ArticleFilter{Ticket: t.ID, State: ticket.ArticleDraft})
	if err != nil {
		return ticket.Article{}, err
	}
	if len(all) > 0 {
		all[0].Texts = []ticket.Text{text}
		return all[0], nil
	}
	var failed error
	slug := article.Slug(text.Title, func(slug string) bool {
		_, err := h.Tx.Article(slug)
		if err != nil && !errors.Is(err, ticket.ErrNotFound) {
			failed = err
			return false
		}
		_, named := h.Set.Macros.Named(slug)
		return err == nil || named
	})
	return ticket.Article{Slug: slug, State: ticket.ArticleDraft, Ticket: t.ID, Texts: []ticket.Text{text}, CreatedAt: h.Now}, failed
}

// save keeps the next revision of an article, and writes down on its ticket what became of
// it (one of ticket's Article constants).
func save(h *incoming.Handling, a *ticket.Article, agent settings.Agent, became string) error {
	a.Revision++
	a.ChangedAt, a.ChangedBy, a.Mail = h.Now, agent.Name, h.Cause
	if err := h.Tx.SaveArticle(*a); err != nil {
		return fmt.Errorf("article %s: %w", a.Slug, err)
	}
	return h.Record(ticket.Event{Ticket: a.Ticket, Kind: ticket.EventArticle, Actor: agent.Name, To: a.Slug, Topic: became})
}

// problemOf returns what the requester wrote first.
func problemOf(h *incoming.Handling, t ticket.Ticket) (string, error) {
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return "", err
	}
	first := ""
	for _, e := range entries {
		switch {
		case e.Kind != ticket.EntryMessage:
		case addr.Same(e.Author, t.Requester):
			return e.Text, nil
		case first == "":
			first = e.Text
		}
	}
	return first, nil
}

// people returns who is known of those who wrote on a ticket or work at the desk.
func people(h *incoming.Handling, t ticket.Ticket) (article.Known, error) {
	k := article.Known{Language: settings.FirstOf(t.Language, h.Set.Language), Names: []string{t.Name}, Addresses: []string{t.Requester}}
	all, err := h.Tx.Participants(t.ID)
	if err != nil {
		return k, err
	}
	for _, p := range all {
		k.Names, k.Addresses = append(k.Names, p.Name), append(k.Addresses, p.Address)
	}
	entries, err := h.Tx.Correspondence(t.ID)
	for _, e := range entries {
		k.Names = append(k.Names, e.Name)
	}
	for _, a := range h.Set.Agents {
		k.Names = append(k.Names, a.Display)
	}
	for _, a := range h.Set.Addresses {
		k.Ours = append(k.Ours, a.Mail)
	}
	k.Names = slices.DeleteFunc(k.Names, func(n string) bool { return strings.TrimSpace(n) == "" || n == h.Set.Name })
	slices.Sort(k.Names)
	k.Names = slices.Compact(k.Names)
	return k, err
}

// notice returns the notice that shows an article. why is its audience, or a Reason of
// [notify.TemplateArticle].
func notice(a ticket.Article, why string) notify.Notice {
	return notify.Notice{Template: notify.TemplateArticle, Text: article.Written(a.Texts[0]), Reason: why}
}

// kinds are what was taken out, in words.
var kinds = map[article.Kind]ticket.Phrase{
	article.Quote: ticket.Say("quoted text"), article.Greeting: ticket.Say("greeting"), article.Signature: ticket.Say("signature"), article.Name: ticket.Say("name"),
	article.Address: ticket.Say("mail address"), article.Phone: ticket.Say("telephone number"), article.Number: ticket.Say("identifying number"),
	article.IP: ticket.Say("IP address"), article.Link: ticket.Say("link with a secret in it"),
}

// show sends an article to an agent for review.
func show(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, a ticket.Article, removed []article.Removed) error {
	why := string(a.Audience)
	if a.Audience == ticket.AudienceInternal && h.Set.IsPrivate(t.Queue) {
		why = notify.ReasonPrivate
	}
	n := notice(a, why)
	for _, r := range removed {
		n.Lines = append(n.Lines, notify.Line{Command: agentmail.Beginning(r.Text), Message: kinds[r.Kind]})
	}
	return agentmail.Respond(h, t, agent, n)
}
