package notify

import (
	"slices"
	"strconv"

	"maildesk/compose"
	"maildesk/threading"
	"maildesk/ticket"
)

// replySubject returns a subject of the one conversation that a ticket is: every
// client takes "Re: " off before it compares subjects.
func replySubject(desk, tag, subject string) string {
	return "Re: " + tag + " " + threading.CleanSubject(desk, subject)
}

// Sender returns the name that the mail of a notice comes from. agent is the name
// by which requesters know the agent who wrote it, empty: they know the desk only.
func (n Notice) Sender(agent string) string {
	switch {
	case n.Template.Audience() == AudienceRequester && n.Auto() == compose.Human && agent != "":
		return agent + ", " + n.Desk
	case n.Template.Audience() == AudienceAgent && !n.Template.AnswersMail() && n.Actor != "" && n.Actor != n.Desk:
		return n.Actor + " (" + n.Desk + ")"
	}
	return n.Desk
}

// Mail returns the mail of a notice in these words. files are those of the mail
// that caused it: they go along where the template carries files and somebody
// wrote the mail. The Message-ID, the mail that it answers, date and sender are
// the caller's to add.
func (n Notice) Mail(words compose.Words, files []compose.Attachment) compose.Mail {
	m := compose.Mail{
		To:        compose.Address{Name: n.Recipient.Name, Address: n.Recipient.Address},
		Subject:   replySubject(n.Desk, threading.Tag(n.Desk, int64(n.Ticket.ID)), words.Subject),
		Topic:     words.Subject,
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
