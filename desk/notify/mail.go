package notify

import (
	"slices"
	"strconv"

	"maildesk/compose"
	"maildesk/threading"
	"maildesk/ticket"
)

// subject returns the subject of a mail in the one conversation that a ticket is:
// every client takes "Re: " off before it compares subjects. What tells an agent of
// a new ticket begins it, and answers nothing.
func (n Notice) subject(words string) string {
	if n.Ticket.ID == 0 {
		return "[" + n.Desk + "] " + words
	}
	subject := threading.Tag(n.Desk, int64(n.Ticket.ID)) + " " + threading.CleanSubject(n.Desk, words)
	if n.Template == TemplateNewTicket || n.Template == TemplateApproval || n.Template == TemplateQuestion && !n.Again {
		return subject
	}
	return "Re: " + subject
}

// Sender returns the name that the mail of a notice comes from. agent is the name
// by which requesters know the agent who wrote it, empty: they know the desk only.
func (n Notice) Sender(agent string) string {
	switch {
	case n.Template.Audience() != AudienceAgent && n.Auto() == compose.Human && agent != "":
		return agent + ", " + n.Desk
	case n.Template.Audience() == AudienceAgent && !n.Template.AnswersMail() && n.Template != TemplateUndeliverable && n.Actor != "" && n.Actor != n.Desk:
		return n.Actor + " (" + n.Desk + ")"
	}
	return n.Desk
}

// carries reports whether the files of the mail that caused a notice go with it.
func (n Notice) carries(to ticket.Role) bool {
	return n.Template.CarriesFiles() && !n.Unwritten(to)
}

// Show has the HTML show the pictures among files, where they go along.
func (n *Notice) Show(files []compose.Attachment, to ticket.Role) {
	if !n.carries(to) {
		return
	}
	for _, f := range files {
		if f.ContentID != "" {
			n.Pictures = append(n.Pictures, Picture{f.Name, f.ContentID})
		}
	}
}

// Mail returns the mail of a notice in these words. files are those of the mail
// that caused it: they go along where the template carries files and somebody
// wrote the mail. The Message-ID, the mail that it answers, date and sender are
// the caller's to add.
func (n Notice) Mail(words compose.Words, files []compose.Attachment) compose.Mail {
	m := compose.Mail{
		To:       compose.Address{Name: n.Recipient.Name, Address: n.Recipient.Address},
		Subject:  n.subject(words.Subject),
		Topic:    words.Subject,
		Auto:     n.Auto(),
		Language: n.Language,
		Words:    words,
	}
	if n.Ticket.ID != 0 {
		m.TicketTag = strconv.FormatInt(int64(n.Ticket.ID), 10)
	}
	if n.Bare || n.Recipient.Role == ticket.RoleParticipant && !n.Recipient.Proven {
		m.To.Name = "" // whoever wrote the mail chose it
	}
	if n.carries(n.Recipient.Role) {
		m.Attachments = slices.Clone(files)
	}
	return m
}
