package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// Mails that a rule calls one thread, by the value of an expression, are kept in
// one ticket as long as it is open: the alarms of one host and service.

// threadID returns the name under which the tickets of a thread are kept among the
// Message-IDs. It has no angle brackets, so that no mail can name it.
func threadID(value string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(singleBlanks(value))))
	return "thread:" + hex.EncodeToString(sum[:16])
}

// folded returns the open ticket of the thread that a new mail belongs to. The
// latest one counts.
func (h *handling) folded(decision routing.Decision) (ticket.Ticket, bool, error) {
	if decision.Thread == "" || h.silent {
		return ticket.Ticket{}, false, nil
	}
	refs, err := h.tx.FindMessageID(threadID(decision.Thread))
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	for _, ref := range slices.Backward(refs) {
		t, err := h.tx.Ticket(ref.Ticket)
		if err != nil {
			return ticket.Ticket{}, false, fmt.Errorf("ticket of the thread: %w", err)
		}
		if t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed {
			return t, true, nil
		}
	}
	return ticket.Ticket{}, false, nil
}

// endsNothing reports whether a machine says that a matter is over of which there is
// no open ticket: nobody has to do anything.
func (h *handling) endsNothing(decision routing.Decision) bool {
	return decision.Resolves && decision.Thread != "" && h.msg.Class != mailparse.Person
}

// bindThread keeps which thread a new ticket begins.
func (h *handling) bindThread(t ticket.Ticket, decision routing.Decision) error {
	if decision.Thread == "" || h.silent {
		return nil
	}
	return h.tx.AddMessageRef(ticket.MessageRef{MessageID: threadID(decision.Thread), Ticket: t.ID, Mail: h.mail.ID})
}

// foldInto files a mail into the open ticket of its thread. Agents read it; where
// the rule says that it ends the matter, the ticket closes.
func (h *handling) foldInto(t ticket.Ticket, decision routing.Decision) error {
	if err := h.judge(0); err != nil {
		return err
	}
	h.read = h.msg.Whole()
	kind := ticket.EntryMessage
	if h.msg.Class != mailparse.Person {
		kind = ticket.EntryMachine
	}
	if err := h.fileEntry(t.ID, kind); err != nil {
		return err
	}
	if decision.Resolves {
		if err := h.move(&t, ticket.StatusResolved, ticket.ActorDesk); err != nil {
			return err
		}
		t.WakeAt = h.now // it closes as soon as whoever is to be told was
		if err := h.informReaders(&t, notify.TemplateClosing, ""); err != nil {
			return err
		}
	}
	if err := h.save(&t); err != nil {
		return err
	}
	if err := h.tellOfMessage(t, notify.TemplateMessage, false); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, "rule "+strings.Join(decision.Rules, ", "), t.ID)
}
