package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// Reasons by which only an imported mail finds its ticket.
const (
	byMark  threading.Reason = "old-tag"      // the mark of the desk of those days
	byAlike threading.Reason = "same-subject" // an answer with the sender and subject of a ticket, soon after its last mail
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
	// A daemon on the same data may be quicker: then the mail is handled.
	j := job{mail: m, raw: raw}
	if err := d.try(ctx, &j, !known); err != nil && !errors.Is(err, errHandled) {
		d.process(ctx, job{mail: m})
	}
	err = d.store.View(ctx, func(r ticket.Reader) error {
		m, err = r.Mail(m.ID)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("read disposition: %w", err)
	}
	return m, nil
}

// imported returns what an import knows of the mail, nil: it did not come so.
func (h *handling) imported() *ticket.Imported { return h.mail.Envelope.Imported }

// readImported completes the envelope of a mail that comes from the journal. What
// follows from an imported mail is dated by it.
func (h *handling) readImported() error {
	env := &h.mail.Envelope
	if env.Source != ticket.SourceImport {
		return nil
	}
	if env.Imported == nil {
		i, err := h.tx.Imported(h.mail.ID)
		if errors.Is(err, ticket.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("what is known of the imported mail: %w", err)
		}
		env.Imported = &i
	}
	h.now = env.Imported.At
	return nil
}

// fromUs reports whether an imported mail was written at one of the desk's own
// addresses: what lies in the folder of sent mails. Of agents' addresses a trusted
// archive is believed.
func (h *handling) fromUs() bool {
	if h.imported() == nil {
		return false
	}
	if _, ours := h.set.addressFor(h.msg.From.Address); ours {
		return true
	}
	_, agent := h.set.AgentAt(h.msg.From.Address)
	return agent && h.mail.Trusted
}

// resolveImported finds the ticket of an old mail by what only an import has.
func (h *handling) resolveImported() error {
	i := h.imported()
	if i == nil || h.verdict.Match.Ticket != 0 {
		return nil
	}
	id, err := h.tx.TicketMarked(i.Mark)
	if err != nil {
		return fmt.Errorf("ticket of the mark %q: %w", i.Mark, err)
	}
	reason := byMark
	if id == 0 && h.mail.Trusted {
		reason = byAlike
		if id, err = h.sameSubject(); err != nil {
			return fmt.Errorf("tickets with the same sender and subject: %w", err)
		}
	}
	if id != 0 {
		h.verdict.Match = threading.Match{Ticket: int64(id), Reason: reason}
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
func (h *handling) sameSubject() (ticket.ID, error) {
	if !IsAnswer(h.msg.Subject) {
		return 0, nil
	}
	subject := h.cleanSubject()
	people := []string{h.msg.From.Address}
	if h.fromUs() {
		people = h.recipients()
	}
	for _, who := range people {
		if who == "" {
			continue
		}
		tickets, err := h.tx.Tickets(ticket.Filter{Requester: who, Newest: true, Limit: alikeLook})
		if err != nil {
			return 0, err
		}
		for _, t := range tickets {
			if strings.EqualFold(t.Subject, subject) && h.now.Sub(t.UpdatedAt).Abs() <= alikeWithin {
				return t.ID, nil
			}
		}
	}
	return 0, nil
}

// answerOfThen files what the desk answered in those days.
func (h *handling) answerOfThen(t ticket.Ticket) error {
	if err := h.fileEntry(t.ID, ticket.EntryReply); err != nil {
		return err
	}
	if err := h.takeUp(&t); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		if err := h.move(&t, ticket.StatusOpen, h.msg.From.Address); err != nil {
			return err
		}
	}
	if err := h.save(&t); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), t.ID)
}

// fileAway closes the new ticket of an old mail that is history.
func (h *handling) fileAway(t ticket.Ticket) error {
	if i := h.imported(); i == nil || i.Open {
		return nil
	}
	if err := h.move(&t, ticket.StatusResolved, "import"); err != nil {
		return err
	}
	t.InformedAt = h.now
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorImport, Reason: "an old matter: nobody is told"}); err != nil {
		return err
	}
	if err := h.move(&t, ticket.StatusClosed, "import"); err != nil {
		return err
	}
	return h.save(&t)
}

// takeUp opens a ticket that was filed away when a later mail of it is work.
func (h *handling) takeUp(t *ticket.Ticket) error {
	if i := h.imported(); i == nil || !i.Open || t.Status != ticket.StatusClosed {
		return nil
	}
	if err := h.move(t, ticket.StatusResolved, "import"); err != nil {
		return err
	}
	return h.move(t, ticket.StatusOpen, "import")
}
