package mailparse

import (
	"regexp"
	"strings"
	"time"

	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
	"maildesk/mailparse/subject"
)

// setReply sets apart what the author newly wrote, piece by piece of the body.
func (m *Message) setReply(b *body) {
	purpose := m.purpose()
	before := len(m.Forwarded)
	var reply, signature, quoted, hidden []string
	add := func(list *[]string, text string) {
		if strings.TrimSpace(text) != "" {
			*list = append(*list, text)
		}
	}
	var origins []Origin
	_, offset := m.Date.Zone()
	here := time.FixedZone("", offset) // not that of this machine
	for i := range b.pieces {
		parts := b.pieces[i].takeApart(purpose, b.room)
		if strings.TrimSpace(parts.Written) != "" {
			reply, origins = append(reply, parts.Written), append(origins, parts.Origin)
		}
		add(&signature, parts.Signature)
		add(&quoted, parts.Quoted)
		add(&hidden, parts.Hidden)
		for _, f := range parts.Forwarded {
			m.Forwarded = append(m.Forwarded, shownMail(f, here))
		}
	}
	events := b.invitations()
	m.Acceptance, m.Remark = b.answered(events)
	m.Declines = b.declines()
	reply = append(reply, events...)
	m.Reply, m.Signature, m.Quoted = strings.Join(reply, "\n\n"), strings.Join(signature, "\n\n"), strings.Join(quoted, "\n\n")
	m.Hidden = strings.Join(hidden, "\n")
	m.Origin = m.origin(m.Reply, origins, purpose)
	if m.Reply == "" && len(m.Forwarded) > before {
		m.Reply = m.Forwarded[before].Text // nothing but somebody else's mail: then that is the matter
	}
	if m.Reply == "" && m.Quoted == "" {
		m.Signed = m.Signature != ""
		m.Reply, m.Signature = m.Text, "" // there is nothing that it could be set apart from
	}
	m.findQuotedPictures()
	if len(m.Forwarded) > quote.MaxForwarded {
		m.Forwarded = m.Forwarded[:quote.MaxForwarded]
	}
}

// norseFrom is the first field above a mail that is passed on in Danish or
// Norwegian.
var norseFrom = regexp.MustCompile(`(?im)^[>*\s]*fra[*\s]*:`)

// purpose reads the header. Outlook writes In-Reply-To in answers and in what it
// passes on, so the subject decides first.
func (m *Message) purpose() quote.Purpose {
	if subject.IsForward(m.Subject) || subject.MayPassOn(m.Subject) && norseFrom.MatchString(m.Text) {
		return quote.PassOn
	}
	if len(m.InReplyTo) > 0 || len(m.References) > 0 || subject.IsReply(m.Subject) {
		return quote.Answer
	}
	return quote.Unknown
}

// takeApart takes one piece apart. There is some room left for the lines of its
// HTML.
func (p *piece) takeApart(why quote.Purpose, left *room.Room) quote.Parts {
	switch {
	case strings.TrimSpace(p.plain) == "":
		return quote.Page(p.htmlLines(left), why)
	case p.html == "":
		return quote.Plain(p.plain, why)
	}
	parts := quote.Both(p.plain, p.bare, why)
	parts.Written = p.withMarksLeft(parts.Written)
	return parts
}

// findQuotedPictures finds the pictures whose marks stand in older mail only.
func (m *Message) findQuotedPictures() {
	for i := range m.Attachments {
		if a := &m.Attachments[i]; a.Inline {
			mark := "[" + a.Name + "]"
			a.Quoted = strings.Contains(m.Quoted, mark) && !strings.Contains(m.Reply, mark)
		}
	}
}

// Words returns the Reply without the marks of pictures.
func (m *Message) Words() string {
	text := m.Reply
	for _, a := range m.Attachments {
		if a.Inline {
			text = strings.ReplaceAll(text, "["+a.Name+"]", "")
		}
	}
	return strings.TrimSpace(text)
}
