package notices

import (
	"slices"

	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// leftFiles returns the files that a notice about the mail at hand does not
// carry, with the numbers by which agents get them. The files of a ticket are
// counted through its correspondence, those of the first mail first.
func leftFiles(c *decision.Change, t ticket.ID) ([]notify.File, error) {
	if len(c.Left) == 0 {
		return nil, nil
	}
	mails, err := MailsOf(c, t)
	if err != nil {
		return nil, err
	}
	before := 0
	for _, m := range mails {
		if m == c.Cause {
			break
		}
		all, err := AttachmentsOf(c, m)
		if err != nil {
			return nil, err
		}
		before += len(all)
	}
	var files []notify.File
	for _, f := range c.Left {
		files = append(files, notify.File{Number: before + f.Index + 1, Name: f.Name, Size: ticket.Bytes(f.Size)})
	}
	return files, nil
}

// MailsOf returns the mails of a ticket's correspondence, each once, in order.
func MailsOf(c *decision.Change, t ticket.ID) ([]ticket.MailID, error) {
	entries, err := c.Tx.Correspondence(t)
	if err != nil {
		return nil, err
	}
	var mails []ticket.MailID
	for _, e := range entries {
		if e.Mail != 0 && !slices.Contains(mails, e.Mail) {
			mails = append(mails, e.Mail)
		}
	}
	return mails, nil
}

// AttachmentsOf returns the attachments of a mail in the journal; none where it
// was erased.
func AttachmentsOf(c *decision.Change, id ticket.MailID) ([]mailparse.Attachment, error) {
	m, err := c.Tx.Mail(id)
	if err != nil {
		return nil, decision.IgnoreNotFound(err)
	}
	raw, err := c.Tx.Raw(id)
	if err != nil {
		return nil, decision.IgnoreNotFound(err)
	}
	msg, _ := author.Parse(c.Set, m, raw)
	return msg.Attachments, nil
}
