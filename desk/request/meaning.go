package request

import (
	"slices"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// logoSize is the size in bytes up to which a picture in the text counts as the
// logo of a signature. A larger one may be what the mail is about.
const logoSize = 64 << 10

// Meaning returns what the requester's mail says, if it is no more than thanks.
// A file, a mail that is passed on, or a subject of its own make it something
// else: somebody has to look at it.
func Meaning(h *incoming.Handling, t ticket.Ticket) thanks.Meaning {
	m := h.Msg
	large := func(a mailparse.Attachment) bool { return !a.IsSignature() && (!a.Inline || len(a.Content) > logoSize) }
	if m.Withheld || m.Hidden != "" || len(m.Forwarded) > 0 || m.Origin == mailparse.Foreign || slices.ContainsFunc(m.Attachments, large) || !aboutIt(h, t) {
		return thanks.Other
	}
	text := thanks.Text{New: m.Words(), Signature: mailparse.WithoutDisclaimers(m.Signature), Names: []string{t.Name, m.FromShown.Name, h.Set.Name}, Subject: t.Subject}
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

// aboutIt reports whether the mail's subject is that of an answer: it has the
// ticket's tag or its subject, or there is none.
func aboutIt(h *incoming.Handling, t ticket.Ticket) bool {
	if slices.Contains(threading.FindTags(h.Set.Name, h.Msg.Subject, h.Set.Former...), int64(t.ID)) {
		return true
	}
	subject := strings.ToLower(h.CleanSubject())
	return strings.Contains(strings.ToLower(t.Subject), subject)
}

// SaysYes reports whether thanks may answer a question: the last answer to the requester
// asks them something, and "Great, thank you!" says more than "Thank you!". It is for the
// one who asked then.
func SaysYes(h *incoming.Handling, t ticket.Ticket) (bool, error) {
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
