package incoming

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"maildesk/threading"
	"maildesk/ticket"
)

// Reasons by which only an imported mail finds its ticket.
const (
	byMark  threading.Reason = "old-tag"      // the mark of the desk of those days
	byAlike threading.Reason = "same-subject" // an answer with the sender and subject of a ticket, soon after its last mail
)

// Imported returns what an import knows of the mail, nil: it did not come so.
func (h *Handling) Imported() *ticket.Imported { return h.Mail.Envelope.Imported }

// ReadImported completes the envelope of a mail that comes from the journal. What
// follows from an imported mail is dated by it.
func (h *Handling) ReadImported() error {
	env := &h.Mail.Envelope
	if env.Source != ticket.SourceImport {
		return nil
	}
	if env.Imported == nil {
		i, err := h.Tx.Imported(h.Mail.ID)
		if errors.Is(err, ticket.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("what is known of the imported mail: %w", err)
		}
		env.Imported = &i
	}
	h.Now = env.Imported.At
	return nil
}

// FromUs reports whether an imported mail was written at one of the desk's own
// addresses: what lies in the folder of sent mails. Of agents' addresses a trusted
// archive is believed.
func (h *Handling) FromUs() bool {
	if h.Imported() == nil {
		return false
	}
	if _, ours := h.Set.AddressFor(h.Msg.From.Address); ours {
		return true
	}
	return h.FromAgent() && h.Mail.Trusted
}

// resolveImported finds the ticket of an old mail by what only an import has.
func (h *Handling) resolveImported() error {
	i := h.Imported()
	if i == nil || h.Verdict.Match.Ticket != 0 {
		return nil
	}
	id, err := h.Tx.TicketMarked(i.Mark)
	if err != nil {
		return fmt.Errorf("ticket of the mark %q: %w", i.Mark, err)
	}
	reason := byMark
	if id == 0 && h.Mail.Trusted {
		reason = byAlike
		if id, err = h.sameSubject(); err != nil {
			return fmt.Errorf("tickets with the same sender and subject: %w", err)
		}
	}
	if id != 0 {
		h.Verdict.Match = threading.Match{Ticket: int64(id), Reason: reason}
	}
	return nil
}

const (
	alikeWithin = 14 * 24 * time.Hour // of the last mail of a ticket
	alikeLook   = 50                  // tickets of one person that are looked at
)

// IsAnswer reports whether a subject begins as that of an answer (Re:, AW: …) to a
// mail that had one.
func IsAnswer(subject string) bool {
	clean := threading.CleanSubject("", subject)
	return clean != "" && len(clean) < len(strings.Join(strings.Fields(subject), " "))
}

// sameSubject finds the ticket of an answer that names no mail: of the same person, the
// author or, of our own mail, a reader, with the same subject, touched not long before
// or after.
func (h *Handling) sameSubject() (ticket.ID, error) {
	if !IsAnswer(h.Msg.Subject) {
		return 0, nil
	}
	subject := h.CleanSubject()
	people := []string{h.Msg.From.Address}
	if h.FromUs() {
		people = h.Recipients()
	}
	for _, who := range people {
		if who == "" {
			continue
		}
		tickets, err := h.Tx.Tickets(ticket.Filter{Requester: who, Newest: true, Limit: alikeLook})
		if err != nil {
			return 0, err
		}
		for _, t := range tickets {
			if strings.EqualFold(t.Subject, subject) && h.Now.Sub(t.UpdatedAt).Abs() <= alikeWithin {
				return t.ID, nil
			}
		}
	}
	return 0, nil
}
