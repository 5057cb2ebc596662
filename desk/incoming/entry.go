package incoming

import (
	"fmt"
	"slices"

	"maildesk/search/attached"
	"maildesk/threading"
	"maildesk/ticket"
)

// FileEntry puts the mail into the correspondence of a ticket.
func (h *Handling) FileEntry(t ticket.ID, kind ticket.EntryKind) error {
	return h.FileText(t, kind, h.NewText())
}

// FileText is FileEntry with another text in place of what the author wrote.
func (h *Handling) FileText(t ticket.ID, kind ticket.EntryKind, text string) error {
	if _, err := h.Tx.AddEntry(h.Entry(t, kind, text)); err != nil {
		return fmt.Errorf("file mail: %w", err)
	}
	return h.bindIDs(t)
}

// Entry returns the entry for a text of the mail.
func (h *Handling) Entry(t ticket.ID, kind ticket.EntryKind, text string) ticket.Entry {
	address, name := h.Requester()
	e := ticket.Entry{
		Ticket: t, Mail: h.Mail.ID, Kind: kind,
		Author: address, Name: name, Subject: h.Msg.Subject,
		Text: text, At: h.Now, Files: attached.Text(h.Msg),
	}
	if h.Msg.Text != e.Text {
		e.Full = h.Msg.Text
	}
	return e
}

// bindAnswered keeps for a ticket which mails the one at hand answers, where others got it as well, and it
// opens the ticket or came to it by such a mail: those may be under way to the desk.
func (h *Handling) bindAnswered(t ticket.ID) error {
	if match := h.Verdict.Match; match.Ticket != 0 && match.Reason != threading.ForeignID || len(h.Msg.InReplyTo) > 1 || len(h.Set.PeopleIn(slices.Concat(h.Msg.To, h.Msg.Cc))) == 0 {
		return nil
	}
	named := slices.Concat(h.Msg.References, h.Msg.InReplyTo)
	return h.bindUnknown(t, named[max(0, len(named)-maxAnswered):])
}

// bindUnknown keeps those of some Message-IDs for a ticket that are of no mail that is known.
func (h *Handling) bindUnknown(t ticket.ID, named []string) error {
	for i, id := range named {
		if slices.Contains(named[:i], id) {
			continue
		}
		known, err := h.Tx.FindMessageID(id)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			continue
		}
		if err := h.Tx.AddMessageRef(ticket.MessageRef{MessageID: id, Ticket: t}); err != nil {
			return err
		}
	}
	return nil
}

// maxAnswered bounds the ids that are kept of one mail of the mails that it answers, the latest of them.
const maxAnswered = 10

// maxNamed bounds the ids that are kept of one mail of an archive.
const maxNamed = 50

// bindIDs keeps the mail's Message-ID for its ticket, and those of the events that it
// carries: calendars name no mail in what they write about an event again. In a trusted archive it
// keeps those that the mail names, too, as refs of no mail: they may come
// later, or never, and still show which mails belong together.
func (h *Handling) bindIDs(t ticket.ID) error {
	if h.Msg.MessageID != "" {
		if err := h.Tx.AddMessageRef(ticket.MessageRef{MessageID: h.Msg.MessageID, Ticket: t, Mail: h.Mail.ID}); err != nil {
			return err
		}
	}
	for _, id := range h.Msg.EventIDs {
		if err := h.Tx.AddMessageRef(ticket.MessageRef{MessageID: id, Ticket: t}); err != nil {
			return err
		}
	}
	if !h.Mail.Trusted {
		return h.bindAnswered(t)
	}
	named := slices.Concat(h.Msg.InReplyTo, h.Msg.References)
	return h.bindUnknown(t, named[:min(len(named), maxNamed)])
}
