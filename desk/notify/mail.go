package notify

import (
	"slices"
	"strconv"

	"maildesk/compose"
	"maildesk/threading"
	"maildesk/ticket"
)

// Mail returns the mail of a notice in these words. files are those of the mail
// that caused it: they go along where the template carries files and somebody
// wrote the mail. The Message-ID, the mail that it answers, date and sender are
// the caller's to add.
func (n Notice) Mail(words compose.Words, files []compose.Attachment) compose.Mail {
	m := compose.Mail{
		To:        compose.Address{Name: n.Recipient.Name, Address: n.Recipient.Address},
		Subject:   threading.Tag(n.Desk, int64(n.Ticket.ID)) + " " + words.Subject,
		Auto:      n.Auto(),
		Language:  n.Language,
		TicketTag: strconv.FormatInt(int64(n.Ticket.ID), 10),
		Words:     words,
	}
	if n.Bare || n.Recipient.Role == ticket.RoleParticipant && !n.Recipient.Proven {
		m.To.Name = "" // whoever wrote the mail chose it
	}
	if n.Template.CarriesFiles() && !n.Unwritten(n.Recipient.Role) {
		m.Attachments = slices.Clone(files)
	}
	return m
}
