package incoming

import (
	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/mailparse"
)

// worthEncoding is the size from which on a file is encoded once for all who are
// told of the mail.
const worthEncoding = 64 << 10

// Carry sorts the files of the mail at hand: c.files go with what follows from
// it, h.left do not, since together they are over the bound. Pictures of quoted
// older mail count for neither, where quoted is false.
func (h *Handling) Carry(bound int64, quoted bool) {
	h.Files, h.Left = nil, nil
	total := int64(0)
	for i, a := range h.Msg.Attachments {
		if a.Quoted && !quoted {
			continue
		}
		if total += int64(len(a.Content)); total > bound {
			total -= int64(len(a.Content)) // a smaller one may still have room
			h.Left = append(h.Left, decision.LeftOut{Index: i, Name: a.Name, Size: len(a.Content)})
			continue
		}
		h.Files = append(h.Files, AsFile(a))
	}
}

// AsFile returns an attachment as it goes out again.
func AsFile(a mailparse.Attachment) compose.Attachment {
	f := compose.Attachment{Name: a.Name, Type: a.Type, Content: a.Content}
	if len(f.Content) >= worthEncoding {
		f = f.Encode()
	}
	return f
}
