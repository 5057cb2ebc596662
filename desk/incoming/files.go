package incoming

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"

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
func (h *Handling) Carry(bound int64, quoted bool) { h.carry(bound, quoted, h.FromAgent()) }

// CarryAnswer lets all files of an agent's answer go with it, over the bound: its writer wants it so.
func (h *Handling) CarryAnswer() { h.carry(math.MaxInt64, false, true) }

func (h *Handling) carry(bound int64, quoted, agents bool) {
	h.Files, h.Left = nil, nil
	total := int64(0)
	for i, a := range h.Msg.Attachments {
		if a.Quoted && !quoted || agents && StaysInside(h.Msg, a) {
			continue
		}
		if total += int64(len(a.Content)); total > bound {
			total -= int64(len(a.Content)) // a smaller one may still have room
			h.Left = append(h.Left, decision.LeftOut{Index: i, Name: a.Name, Size: len(a.Content)})
			continue
		}
		h.Files = append(h.Files, AsFile(a, h.Set.Hostname))
	}
}

// StaysInside reports whether an attachment of an agent's mail is for no reader of a ticket: the text
// as it came, in which the mail that it answers is quoted, the signature of the agent's mail, and the answer of the agent's calendar to
// an invitation, with their own address.
func StaysInside(m *mailparse.Message, a mailparse.Attachment) bool {
	return a.AsCame || a.IsSignature() || m.Acceptance != "" && a.IsCalendar()
}

// FromAgent reports whether the address in From is an agent's. It proves nothing.
func (h *Handling) FromAgent() bool {
	_, agent := h.Set.AgentAt(h.Msg.From.Address)
	return agent
}

// AsFile returns an attachment as it goes out again from a desk with this host name.
func AsFile(a mailparse.Attachment, host string) compose.Attachment {
	f := compose.Attachment{Name: a.Name, Type: a.Type, Content: a.Content, ContentID: pictureID(a, host)}
	if len(f.Content) >= worthEncoding {
		f = f.Encode()
	}
	return f
}

// pictureID returns the Content-ID of a picture within a text, made of its content: that
// of its sender is theirs. It is empty where the attachment is none, or of a kind that
// clients do not show.
func pictureID(a mailparse.Attachment, host string) string {
	switch a.Type {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		if a.Inline {
			sum := sha256.Sum256(a.Content)
			return hex.EncodeToString(sum[:12]) + "@" + host
		}
	}
	return ""
}

// Picture returns what stands in the HTML of the mail at hand for the picture with a
// Content-ID: the name by which its text marks the place, empty where no such picture
// came with it, and the Content-ID with which it goes out, empty where it does not.
func (h *Handling) Picture(contentID string) (name, id string) {
	for _, a := range h.Msg.Attachments {
		if a.ContentID == "" || !strings.EqualFold(a.ContentID, contentID) {
			continue
		}
		id := pictureID(a, h.Set.Hostname)
		if !slices.ContainsFunc(h.Files, func(f compose.Attachment) bool { return f.ContentID == id }) {
			id = ""
		}
		return a.Name, id
	}
	return "", ""
}
