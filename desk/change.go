package desk

import (
	"context"
	"time"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// change is one transaction on tickets: what a mail, the clock or a delivery
// brings. It sees one set of settings and one time.
type change struct {
	ctx     context.Context
	maker   *Maker
	tx      ticket.Draft
	set     *Settings
	now     time.Time
	silent  bool // history: nobody is told anything
	planned []PlannedMail

	absences map[string]string // agent → the last day away, as they said by mail; nil: not read yet

	cause      ticket.MailID        // the mail that caused it, 0: none
	causeEvent int64                // the event that caused it where no mail did
	files      []compose.Attachment // what goes with the text
	left       []leftOut            // what does not, since it is too large
	formatted  formatted            // the text, as its writer formatted it
}

// changeAt returns a change that is made on a draft, at a time.
func (m *Maker) changeAt(ctx context.Context, tx ticket.Draft, now time.Time) *change {
	return &change{ctx: ctx, maker: m, tx: tx, set: m.Settings(), now: now}
}

// record keeps what happens on a ticket now, because of the mail at hand.
func (c *change) record(e ticket.Event) error {
	e.At, e.Mail = c.now, c.cause
	_, err := c.tx.AddEvent(e)
	return err
}

// causeAt returns the number of what happened at a time because of no mail. It is the
// same when the tickets are made anew, as the number of an event is not.
func causeAt(t time.Time) int64 { return t.UnixMicro() }

// about returns an event with what it says of an outgoing mail.
func about(m ticket.OutboxMail, e ticket.Event) ticket.Event {
	e.Ticket, e.Outgoing, e.Topic, e.To = m.Ticket, m.ID, m.Template, m.Recipient
	return e
}

// move brings a ticket to a status, with its event. It keeps nothing but the
// event (and withdraws a notice that is no longer true): save the ticket afterwards.
func (c *change) move(t *ticket.Ticket, to ticket.Status, actor string) error {
	if t.Status == to {
		return nil
	}
	if !ticket.CanMove(t.Status, to) {
		return &ticket.MoveError{From: t.Status, To: to}
	}
	from := t.Status
	t.Status = to
	switch to {
	case ticket.StatusOpen:
		if from == ticket.StatusResolved {
			t.Round++
		}
		t.ResolvedAt, t.InformedAt, t.WakeAt, t.ClosedAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		if err := c.withdraw(t.ID); err != nil {
			return err
		}
	case ticket.StatusResolved:
		t.ResolvedAt = c.now
		t.WakeAt = c.now.Add(c.set.Grace)
	case ticket.StatusClosed:
		t.ClosedAt, t.WakeAt = c.now, time.Time{}
	}
	return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventStatus, Actor: actor, From: string(from), To: string(to)})
}

// withdraw cancels the notices that a ticket is solved and that still wait to
// be sent, when it is not. What an agent wrote goes out all the same.
func (c *change) withdraw(t ticket.ID) error {
	waiting, err := c.tx.OutboxOf(t, ticket.OutboxReady)
	if err != nil {
		return err
	}
	for _, m := range waiting {
		if m.Automatic && notify.Template(m.Template).Waited() {
			if err := c.tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// save keeps a ticket, with the times by which something is due.
func (c *change) save(t *ticket.Ticket) error {
	if !c.silent {
		if err := c.count(t); err != nil {
			return err
		}
	}
	t.UpdatedAt = c.now
	return c.tx.UpdateTicket(*t)
}

// participant returns the participant with an address on a ticket, added when new.
func (c *change) participant(t ticket.ID, role ticket.Role, address, name string) (ticket.Participant, error) {
	return c.tx.AddParticipant(ticket.Participant{Ticket: t, Address: address, Name: name, Role: role})
}

// readers returns those who read the public correspondence of a ticket: the
// requester first, and nobody who left.
func (c *change) readers(t ticket.ID) ([]ticket.Participant, error) {
	all, err := c.tx.Participants(t)
	if err != nil {
		return nil, err
	}
	var readers []ticket.Participant
	for _, role := range []ticket.Role{ticket.RoleRequester, ticket.RoleParticipant} {
		for _, p := range all {
			if p.Role == role && p.Address != "" && !p.Left {
				readers = append(readers, p)
			}
		}
	}
	return readers, nil
}
