package incoming

import (
	"fmt"

	"maildesk/desk/decision"
	"maildesk/ticket"
)

// Fetched tells how the mail was found in a mailbox; the zero value: it came by
// another door.
func (h *Handling) Fetched() ticket.Fetched {
	if f := h.Mail.Envelope.Fetched; f != nil {
		return *f
	}
	return ticket.Fetched{}
}

// ReadFetched completes the envelope of a mail that comes from the journal.
func (h *Handling) ReadFetched() error {
	env := &h.Mail.Envelope
	if env.Fetched != nil || env.Source != ticket.SourceIMAP && env.Source != ticket.SourceImport {
		return nil
	}
	f, err := h.Tx.Fetched(h.Mail.ID)
	if err == nil {
		env.Fetched = &f
		return nil
	}
	if err = decision.IgnoreNotFound(err); err != nil {
		return fmt.Errorf("how the mail was fetched: %w", err)
	}
	return nil
}

// Late reports whether the mail lay in its mailbox for so long that an
// acknowledgement would say nothing any more.
func (h *Handling) Late() bool {
	limit, f := h.Set.Limits.Late, h.Fetched()
	return limit > 0 && !f.ArrivedAt.IsZero() && h.Mail.ReceivedAt.Sub(f.ArrivedAt) > limit
}
