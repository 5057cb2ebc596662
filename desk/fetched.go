package desk

import (
	"fmt"

	"maildesk/ticket"
)

// fetched tells how the mail was found in a mailbox; the zero value: it came by
// another door.
func (h *handling) fetched() ticket.Fetched {
	if f := h.mail.Envelope.Fetched; f != nil {
		return *f
	}
	return ticket.Fetched{}
}

// readFetched completes the envelope of a mail that comes from the journal.
func (h *handling) readFetched() error {
	env := &h.mail.Envelope
	if env.Fetched != nil || env.Source != ticket.SourceIMAP && env.Source != ticket.SourceImport {
		return nil
	}
	f, err := h.tx.Fetched(h.mail.ID)
	if err == nil {
		env.Fetched = &f
		return nil
	}
	if err = ignoreNotFound(err); err != nil {
		return fmt.Errorf("how the mail was fetched: %w", err)
	}
	return nil
}

// late reports whether the mail lay in its mailbox for so long that an
// acknowledgement would say nothing any more.
func (h *handling) late() bool {
	limit, f := h.set.Limits.Late, h.fetched()
	return limit > 0 && !f.ArrivedAt.IsZero() && h.mail.ReceivedAt.Sub(f.ArrivedAt) > limit
}
