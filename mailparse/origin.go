package mailparse

import (
	"path"
	"slices"
	"strings"

	"maildesk/mailparse/quote"
)

// Origin says whose words a Reply is, as far as the marks around it tell.
// Commands are read from what is surely the author's own only.
type Origin = quote.Origin

// The origins, the surest first.
const (
	Own     = quote.Own     // the author's, or nobody's: there is no text
	Unclear = quote.Unclear // older mail that nothing marks may stand in it
	Foreign = quote.Foreign // the mail only passes on or quotes what somebody else wrote
)

// origin reports whose words the reply is that was put together from pieces of
// these origins, before it was replaced for being empty.
func (m *Message) origin(reply string, pieces []Origin, why quote.Purpose) Origin {
	o := Own
	for i, p := range pieces {
		if i == 0 || p == o {
			o = p
		} else {
			o = Unclear // the author's words and others'
		}
	}
	switch {
	case strings.TrimSpace(reply) == "" && m.passesOn():
		return Foreign
	case why == quote.PassOn && (o == Unclear || m.Quoted == "" && len(m.Forwarded) == 0 && !m.passesOn()):
		return Foreign // by a program whose marks are not known
	}
	return o
}

// passesOn reports whether a mail is passed on, within the text or attached.
func (m *Message) passesOn() bool {
	return len(m.Forwarded) > 0 || slices.ContainsFunc(m.Attachments, func(a Attachment) bool {
		switch strings.ToLower(path.Ext(a.Name)) {
		case ".eml", ".msg":
			return true
		}
		return a.Type == "message/rfc822" || a.Type == "message/global" || a.Type == "application/vnd.ms-outlook"
	})
}
