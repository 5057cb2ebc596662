package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// quarantine keeps a mail aside that cannot be handled, with a stub of a
// ticket, so that a person sees that it is there. Nothing of it is answered.
func (d *Desk) quarantine(ctx context.Context, m ticket.Mail, why string) error {
	err := d.SetAside(ctx, m, why, time.Now())
	if err != nil {
		return fmt.Errorf("quarantine mail %d: %w", m.ID, err)
	}
	decision.Signal(d.Posted)
	d.Log.ErrorContext(ctx, "mail in quarantine; see: maildesk quarantine", "mail", m.ID, "err", why)
	d.logVerdict(ctx, m, incoming.Verdict{Message: &mailparse.Message{MessageID: m.MessageID}, Disposition: ticket.DispositionQuarantined, Reason: why})
	return nil
}

// SetAside puts a mail into quarantine at a time, in one transaction. What broke the mail
// may break the notice to the agents too: then they find the stub in their
// queue.
func (d *Desk) SetAside(ctx context.Context, m ticket.Mail, why string, now time.Time) error {
	put := func(tell func(*decision.Change, ticket.Ticket, ticket.Phrase) error) error {
		return d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			c := d.ChangeAt(ctx, tx, now)
			c.Cause = m.ID
			says := ticket.Say("Mail %d from <%s> is in quarantine: %s. Its bytes are kept unchanged. To look at it: maildesk quarantine show %d",
				m.ID, m.Envelope.ReversePath, why, m.ID)
			t, err := stub(c, m, says.String())
			if err != nil {
				return err
			}
			if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventQuarantined, Actor: ticket.ActorDesk, Reason: why}); err != nil {
				return err
			}
			if err := tell(c, t, says); err != nil {
				return err
			}
			return tx.Dispose(m.ID, ticket.DispositionQuarantined, why, t.ID, c.Now)
		})
	}
	err := put(tellOfStub)
	if err != nil {
		d.Log.ErrorContext(ctx, "tell of a mail in quarantine", "mail", m.ID, "err", err)
		err = put(func(*decision.Change, ticket.Ticket, ticket.Phrase) error { return nil })
	}
	return err
}

// stub makes the ticket that stands for a mail in quarantine.
func stub(c *decision.Change, m ticket.Mail, text string) (ticket.Ticket, error) {
	return c.OwnTicket(m.ID, "Unreadable mail from "+cmp.Or(m.Envelope.ReversePath, "an unknown sender"), text)
}

// tellOfStub tells the agents of the fallback queue.
func tellOfStub(c *decision.Change, t ticket.Ticket, says ticket.Phrase) error {
	return notices.SendToAgents(c, t, c.Responsible(t), notify.Notice{Template: notify.TemplateNewTicket, Actor: c.Set.Name, Says: says}, settings.Agent{})
}

// NotQuarantinedError says what a mail is that was thought to be in quarantine.
type NotQuarantinedError struct{ Mail ticket.Mail }

func (e *NotQuarantinedError) Error() string {
	return fmt.Sprintf("mail %d is not in quarantine: it is %s (%s)", e.Mail.ID, e.Mail.Disposition, e.Mail.Reason)
}

// ReleaseMail puts a mail in quarantine back to the journal, as if it had just
// come in: the next that works through the journal handles it, with three new
// attempts. Who is kept as the actor. The stub ticket is closed. A mail that is
// not there (any more) returns a *NotQuarantinedError and stays as it is; one that
// was erased returns an *ErasedMailError: there is nothing left to handle.
func (d *Desk) ReleaseMail(ctx context.Context, id ticket.MailID, who string) error {
	err := d.fromQuarantine(ctx, id, time.Now(), ticket.Event{Kind: ticket.EventReleased, Actor: who, OtherMail: id}, func(tx ticket.Draft, _ ticket.Mail, _ time.Time) error {
		return decision.NotErased(tx, id)
	})
	if err != nil {
		return fmt.Errorf("release mail: %w", err)
	}
	d.inbox.nudge()
	return nil
}

// ErasedMailError says that nothing is left of a mail.
type ErasedMailError = decision.ErasedMailError

// NotMarkedError says what a mail is that was not set apart for a mark of spam.
type NotMarkedError = incoming.NotMarkedError

// ReleaseMarked handles a mail at once that was set apart for the mark of a filter for spam, as if it had no
// mark, and returns what became of it. One that was not set apart for a mark returns a *NotMarkedError and stays as it is,
// one that was erased an *ErasedMailError.
func (d *Desk) ReleaseMarked(ctx context.Context, id ticket.MailID, who string) (m ticket.Mail, err error) {
	var raw []byte
	read := func(r ticket.Reader) error {
		if m, err = r.Mail(id); err == nil {
			raw, err = r.Raw(id)
		}
		return errors.Join(err, decision.NotErased(r, id))
	}
	if err := d.Store.View(ctx, read); err != nil {
		return m, fmt.Errorf("release mail: %w", err)
	}
	if !incoming.WasMarked(m) {
		return m, &incoming.NotMarkedError{Mail: m}
	}
	d.Log.InfoContext(ctx, "mail released", "mail", id, "who", who, "reason", m.Reason)
	if err := d.handleAs(ctx, m, raw, nil, true); err != nil {
		return m, fmt.Errorf("release mail: %w", err)
	}
	return m, d.Store.View(ctx, read)
}

// takeFromSpam puts a mail back among those that wait that a person has released from where marked ones lie.
func takeFromSpam(h *incoming.Handling) error {
	if !h.FromSpam {
		return nil
	}
	m, err := h.Tx.Mail(h.Mail.ID)
	if err != nil {
		return err
	}
	if !incoming.WasMarked(m) {
		return &incoming.NotMarkedError{Mail: m}
	}
	return h.Tx.Reconsider(m.ID)
}

// DropMail ends the quarantine of a mail that nobody needs: it becomes spam, for
// the reason given. Its bytes stay in the journal. Errors are as of ReleaseMail.
func (d *Desk) DropMail(ctx context.Context, id ticket.MailID, who, reason string) error {
	err := d.fromQuarantine(ctx, id, time.Now(), ticket.Event{Kind: ticket.EventDropped, Actor: who, Reason: reason}, func(tx ticket.Draft, m ticket.Mail, now time.Time) error {
		return tx.Dispose(id, ticket.DispositionSpam, incoming.DroppedReason(who, reason), m.Ticket, now)
	})
	if err != nil {
		return fmt.Errorf("drop mail: %w", err)
	}
	return nil
}

// DropMailAgain ends the quarantine of a mail as it ended in an old desk.
func (d *Desk) DropMailAgain(ctx context.Context, old ticket.Mail) error {
	return d.fromQuarantine(ctx, old.ID, old.HandledAt, ticket.Event{Kind: ticket.EventDropped, Actor: ticket.ActorDesk, Reason: old.Reason}, func(tx ticket.Draft, m ticket.Mail, now time.Time) error {
		return tx.Dispose(m.ID, ticket.DispositionSpam, old.Reason, m.Ticket, now)
	})
}

// fromQuarantine makes a mail pending again, then does what decides it, and
// closes its stub ticket with an event that says who did what.
func (d *Desk) fromQuarantine(ctx context.Context, id ticket.MailID, now time.Time, e ticket.Event, do func(ticket.Draft, ticket.Mail, time.Time) error) error {
	return d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		m, err := tx.Mail(id)
		if err != nil {
			return err
		}
		if m.Disposition != ticket.DispositionQuarantined {
			return &NotQuarantinedError{m}
		}
		c := d.ChangeAt(ctx, tx, now)
		c.Cause = id
		if err := tx.Reconsider(id); err != nil {
			return err
		}
		if err := do(tx, m, c.Now); err != nil {
			return err
		}
		return decision.CloseStub(c, m.Ticket, e)
	})
}
