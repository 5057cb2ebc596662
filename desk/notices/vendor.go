package notices

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// The conversation with a vendor is one of its own: neither the requester's subject nor
// their Message-IDs are in it.

// fillOutsider completes what somebody may read who is asked beside the correspondence:
// the number of the ticket, and what an agent wrote for them.
func fillOutsider(c *decision.Change, n *notify.Notice, t ticket.Ticket, p ticket.Participant) error {
	n.Ticket = ticket.Ticket{ID: t.ID, Subject: n.Subject, CreatedAt: c.Now}
	var err error
	if n.Language, err = languageFor(c, n.Text, p); err != nil {
		return err
	}
	if !n.Expected.IsZero() {
		n.Expected = n.Expected.In(n.Now.Location())
	}
	if c.Formatted.Page != "" && strings.TrimSpace(n.Text) == c.Formatted.Text {
		n.Formatted = c.Formatted.Page
	}
	return nil
}

// languageFor returns the language in which a vendor or an approver is written to: that of
// the agent's text, that of the last mail to them, or the desk's.
func languageFor(c *decision.Change, text string, p ticket.Participant) (string, error) {
	if written := mailparse.LanguageOf(text); written != "" && c.Set.Words.Writes(written) {
		return written, nil
	}
	parts, err := partsOf(c, p)
	if err != nil {
		return "", err
	}
	for _, part := range parts {
		before, err := c.Tx.LatestTo(part.ID, 1)
		if err != nil {
			return "", err
		}
		if len(before) > 0 {
			return before[0].Language, nil
		}
	}
	return c.Set.Language, nil
}

// latestOfVendor bounds the mails that one to a vendor names in its References.
const latestOfVendor = 10

// threadOfVendor returns what a mail to a vendor answers: their own mails, and ours to
// them, also those about tickets that are worked on in this one.
func threadOfVendor(c *decision.Change, p ticket.Participant) (inReplyTo string, references []string, err error) {
	type mail struct {
		id string
		at int64
	}
	parts, err := partsOf(c, p)
	if err != nil {
		return "", nil, err
	}
	var all []mail
	for _, part := range parts {
		ours, err := c.Tx.LatestTo(part.ID, latestOfVendor)
		if err != nil {
			return "", nil, err
		}
		for _, m := range ours {
			all = append(all, mail{m.MessageID, m.CreatedAt.UnixMicro()})
		}
		events, err := c.Tx.Events(part.Ticket, ticket.EventVendorAnswered)
		if err != nil {
			return "", nil, err
		}
		for _, e := range events[max(0, len(events)-latestOfVendor):] {
			if !settings.SameAddress(e.From, p.Address) {
				continue
			}
			m, err := c.Tx.Mail(e.Mail)
			if err != nil {
				return "", nil, err
			}
			if m.MessageID != "" {
				all = append(all, mail{m.MessageID, e.At.UnixMicro()})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mail) int { return int(a.at - b.at) })
	for _, m := range all[max(0, len(all)-2*latestOfVendor):] {
		references = append(references, m.id)
	}
	if len(references) == 0 {
		return "", nil, nil
	}
	return references[len(references)-1], references, nil
}

// partsOf returns the part of a vendor or an approver in a ticket, and theirs in the tickets
// that are worked on in it.
func partsOf(c *decision.Change, p ticket.Participant) ([]ticket.Participant, error) {
	parts := []ticket.Participant{p}
	merged, err := decision.MergedInto(c.Tx, p.Ticket)
	if err != nil {
		return nil, err
	}
	for _, t := range merged {
		people, err := c.Tx.Participants(t.ID)
		if err != nil {
			return nil, err
		}
		for _, other := range people {
			if other.Role == p.Role && settings.SameAddress(other.Address, p.Address) {
				parts = append(parts, other)
			}
		}
	}
	return parts, nil
}

// maxSubject bounds a subject that is made of a text, in characters.
const maxSubject = 70

// SubjectOf returns the subject of a question: what the agent wrote behind the address, or
// as much of it as a subject holds. It is empty where nothing stands there: the words of
// the requester's subject are not ours to pass on.
func SubjectOf(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) <= maxSubject {
		return string(words)
	}
	short := string(words[:maxSubject])
	if end := strings.LastIndexByte(short, ' '); end > 0 {
		short = short[:end]
	}
	return short + " …"
}
