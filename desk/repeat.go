package desk

import "fmt"

// repeat ends the handling of a further copy of a mail. It has no effect but
// one: the queue of another address that it came to looks on.
func (h *handling) repeat() error {
	first, err := h.tx.Mail(h.mail.DuplicateOf)
	if err != nil {
		return fmt.Errorf("first copy: %w", err)
	}
	reason := fmt.Sprintf("copy of mail %d", first.ID)
	if first.Ticket == 0 || first.Disposition != DispositionNew {
		return h.finish(DispositionDuplicate, reason, first.Ticket)
	}
	t, err := h.tx.Ticket(first.Ticket)
	if err != nil {
		return fmt.Errorf("ticket of the first copy: %w", err)
	}
	known := map[string]bool{}
	for _, path := range first.Envelope.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok {
			known[a.Mail] = true
		}
	}
	var others []string
	for _, path := range h.mail.Envelope.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok && !known[a.Mail] {
			others = append(others, path)
		}
	}
	h.mail.Envelope.ForwardPaths = others
	if err := h.addOnlookers(t, nil); err != nil {
		return err
	}
	return h.finish(DispositionDuplicate, reason, t.ID)
}
