package incoming

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/threading"
	"maildesk/ticket"
)

// followsNamed reports whether a Message-ID of which only is known that mails of a ticket name it leads there. The mail
// that has it itself comes after its answers: one with another subject is another matter, which somebody's References
// must not swallow. A mail that is handled again goes where it went, though more ids are kept today.
func (h *Handling) followsNamed(id string, of ticket.ID) (bool, error) {
	switch {
	case h.Mail.Trusted, slices.Contains(h.Msg.EventIDs, id):
		return true, nil
	case h.Was != nil:
		return h.wentTo(of)
	case id == h.Msg.MessageID:
		return h.hasSubjectOf(of)
	}
	return true, nil
}

// wentTo reports whether the evidence of a mail that is handled again led to a ticket before, or to one that is worked on
// in the same, and was neither a tag nor an event.
func (h *Handling) wentTo(of ticket.ID) (bool, error) {
	if h.Was.Ticket == 0 || h.Was.Reason == string(threading.SubjectTag) || h.Was.Reason == string(threading.SameEvent) {
		return false, nil
	}
	there, err := h.workedOn(h.Was.Ticket)
	if err != nil {
		return false, err
	}
	here, err := h.workedOn(of)
	return here == there, err
}

// workedOn returns the ticket in which another one is worked on, that one itself where there is none.
func (h *Handling) workedOn(id ticket.ID) (ticket.ID, error) {
	t, err := h.Tx.Ticket(id)
	if err == nil {
		t, err = decision.WorkedOn(h.Tx, t)
	}
	if err != nil {
		return id, decision.IgnoreNotFound(err)
	}
	return t.ID, nil
}

// hasSubjectOf reports whether the mail has a subject under which somebody wrote to a ticket.
func (h *Handling) hasSubjectOf(of ticket.ID) (bool, error) {
	entries, err := h.Tx.LatestEntries(of, LatestEntries)
	if err != nil {
		return false, err
	}
	subject := h.CleanSubject()
	return slices.ContainsFunc(entries, func(e ticket.Entry) bool {
		return e.Mail != 0 && strings.EqualFold(subject, threading.CleanSubject(h.Set.Name, e.Subject, h.Set.Former...))
	}), nil
}
