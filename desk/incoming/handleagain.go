package incoming

import (
	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/ticket"
)

// Again returns what is needed to handle a mail once more that was filed before.
func Again(c *decision.Change, id ticket.MailID) (Handling, error) {
	mail, err := c.Tx.Mail(id)
	if err != nil {
		return Handling{}, err
	}
	raw, err := c.Tx.Raw(id)
	if err != nil {
		return Handling{}, err
	}
	again := Handling{Change: c, Mail: mail}
	again.Msg, again.Author = author.Parse(c.Set, mail, raw)
	again.Verdict.Message = again.Msg
	again.Carry(c.Set.FilesLimit(), true)
	return again, nil
}
