package join

import (
	"fmt"
	"slices"

	"maildesk/desk/decision"
	"maildesk/search/attached"
	"maildesk/ticket"
)

// moveEntries files mails of one ticket on another one, too, where answers to them go
// from now on. What was stays written on the old one. It returns the words of the first.
func moveEntries(c *decision.Change, from, to ticket.ID, mails []ticket.MailID) (words string, err error) {
	entries, err := c.Tx.Correspondence(from)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Mail == 0 || !slices.Contains(mails, e.Mail) {
			continue
		}
		if e.Mail == mails[0] {
			words, e.Kind = e.Text, ticket.EntryMessage
		}
		e.ID, e.Ticket = 0, to
		if e.Files, err = attached.OfEntry(c.Tx, e); err != nil {
			return "", err
		}
		if _, err := c.Tx.AddEntry(e); err != nil {
			return "", fmt.Errorf("file mail %d: %w", e.Mail, err)
		}
		m, err := c.Tx.Mail(e.Mail)
		if err != nil {
			return "", err
		}
		if m.MessageID == "" {
			continue
		}
		if err := c.Tx.AddMessageRef(ticket.MessageRef{MessageID: m.MessageID, Ticket: to, Mail: m.ID}); err != nil {
			return "", err
		}
	}
	return words, nil
}
