package answer

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/agentmail"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// keepInside says whether the text of an agent's mail stays among agents: it is a
// note, answers an internal mail, or stands beside a command that hands the ticket
// on, and is for the colleague who gets it.
func keepInside(o *order.Order, kind threading.Kind) {
	o.Beside = o.Notice != "" && o.After.Status != ticket.StatusResolved
	o.Internal = incoming.IsInternal(kind)
	o.Reply = o.Reply || o.Accept && !o.Note // a text beside #accept is for them, too
	o.Note = (o.Note || o.Internal || o.Beside) && !o.Reply
}

// insideButForReader asks about a text that would stay inside, where something
// says that its writer means it for the requester.
func insideButForReader(h *incoming.Handling, t ticket.Ticket, o order.Order, read command.Mail) (question, error) {
	if read.Text == "" {
		return question{}, nil
	}
	if o.Internal && !o.Noted && !o.Beside {
		strangers, err := strangers(h, t)
		if err != nil {
			return question{}, err
		}
		if s, found, err := answeredStranger(h, t.ID, strangers); err != nil || found {
			return question{kind: notify.HeldStranger, by: s.Address}, err
		}
		if o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved {
			return question{kind: notify.HeldSolution}, nil
		}
	}
	if greets, err := greetsReader(h, t, read.Text); err != nil || greets {
		return question{kind: notify.HeldGreeting}, err
	}
	return question{}, nil
}

// stranger is somebody who used a signed address of another person on a ticket.
type stranger struct {
	ticket.Participant
	mail ticket.MailID // the latest that they wrote
	at   time.Time     // when they did
	text string        // the same
}

// strangers lists those whose mails are notes on a ticket since nothing proves
// that they take part, the latest last, each once.
func strangers(h *incoming.Handling, t ticket.Ticket) ([]stranger, error) {
	events, err := h.Tx.Events(t.ID, ticket.EventForeign)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return nil, err
	}
	readers, err := h.Readers(t.ID)
	if err != nil {
		return nil, err
	}
	var all []stranger
	for _, e := range events {
		same := func(a string) bool { return settings.SameAddress(a, e.Actor) }
		_, isAgent := h.Set.AgentAt(e.Actor)
		if !strings.Contains(e.Actor, "@") || isAgent || slices.ContainsFunc(readers, func(p ticket.Participant) bool { return same(p.Address) }) {
			continue
		}
		all = slices.DeleteFunc(all, func(s stranger) bool { return same(s.Address) })
		s := stranger{Participant: ticket.Participant{Address: e.Actor}, mail: e.Mail, at: e.At}
		if i := slices.IndexFunc(entries, func(entry ticket.Entry) bool { return entry.Mail == e.Mail }); i >= 0 {
			s.Name, s.text = entries[i].Name, entries[i].Text
		}
		all = append(all, s)
	}
	return all, nil
}

// answeredStranger returns the one whose mail the notice is about that the mail at
// hand answers or, where it names no notice, the only one.
func answeredStranger(h *incoming.Handling, t ticket.ID, all []stranger) (s stranger, found bool, err error) {
	switch {
	case len(all) == 0:
		return stranger{}, false, nil
	case len(agentmail.AnsweredIDs(h)) == 0 && len(all) == 1:
		return all[0], true, nil
	}
	cause, err := agentmail.CauseAnswered(h, t, notify.TemplateNote)
	if err != nil || cause == 0 {
		return stranger{}, false, err
	}
	if i := slices.IndexFunc(all, func(s stranger) bool { return s.mail == cause }); i >= 0 {
		return all[i], true, nil
	}
	return stranger{}, false, nil
}

// findAccepted finds whom an #accept means, and marks the command where that is
// not certain.
func findAccepted(h *incoming.Handling, t ticket.Ticket, o *order.Order) error {
	if !o.Accept {
		return nil
	}
	all, err := strangers(h, t)
	if err != nil {
		return err
	}
	found := stranger{}
	ok := false
	if o.Accepted.Address != "" {
		if i := slices.IndexFunc(all, func(s stranger) bool { return settings.SameAddress(s.Address, o.Accepted.Address) }); i >= 0 {
			found, ok = all[i], true
		}
	} else if found, ok, err = answeredStranger(h, t.ID, all); err != nil {
		return err
	} else if !ok && len(all) == 1 {
		found, ok = all[0], true
	}
	if ok {
		o.Accepted = found.Participant
		return reopenFor(h, t, o, found)
	}
	why := ticket.Say("nobody waits to be accepted on this request")
	if len(all) > 0 {
		var names []string
		for _, s := range all {
			names = append(names, s.Address)
		}
		why = ticket.Say("say whom: #accept ADDRESS; they are %s", strings.Join(names, ", "))
	}
	o.Mistake("accept", why)
	return nil
}

// reopenFor opens a ticket that waits or is resolved for the mail of somebody who is
// accepted, as it would for the same words of the requester.
func reopenFor(h *incoming.Handling, t ticket.Ticket, o *order.Order, s stranger) error {
	waits := t.Status == ticket.StatusResolved || t.Status == ticket.StatusPending || t.Status == ticket.StatusOnHold
	if !waits || o.After.Status != t.Status {
		return nil
	}
	moves, err := h.Tx.Events(t.ID, ticket.EventStatus)
	if err != nil || len(moves) > 0 && s.at.Before(moves[len(moves)-1].At) {
		return err
	}
	if thanks.Read(thanks.Text{New: s.text, Names: []string{s.Name, t.Name, h.Set.Name}, Subject: t.Subject}) != thanks.Other {
		return nil
	}
	o.After.Status = ticket.StatusOpen
	o.Say("accept", ticket.Say("they take part from now on; the request is open again"))
	return nil
}

// acceptStranger makes the one that an agent accepts a participant.
func acceptStranger(h *incoming.Handling, t ticket.Ticket, o order.Order) error {
	if !o.Accept {
		return nil
	}
	if _, err := incoming.TakeIn(h.Change, t.ID, mailparse.Address{Name: o.Accepted.Name, Address: o.Accepted.Address}); err != nil {
		return err
	}
	return h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAccepted, Actor: o.Agent.Name, To: o.Accepted.Address})
}
