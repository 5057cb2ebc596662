package copies

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Repeated ends the handling of a further copy of a mail. It has no effect but
// one: the queue of another address that it came to looks on.
func Repeated(h *incoming.Handling) error {
	first, err := h.Tx.Mail(h.Mail.DuplicateOf)
	if err != nil {
		return fmt.Errorf("first copy: %w", err)
	}
	if err := onlookOf(h, first); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionDuplicate, fmt.Sprintf("copy of mail %d", first.ID), first.Ticket)
}

// A list or a gateway on the way may write into a copy: a mark into the subject,
// a footer below the text. Such a copy has another fingerprint.
const copyWithin = time.Hour // of the first copy

// FindAltered returns the mail of which this one is an altered copy: of the same
// Message-ID and author, within the hour, with a text that begins alike and no
// file of its own. The
// Message-ID alone says nothing, as anybody can write it.
func FindAltered(h *incoming.Handling) (first ticket.Mail, found bool, err error) {
	if h.Msg.MessageID == "" || h.Msg.From.Address == "" {
		return first, false, nil
	}
	refs, err := h.Tx.FindMessageID(h.Msg.MessageID)
	if err != nil {
		return first, false, fmt.Errorf("look for copies: %w", err)
	}
	for _, ref := range refs {
		if ref.Own || ref.Mail == 0 {
			continue
		}
		first, err := h.Tx.Mail(ref.Mail)
		if err != nil {
			return first, false, fmt.Errorf("look for copies: %w", err)
		}
		if h.Mail.ReceivedAt.Sub(first.ReceivedAt).Abs() > copyWithin {
			continue
		}
		entries, err := h.Tx.Correspondence(ref.Ticket)
		if err != nil {
			return first, false, fmt.Errorf("look for copies: %w", err)
		}
		for _, e := range entries {
			if e.Mail != first.ID || !settings.SameAddress(e.Author, h.Msg.From.Address) || !incoming.BeginAlike(cmp.Or(e.Full, e.Text), h.Msg.Text) {
				continue
			}
			if other, err := BringsFiles(h, first.ID); err != nil || other {
				return first, false, err
			}
			return first, true, nil
		}
	}
	return first, false, nil
}

// BringsFiles reports whether the mail carries a file that an earlier one does not:
// scanners give all their mails the same words and the same Message-ID.
func BringsFiles(h *incoming.Handling, first ticket.MailID) (bool, error) {
	if len(h.Msg.Attachments) == 0 {
		return false, nil
	}
	raw, err := h.Tx.Raw(first)
	if err != nil {
		return false, decision.IgnoreNotFound(err)
	}
	earlier := mailparse.Parse(raw, mailparse.Envelope{}).Attachments
	return slices.ContainsFunc(h.Msg.Attachments, func(a mailparse.Attachment) bool {
		return !slices.ContainsFunc(earlier, func(b mailparse.Attachment) bool { return bytes.Equal(a.Content, b.Content) })
	}), nil
}

// File files an altered copy beside the first one, as what was added may
// matter, and tells nobody.
func File(h *incoming.Handling, first ticket.Mail) error {
	t, err := h.Tx.Ticket(first.Ticket)
	if errors.Is(err, ticket.ErrNotFound) {
		return h.Finish(ticket.DispositionDuplicate, fmt.Sprintf("altered copy of mail %d", first.ID), 0)
	}
	if err != nil {
		return fmt.Errorf("ticket of the first copy: %w", err)
	}
	if err := h.FileEntry(t.ID, ticket.EntryMachine); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventCopy, Actor: ticket.ActorDesk, OtherMail: first.ID}); err != nil {
		return err
	}
	if err := onlookOf(h, first); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "altered-copy", t.ID)
}
