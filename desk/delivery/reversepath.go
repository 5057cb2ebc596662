package delivery

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/threading"
	"maildesk/ticket"
)

// signReversePath makes the reverse-path of a mail that is about to be sent one
// of its ticket and reader, so that a report leads back to it and greylists know
// the pair of sender and recipient. A base that has no room, or takes no plus
// addresses, stays as it is; the report then leads back by the Message-ID.
func (d *Outgoing) signReversePath(m *ticket.OutboxMail) {
	if m.ReversePath == "" {
		return
	}
	if _, _, signed := d.Keys.ParseReplyAddress(m.ReversePath); signed {
		return
	}
	if a, ok := d.Settings().AddressFor(m.ReversePath); ok && a.NoPlus {
		return
	}
	if path, err := d.Keys.BounceAddress(m.ReversePath, int64(m.Ticket), int64(m.Participant)); err == nil {
		m.ReversePath = path
	}
}

// sentFrom finds the mail that a report is about which came to one of our
// reverse-paths; ours is false when the path is none. The row is empty where
// there is none any more.
func sentFrom(h *incoming.Handling, path string) (m ticket.OutboxMail, ours bool, err error) {
	s, ours := h.Keys().ParseBounceAddress(path)
	switch {
	case !ours:
		return ticket.OutboxMail{}, false, nil
	case s.Mail != 0:
		m, err := h.Tx.OutboxMail(ticket.OutboxID(s.Mail))
		return m, true, decision.IgnoreNotFound(err)
	}
	mails, err := h.Tx.OutboxOf(ticket.ID(s.Ticket))
	return reportedOf(mails, s, h.Msg.ReportedMessageID, h.Now), true, err
}

// reportedOf returns the mail of a ticket that a report to a reverse-path is
// about: of those to the participant the one whose Message-ID the report names,
// or else the last that was handed over, or, where none was, the last.
func reportedOf(mails []ticket.OutboxMail, s threading.Sent, messageID string, now time.Time) (m ticket.OutboxMail) {
	to := slices.DeleteFunc(slices.Clone(mails), func(m ticket.OutboxMail) bool {
		return int64(m.Participant) != s.Participant || m.ReversePath == ""
	})
	if i := slices.IndexFunc(to, func(m ticket.OutboxMail) bool { return messageID != "" && strings.EqualFold(m.MessageID, messageID) }); i >= 0 {
		return to[i]
	}
	for _, candidate := range to {
		if m.ID == 0 || handedOver(candidate, now) || !handedOver(m, now) {
			m = candidate
		}
	}
	return m
}

// handedOver reports whether a mail had been tried to its end by a time.
func handedOver(m ticket.OutboxMail, by time.Time) bool {
	return (m.State == ticket.OutboxSent || m.State == ticket.OutboxFailed) && !m.DoneAt.After(by)
}
