package desk

import (
	"context"
	"fmt"
	"time"

	"maildesk/mailparse"
	"maildesk/routing"
)

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

// quarantine keeps a mail aside that cannot be handled, with a stub of a
// ticket, so that a person sees that it is there. Nothing of it is answered.
func (d *Desk) quarantine(ctx context.Context, m Mail, why string) error {
	err := d.store.Update(ctx, func(tx Tx) error {
		c := d.changeAt(ctx, tx, time.Now())
		c.cause = m.ID
		fallback, _ := c.set.queue(c.set.Routing.Fallback)
		sender := m.Envelope.ReversePath
		if sender == "" {
			sender = "an unknown sender"
		}
		t := Ticket{
			Subject: "Unreadable mail from " + sender, Address: c.set.primary().Mail,
			Status: StatusNew, Kind: "incident", Priority: "normal",
			Queue: fallback.Name, Level: fallback.Level, CreatedAt: c.now, UpdatedAt: c.now,
		}
		var err error
		if t.ID, err = tx.InsertTicket(t); err != nil {
			return err
		}
		text := fmt.Sprintf("Mail %d from <%s> is in quarantine: %s. Its bytes are kept unchanged.", m.ID, m.Envelope.ReversePath, why)
		if _, err := tx.AddEntry(Entry{Ticket: t.ID, Mail: m.ID, Kind: EntrySystem, Author: "desk", Subject: t.Subject, Text: text, At: c.now}); err != nil {
			return err
		}
		if err := c.tellAgents(t, c.responsible(t), Notice{Template: TemplateNewTicket, Actor: sender, Text: text}, Agent{}); err != nil {
			return err
		}
		return tx.Dispose(m.ID, DispositionQuarantined, why, t.ID, c.now)
	})
	if err != nil {
		return fmt.Errorf("quarantine mail %d: %w", m.ID, err)
	}
	signal(d.wake)
	d.logVerdict(ctx, m, Verdict{Message: &mailparse.Message{MessageID: m.MessageID}, Disposition: DispositionQuarantined, Reason: why, Route: (*routing.Decision)(nil)})
	return nil
}
