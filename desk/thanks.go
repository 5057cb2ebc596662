package desk

import (
	"maps"
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// logoSize is the size in bytes up to which a picture in the text counts as the
// logo of a signature. A larger one may be what the mail is about.
const logoSize = 64 << 10

// meaning returns what the requester's mail says, if it is no more than thanks.
// A file, a mail that is passed on, or a subject of its own make it something
// else: somebody has to look at it.
func (h *handling) meaning(t ticket.Ticket) thanks.Meaning {
	m := h.msg
	large := func(a mailparse.Attachment) bool { return !a.Inline || len(a.Content) > logoSize }
	if m.Withheld || len(m.Forwarded) > 0 || m.Origin == mailparse.Foreign || slices.ContainsFunc(m.Attachments, large) || !h.sameMatter(t) {
		return thanks.Other
	}
	text := thanks.Text{New: m.Words(), Signature: m.Signature, Names: []string{t.Name, m.FromShown.Name, h.set.Name}, Subject: t.Subject}
	for _, a := range h.set.Agents {
		text.Names = append(text.Names, a.Name)
	}
	readers, err := h.readers(t.ID)
	if err != nil {
		return thanks.Other // the store's error shows where the mail is filed
	}
	for _, p := range readers {
		text.Names = append(text.Names, p.Name)
	}
	return thanks.Read(text)
}

// sameMatter reports whether the mail's subject is that of an answer: it has the
// ticket's tag or its subject, or there is none.
func (h *handling) sameMatter(t ticket.Ticket) bool {
	if slices.Contains(threading.FindTags(h.set.Name, h.msg.Subject, h.set.Former...), int64(t.ID)) {
		return true
	}
	subject := strings.ToLower(h.cleanSubject())
	return strings.Contains(strings.ToLower(t.Subject), subject)
}

// thanked files a mail that only says thanks: the ticket stays as it is, no clock
// starts, and nobody is disturbed. What its writer says that is of use (it works,
// it may be closed) while the ticket is still in work is not for this: see
// [handling.fromRequester].
func (h *handling) thanked(t, seat ticket.Ticket) error {
	if err := h.proveWriter(seat); err != nil {
		return err
	}
	if err := h.fileEntry(seat.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := h.tellOfLoop(seat); err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: seat.ID, Kind: ticket.EventThanked, Actor: h.actorName()}); err != nil {
		return err
	}
	if t.Assignee != "" && !h.silent {
		if err := h.tx.AddThanks(seat.ID, t.Assignee, h.mail.ID); err != nil {
			return err
		}
	}
	return h.finish(ticket.DispositionAppended, "thanks", seat.ID)
}

// maxThanks is how many thanks one notice shows; the next one shows more.
const maxThanks = 10

// thanksFor returns the thanks for tickets of an agent that no notice has shown
// yet, each with a link to open the ticket again.
func (c *change) thanksFor(p ticket.Participant) ([]notify.Thank, error) {
	a, is := c.set.AgentAt(p.Address)
	if !is {
		return nil, nil
	}
	taken, err := c.tx.TakeThanks(a.Name, maxThanks)
	if err != nil {
		return nil, err
	}
	var all []notify.Thank
	for _, id := range slices.Sorted(maps.Keys(taken)) {
		thank, err := c.thank(id, taken[id], p)
		if err != nil {
			return nil, err
		}
		all = append(all, thank)
	}
	return all, nil
}

func (c *change) thank(id ticket.ID, mail ticket.MailID, p ticket.Participant) (notify.Thank, error) {
	t, err := c.tx.Ticket(id)
	if err != nil {
		return notify.Thank{}, err
	}
	entries, err := c.tx.Correspondence(id)
	if err != nil {
		return notify.Thank{}, err
	}
	thank := notify.Thank{Report: notify.Report{Ticket: t}}
	for _, e := range entries {
		if e.Mail == mail {
			thank.Text, thank.Name = e.Text, firstOf(e.Name, e.Author)
		}
	}
	if t.Status != ticket.StatusResolved {
		return thank, nil
	}
	own, err := c.participant(id, ticket.RoleAgent, p.Address, p.Name)
	if err != nil {
		return notify.Thank{}, err
	}
	token := threading.Token{Ticket: int64(id), Participant: int64(own.ID), Role: string(ticket.RoleAgent), Kind: threading.Public, Round: int64(t.Round)}
	answer, signed, err := c.answerAddress(t, token)
	if err == nil && signed {
		thank.Reopen = []notify.Action{c.mailto(t, token, answer, "").Act("reopen", "#reopen\r\n")}
	}
	return thank, err
}
