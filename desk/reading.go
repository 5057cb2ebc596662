package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// What an agent reads of a mail. In the mail that opens a ticket everything is
// content: what it forwards or quotes is what its author asks about. In a later
// one that is what its author newly wrote; older mail is cut where it is ours or
// known, and stands below where it is not.

// newText returns the text of the mail for people to read: as read for the
// ticket, else what the author newly wrote. A mail that only forwards or quotes
// is shown whole, so that no entry is empty that need not be.
func (h *handling) newText() string {
	if text := cmp.Or(h.read, h.msg.Reply); strings.TrimSpace(text) != "" {
		return text
	}
	if whole := h.fetched().Whole; whole > 0 {
		return fmt.Sprintf("(This mail has %d KiB, more than the desk takes. Only its header was fetched; the mail itself is still in the mailbox.)", whole>>10)
	}
	if h.msg.Withheld {
		return "(The content of this mail was withheld: " + strings.Join(h.msg.Problems, "; ") + ". The mail itself is kept.)"
	}
	return h.msg.Text
}

// readOpening reads the mail as the one that opens a ticket. One that answers a
// mail about an older ticket is read as a later one.
func (h *handling) readOpening(follows ticket.ID) error {
	if follows != 0 {
		return h.readLater(follows)
	}
	h.read = cmp.Or(h.behalf.whole, h.msg.Whole())
	return nil
}

// dropQuotedPictures takes the pictures of quoted older mail out of the files that
// go on: who wrote that mail has them.
func (h *handling) dropQuotedPictures() {
	if slices.ContainsFunc(h.msg.Attachments, func(a mailparse.Attachment) bool { return a.Quoted }) {
		h.carry(h.set.maxFiles(), false)
	}
}

// These bound the mails that a quote is compared with: answers quote the latest.
const (
	latestSent    = 3 // to its writer, and to the requester
	latestEntries = 8
)

// readLater reads the mail as one more on a ticket.
func (h *handling) readLater(of ticket.ID) error {
	answers, older, lines := h.msg.Beyond(nil)
	if answers == "" && older == "" {
		return nil // it quotes nothing
	}
	err := h.eachKnown(of, func(known []string) (enough bool) {
		answers, older, lines = h.msg.Beyond(known)
		return answers == "" && older == ""
	})
	if err != nil {
		return err
	}
	parts := []string{h.msg.Reply, answers}
	if older != "" {
		parts = append(parts, olderMail(h.msg.Language, lines)+"\n"+older)
	}
	h.read = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), "\n\n")
	return nil
}

// eachKnown calls enough with the latest texts of a ticket, with more of them each
// time, until it returns true: the mails that its requester and the writer of the
// mail were sent, the latest first, and then what was filed. Most answers quote the
// last mail.
func (h *handling) eachKnown(of ticket.ID, enough func(known []string) bool) error {
	people, err := h.tx.Participants(of)
	if err != nil {
		return err
	}
	var known []string
	for _, p := range people {
		if p.Role != ticket.RoleRequester && !sameAddress(p.Address, h.msg.From.Address) {
			continue
		}
		sent, err := h.tx.LatestSent(p.ID, latestSent)
		if err != nil {
			return err
		}
		for _, raw := range sent {
			if known = append(known, mailparse.Readings(raw)...); enough(known) {
				return nil
			}
		}
	}
	entries, err := h.tx.LatestEntries(of, latestEntries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Kind != ticket.EntryNote {
			known = append(known, cmp.Or(e.Full, e.Text))
		}
	}
	enough(known)
	return nil
}

// olderMail is the line above older mail, in the language of the mail that it
// stands in.
func olderMail(language string, lines int) string {
	form := "[Earlier mail, %d lines:]"
	switch language {
	case "de":
		form = "[Frühere E-Mail, %d Zeilen:]"
	case "fr":
		form = "[Message précédent, %d lignes :]"
	case "es":
		form = "[Correo anterior, %d líneas:]"
	}
	return fmt.Sprintf(form, lines)
}
