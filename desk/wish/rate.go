package wish

import (
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/later"
	"maildesk/desk/loop"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Rates reports whether a wish is a rating that counts: a person wrote it, who is known
// to be the requester by the address that was made for them, or answers a mail of ours.
// Nothing that only follows links can rate.
func Rates(h *incoming.Handling, t ticket.Ticket, w command.Wish) bool {
	return (w.Name == command.WishGood || w.Name == command.WishBad) && h.Msg.Class == mailparse.Person &&
		settings.SameAddress(t.Requester, h.Msg.From.Address) && h.Proof() >= incoming.ProofMessageID
}

// Rate keeps how the requester rates the answer; of several ratings the last one
// counts. Agents are told where somebody has to read it: at once of a bad one, where its
// words say more than thanks, and where something was planned for the requester's silence.
// t is where the ticket is worked on, seat the writer's own.
func Rate(h *incoming.Handling, t, seat ticket.Ticket, w command.Wish, more bool) error {
	if err := h.ProveWriter(seat); err != nil {
		return err
	}
	events, err := h.Tx.Events(seat.ID, ticket.EventRated)
	if err != nil {
		return err
	}
	last, _ := history.RatingOf(events)
	if err := h.FileText(seat.ID, ticket.EntryMessage, settings.FirstOf(w.Rest, h.Msg.Reply, "#"+w.Name)); err != nil {
		return err
	}
	if err := h.AddPeople(seat, false); err != nil {
		return err
	}
	if err := loop.WarnAgents(h, seat); err != nil {
		return err
	}
	says := map[string]string{command.WishGood: ticket.RatingGood, command.WishBad: ticket.RatingBad}[w.Name]
	if err := h.Record(ticket.Event{Ticket: seat.ID, Kind: ticket.EventRated, Actor: h.ActorName(), To: says, Reason: beginning(w.Rest)}); err != nil {
		return err
	}
	if more || w.Rest != "" {
		if err := takeUp(h, &t, more); err != nil {
			return err
		}
	}
	switch {
	case more, len(h.Plans) > 0, says == ticket.RatingBad && (w.Rest != "" || last.Says != says):
		n := notify.Notice{Template: notify.TemplateRated, Actor: h.ActorName(), Text: w.Rest, Rating: says, Says: later.Says(h.Change, h.Plans)}
		err = notices.SendToAgents(h.Change, t, later.Told(h.Change, t, h.Responsible(t), h.Plans), n, settings.Agent{})
	case w.Rest != "" && t.Assignee != "" && !h.Silent:
		err = h.Tx.AddThanks(seat.ID, t.Assignee, h.Mail.ID)
	}
	if err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "rated", seat.ID)
}

// takeUp takes words beside a rating as an answer, where the ticket is in work: nobody is
// reminded any more, and words that are more than thanks end its wait for the requester.
func takeUp(h *incoming.Handling, t *ticket.Ticket, more bool) (err error) {
	if t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
		return nil
	}
	if h.Plans, err = later.Answered(h.Change, t, "", h.ActorName()); err != nil {
		return err
	}
	if more && (t.Status == ticket.StatusPending || t.Status == ticket.StatusOnHold) {
		if err := h.Move(t, ticket.StatusOpen, h.ActorName()); err != nil {
			return err
		}
	} else if len(h.Plans) == 0 {
		return nil
	}
	return h.Save(t)
}

// maxWords bounds the words that are kept with a rating, in bytes.
const maxWords = 300

// beginning returns the first words of a text, on one line.
func beginning(text string) string {
	text = incoming.SingleBlanks(text)
	if len(text) > maxWords {
		text = strings.ToValidUTF8(text[:maxWords], "") + "…"
	}
	return text
}
