package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// defaultMaxFiles bounds the files that go with one mail, in bytes, where the
// settings say nothing.
const defaultMaxFiles = 15 << 20

// worthEncoding is the size from which on a file is encoded once for all who are
// told of the mail.
const worthEncoding = 64 << 10

// leftOut is a file of a mail that does not go with notices about it.
type leftOut struct {
	index int // among the attachments of the mail
	name  string
	size  int
}

// carry sorts the files of the mail at hand: c.files go with what follows from
// it, h.left do not, since together they are over the bound. Pictures of quoted
// older mail count for neither, where quoted is false.
func (h *handling) carry(bound int64, quoted bool) {
	h.files, h.left = nil, nil
	total := int64(0)
	for i, a := range h.msg.Attachments {
		if a.Quoted && !quoted {
			continue
		}
		if total += int64(len(a.Content)); total > bound {
			total -= int64(len(a.Content)) // a smaller one may still have room
			h.left = append(h.left, leftOut{index: i, name: a.Name, size: len(a.Content)})
			continue
		}
		h.files = append(h.files, asFile(a))
	}
}

// asFile returns an attachment as it goes out again.
func asFile(a mailparse.Attachment) compose.Attachment {
	f := compose.Attachment{Name: a.Name, Type: a.Type, Content: a.Content}
	if len(f.Content) >= worthEncoding {
		f = f.Encode()
	}
	return f
}

// maxFiles returns the bound of the files that go with one mail, in bytes.
func (s *Settings) maxFiles() int64 {
	if s.MaxFiles == 0 {
		return defaultMaxFiles
	}
	return s.MaxFiles
}

// tooLarge names the files of an agent's answer when not all of them would go with
// it: an answer never goes without a file that its writer attached.
func (h *handling) tooLarge() []notify.Line {
	if len(h.left) == 0 {
		return nil
	}
	var lines []notify.Line
	for _, a := range h.msg.Attachments {
		if !a.Quoted {
			lines = append(lines, notify.Line{Command: a.Name, Message: ticket.Phrase{English: "%s", Args: []any{ticket.Bytes(len(a.Content))}}})
		}
	}
	return lines
}

// leftFiles returns the files that a notice about the mail at hand does not
// carry, with the numbers by which agents get them. The files of a ticket are
// counted through its correspondence, those of the first mail first.
func (c *change) leftFiles(t ticket.ID) ([]notify.File, error) {
	if len(c.left) == 0 {
		return nil, nil
	}
	mails, err := c.mailsOf(t)
	if err != nil {
		return nil, err
	}
	before := 0
	for _, m := range mails {
		if m == c.cause {
			break
		}
		all, err := c.attachmentsOf(m)
		if err != nil {
			return nil, err
		}
		before += len(all)
	}
	var files []notify.File
	for _, f := range c.left {
		files = append(files, notify.File{Number: before + f.index + 1, Name: f.name, Size: ticket.Bytes(f.size)})
	}
	return files, nil
}

// mailsOf returns the mails of a ticket's correspondence, each once, in order.
func (c *change) mailsOf(t ticket.ID) ([]ticket.MailID, error) {
	entries, err := c.tx.Correspondence(t)
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

// attachmentsOf returns the attachments of a mail in the journal; none where it
// was erased.
func (c *change) attachmentsOf(id ticket.MailID) ([]mailparse.Attachment, error) {
	m, err := c.tx.Mail(id)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	raw, err := c.tx.Raw(id)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	msg, _ := c.set.parse(m, raw)
	return msg.Attachments, nil
}

// stepFile asks for a file of the ticket by its number.
func stepFile(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(arg, "#"))
	if err != nil || n < 1 {
		return ticket.Phrase{}, ticket.Say("a number is needed, as in #file 2; the notice of a mail with large files has it")
	}
	o.files = append(o.files, n)
	return ticket.Say("sent to you"), nil
}

// findFiles finds the files that an agent asks for, and marks the commands that
// ask for one that there is not.
func (h *handling) findFiles(t ticket.ID, o *order) error {
	if len(o.files) == 0 {
		return nil
	}
	mails, err := h.mailsOf(t)
	if err != nil {
		return err
	}
	var found []compose.Attachment
	have := 0
	for _, m := range mails {
		all, err := h.attachmentsOf(m)
		if err != nil {
			return err
		}
		for i, a := range all {
			if slices.Contains(o.files, have+i+1) {
				found = append(found, asFile(a))
			}
		}
		have += len(all)
	}
	for i, line := range o.lines {
		number, isFile := strings.CutPrefix(line.Command, "#file ")
		if n, err := strconv.Atoi(strings.TrimPrefix(number, "#")); isFile && err == nil && n > have {
			o.lines[i] = notify.Line{Command: line.Command, Message: ticket.Say("the highest number of a file on this request is %d", have)}
			o.mistakes = true
		}
	}
	h.wanted = found
	return nil
}

// sendFiles sends an agent the files that they asked for, whatever their size.
func (h *handling) sendFiles(t ticket.Ticket, agent Agent) error {
	if len(h.wanted) == 0 {
		return nil
	}
	files, left := h.files, h.left
	h.files, h.left = h.wanted, nil
	err := h.answerAgent(t, agent, notify.Notice{Template: notify.TemplateFile})
	h.files, h.left = files, left
	return err
}
