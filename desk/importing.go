package desk

import (
	"context"
	"errors"
	"fmt"

	"maildesk/desk/incoming"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Import takes custody of an old mail and handles it at once, in the caller's
// order, so that parents are there before their answers. Nobody is written to.
// With trusted References alone thread, whoever sent the mail, and so do sender and
// subject of an answer. It returns the journal row with the mail's disposition.
// env.Imported is nil for a mail that is as new as any.
func (d *Desk) Import(ctx context.Context, env ticket.Envelope, raw []byte, trusted bool) (ticket.Mail, error) {
	env.Source = ticket.SourceImport
	m, known, err := d.keep(ctx, ticket.Mail{Envelope: env, Trusted: trusted, Attempts: 1}, mailparse.GlanceAt(raw), raw)
	if err != nil {
		return m, err
	}
	return d.handleKept(ctx, m, raw, known)
}

// handleKept handles a mail that was just kept, in this goroutine, and returns its
// journal row with its disposition. known: it had been kept before.
func (d *Desk) handleKept(ctx context.Context, m ticket.Mail, raw []byte, known bool) (ticket.Mail, error) {
	// A daemon on the same data may be quicker: then the mail is handled.
	j := job{mail: m, raw: raw}
	if err := d.try(ctx, &j, !known); err != nil && !errors.Is(err, errHandled) {
		d.process(ctx, job{mail: m})
	}
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		m, err = r.Mail(m.ID)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("read disposition: %w", err)
	}
	return m, nil
}

// answerOfThen files what the desk answered in those days.
func answerOfThen(h *incoming.Handling, t ticket.Ticket) error {
	if err := h.FileEntry(t.ID, ticket.EntryReply); err != nil {
		return err
	}
	if err := takeUp(h, &t); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		if err := h.Move(&t, ticket.StatusOpen, h.Msg.From.Address); err != nil {
			return err
		}
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// takeUp opens a ticket that was filed away when a later mail of it is work.
func takeUp(h *incoming.Handling, t *ticket.Ticket) error {
	if i := h.Imported(); i == nil || !i.Open || t.Status != ticket.StatusClosed {
		return nil
	}
	if err := h.Move(t, ticket.StatusResolved, "import"); err != nil {
		return err
	}
	return h.Move(t, ticket.StatusOpen, "import")
}
