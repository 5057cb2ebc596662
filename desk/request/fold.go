package request

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
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
	sum := sha256.Sum256([]byte(strings.ToLower(incoming.SingleBlanks(value))))
	return "thread:" + hex.EncodeToString(sum[:16])
}

// folded returns the open ticket of the thread that a new mail belongs to. The
// latest one counts.
func folded(h *incoming.Handling, decision routing.Decision) (ticket.Ticket, bool, error) {
	if decision.Thread == "" || h.Silent {
		return ticket.Ticket{}, false, nil
	}
	refs, err := h.Tx.FindMessageID(threadID(decision.Thread))
	if err != nil {
		return ticket.Ticket{}, false, err
	}
	for _, ref := range slices.Backward(refs) {
		t, err := h.Tx.Ticket(ref.Ticket)
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
func endsNothing(h *incoming.Handling, decision routing.Decision) bool {
	return decision.Resolves && decision.Thread != "" && h.Msg.Class != mailparse.Person
}

// bindThread keeps which thread a new ticket begins.
func bindThread(h *incoming.Handling, t ticket.Ticket, decision routing.Decision) error {
	if decision.Thread == "" || h.Silent {
		return nil
	}
	return h.Tx.AddMessageRef(ticket.MessageRef{MessageID: threadID(decision.Thread), Ticket: t.ID, Mail: h.Mail.ID})
}

// foldInto files a mail into the open ticket of its thread. Agents read it; where
// the rule says that it ends the matter, the ticket closes.
func foldInto(h *incoming.Handling, t ticket.Ticket, decision routing.Decision) error {
	if err := h.Judge(0); err != nil {
		return err
	}
	h.Read = h.Msg.Whole()
	kind := ticket.EntryMessage
	if h.Msg.Class != mailparse.Person {
		kind = ticket.EntryMachine
	}
	if err := h.FileEntry(t.ID, kind); err != nil {
		return err
	}
	if decision.Resolves {
		moved, err := h.Moves(&t, ticket.StatusResolved, ticket.ActorDesk)
		if err != nil {
			return err
		}
		if moved {
			t.WakeAt = h.Now // it closes as soon as whoever is to be told was
			if err := notices.InformReaders(h.Change, &t, notify.TemplateClosing, ""); err != nil {
				return err
			}
		}
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := TellOfMessage(h, t, notify.TemplateMessage, false); err != nil {
		return err
	}
	if err := tellUndone(h, t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "rule "+strings.Join(decision.Rules, ", "), t.ID)
}
