package desk

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// keepInside says whether the text of an agent's mail stays among agents: it is a
// note, answers an internal mail, or stands beside a command that hands the ticket
// on, and is for the colleague who gets it.
func (o *order) keepInside(kind threading.Kind) {
	o.beside = o.notice != "" && o.after.Status != ticket.StatusResolved
	o.internal = isInternal(kind)
	o.reply = o.reply || o.accept && !o.note // a text beside #accept is for them, too
	o.note = (o.note || o.internal || o.beside) && !o.reply
}

// stepReply sends the text to the requester, whatever mail it answers.
func stepReply(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	if o.note {
		return ticket.Phrase{}, errNoteOrReply
	}
	o.reply = true
	return ticket.Say("sent to the requester"), nil
}

// errNoteOrReply is the mistake of who writes both commands.
var errNoteOrReply = ticket.Say("#note keeps the text inside, and #reply sends it to the requester; write one of them")

// stepAccept makes somebody a participant who wrote to the ticket and is not one.
func stepAccept(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	o.accept, o.accepted.Address = true, strings.Trim(arg, "<>")
	return ticket.Say("they take part from now on"), nil
}

// insideButForReader asks about a text that would stay inside, where something
// says that its writer means it for the requester.
func (h *handling) insideButForReader(t ticket.Ticket, o order, read command.Mail) (question, error) {
	if read.Text == "" {
		return question{}, nil
	}
	if o.internal && !o.noted && !o.beside {
		strangers, err := h.strangers(t)
		if err != nil {
			return question{}, err
		}
		if s, found, err := h.answeredStranger(t.ID, strangers); err != nil || found {
			return question{kind: notify.HeldStranger, by: s.Address}, err
		}
		if o.after.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved {
			return question{kind: notify.HeldSolution}, nil
		}
	}
	name := t.Name
	if name == "" {
		name, _, _ = strings.Cut(t.Requester, "@")
	}
	if greets(read.Text, name) {
		return question{kind: notify.HeldGreeting}, nil
	}
	return question{}, nil
}

// stranger is somebody who used a signed address of another person on a ticket.
type stranger struct {
	ticket.Participant
	mail ticket.MailID // the latest that they wrote
}

// strangers lists those whose mails are notes on a ticket since nothing proves
// that they take part, the latest last, each once.
func (h *handling) strangers(t ticket.Ticket) ([]stranger, error) {
	events, err := h.tx.Events(t.ID, ticket.EventForeign)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	entries, err := h.tx.Correspondence(t.ID)
	if err != nil {
		return nil, err
	}
	readers, err := h.readers(t.ID)
	if err != nil {
		return nil, err
	}
	var all []stranger
	for _, e := range events {
		same := func(a string) bool { return sameAddress(a, e.Actor) }
		_, isAgent := h.set.AgentAt(e.Actor)
		if !strings.Contains(e.Actor, "@") || isAgent || slices.ContainsFunc(readers, func(p ticket.Participant) bool { return same(p.Address) }) {
			continue
		}
		all = slices.DeleteFunc(all, func(s stranger) bool { return same(s.Address) })
		s := stranger{Participant: ticket.Participant{Address: e.Actor}, mail: e.Mail}
		if i := slices.IndexFunc(entries, func(entry ticket.Entry) bool { return entry.Mail == e.Mail }); i >= 0 {
			s.Name = entries[i].Name
		}
		all = append(all, s)
	}
	return all, nil
}

// answeredStranger returns the one whose mail the notice is about that the mail at
// hand answers or, where it names no notice, the only one.
func (h *handling) answeredStranger(t ticket.ID, all []stranger) (s stranger, found bool, err error) {
	switch {
	case len(all) == 0:
		return stranger{}, false, nil
	case len(h.answeredIDs()) == 0 && len(all) == 1:
		return all[0], true, nil
	}
	cause, err := h.causeAnswered(t, notify.TemplateNote)
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
func (h *handling) findAccepted(t ticket.Ticket, o *order) error {
	if !o.accept {
		return nil
	}
	all, err := h.strangers(t)
	if err != nil {
		return err
	}
	found := stranger{}
	ok := false
	if o.accepted.Address != "" {
		if i := slices.IndexFunc(all, func(s stranger) bool { return sameAddress(s.Address, o.accepted.Address) }); i >= 0 {
			found, ok = all[i], true
		}
	} else if found, ok, err = h.answeredStranger(t.ID, all); err != nil {
		return err
	} else if !ok && len(all) == 1 {
		found, ok = all[0], true
	}
	if ok {
		o.accepted = found.Participant
		return nil
	}
	why := ticket.Say("nobody waits to be accepted on this request")
	if len(all) > 0 {
		var names []string
		for _, s := range all {
			names = append(names, s.Address)
		}
		why = ticket.Say("say whom: #accept ADDRESS; they are %s", strings.Join(names, ", "))
	}
	o.mistake("accept", why)
	return nil
}

// acceptStranger makes the one that an agent accepts a participant.
func (h *handling) acceptStranger(t ticket.Ticket, o order) error {
	if !o.accept {
		return nil
	}
	if _, err := h.takeIn(t.ID, mailparse.Address{Name: o.accepted.Name, Address: o.accepted.Address}); err != nil {
		return err
	}
	return h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAccepted, Actor: o.agent.Name, To: o.accepted.Address})
}
