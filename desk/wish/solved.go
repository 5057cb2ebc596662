package wish

import (
	"strconv"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// SolvedBy returns the article that the requester says solved their matter, by the place that it
// had in the acknowledgement; is reports whether the mail says so. As of a rating, a person wrote
// it, who is known to be the requester.
func SolvedBy(h *incoming.Handling, t ticket.Ticket, w command.Wish) (slug string, is bool, err error) {
	place, wrong := strconv.Atoi(w.Arg)
	if w.Name != command.WishSolved || wrong != nil || h.Msg.Class != mailparse.Person ||
		!settings.SameAddress(t.Requester, h.Msg.From.Address) || h.Proof() < incoming.ProofMessageID {
		return "", false, nil
	}
	events, err := h.Tx.Events(t.ID, ticket.EventArticleOffered)
	for _, e := range events {
		if e.Number == place {
			return e.To, true, err
		}
	}
	return "", false, err
}

// RecordSolved keeps that an article solved the requester's matter, and tells the agents in a
// line.
func RecordSolved(h *incoming.Handling, t, seat ticket.Ticket, slug string) error {
	if err := h.Record(ticket.Event{Ticket: seat.ID, Kind: ticket.EventArticleSolved, Actor: h.ActorName(), To: slug}); err != nil {
		return err
	}
	title := slug
	if a, err := h.Tx.Article(slug); err == nil {
		title = a.In(seat.Language).Title
	}
	n := notify.Notice{Template: notify.TemplateMessage, Actor: h.ActorName(), Text: h.NewText(), Done: true, Says: ticket.Say("the article %q, which the acknowledgement offered, has solved it", title)}
	return notices.SendToAgents(h.Change, t, h.Responsible(t), n, settings.Agent{})
}
