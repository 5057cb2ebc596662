package desk

import (
	"slices"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notify"
	"maildesk/desk/request"
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
func meaning(h *incoming.Handling, t ticket.Ticket) thanks.Meaning {
	m := h.Msg
	large := func(a mailparse.Attachment) bool { return !a.Inline || len(a.Content) > logoSize }
	if m.Withheld || m.Hidden != "" || len(m.Forwarded) > 0 || m.Origin == mailparse.Foreign || slices.ContainsFunc(m.Attachments, large) || !sameMatter(h, t) {
		return thanks.Other
	}
	text := thanks.Text{New: m.Words(), Signature: m.Signature, Names: []string{t.Name, m.FromShown.Name, h.Set.Name}, Subject: t.Subject}
	for _, a := range h.Set.Agents {
		text.Names = append(text.Names, a.Name)
	}
	readers, err := h.Readers(t.ID)
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
func sameMatter(h *incoming.Handling, t ticket.Ticket) bool {
	if slices.Contains(threading.FindTags(h.Set.Name, h.Msg.Subject, h.Set.Former...), int64(t.ID)) {
		return true
	}
	subject := strings.ToLower(h.CleanSubject())
	return strings.Contains(strings.ToLower(t.Subject), subject)
}

// saysYes reports whether thanks may answer a question: the last answer to the requester
// asks them something, and "Great, thank you!" says more than "Thank you!". It is for the
// one who asked then.
func saysYes(h *incoming.Handling, t ticket.Ticket) (bool, error) {
	if thanks.IsBare(h.Msg.Words()) {
		return false, nil
	}
	entries, err := h.Tx.LatestEntries(t.ID, incoming.LatestEntries)
	for _, e := range entries { // the latest first
		if e.Kind == ticket.EntryReply {
			return strings.ContainsAny(e.Text, "?？؟"), err
		}
	}
	return false, err
}

// thanked files a mail that only says thanks: the ticket stays as it is, no clock
// starts, and nobody is disturbed. What its writer says that is of use (it works,
// it may be closed) while the ticket is still in work is not for this: see
// [handling.fromRequester].
func thanked(h *incoming.Handling, t, seat ticket.Ticket) error {
	if err := h.ProveWriter(seat); err != nil {
		return err
	}
	if err := h.FileEntry(seat.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := loop.WarnAgents(h, seat); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: seat.ID, Kind: ticket.EventThanked, Actor: h.ActorName()}); err != nil {
		return err
	}
	if err := request.EndPlans(h, &t); err != nil {
		return err
	}
	if len(h.Plans) > 0 { // who had planned something for their silence is disturbed
		if err := h.Save(&t); err != nil {
			return err
		}
		if err := request.TellOfMessage(h, t, notify.TemplateMessage, true); err != nil {
			return err
		}
	} else if t.Assignee != "" && !h.Silent {
		if err := h.Tx.AddThanks(seat.ID, t.Assignee, h.Mail.ID); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, "thanks", seat.ID)
}
