package decision

import (
	"context"
	"errors"
	"time"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Change is one transaction on tickets: what a mail, the clock or a delivery
// brings. It sees one set of settings and one time.
type Change struct {
	Ctx     context.Context
	Maker   *Maker
	Tx      ticket.Draft
	Set     *settings.Settings
	Now     time.Time
	Silent  bool // history: nobody is told anything
	Planned []PlannedMail
	Events  []ticket.Event // that were recorded
	By      By             // the agent who is known to have written the mail at hand
	Window  time.Duration  // how long mails to readers wait, so that whoever wrote can take them back

	Absences map[string]string // agent → the last day away, as they said by mail; nil: not read yet

	Cause      ticket.MailID        // the mail that caused it, 0: none
	CauseEvent int64                // the event that caused it where no mail did
	Files      []compose.Attachment // what goes with the text
	Left       []LeftOut            // what does not, since it is too large
	Formatted  Formatted            // the text, as its writer formatted it
	Learnt     ticket.Learnt        // what the history of the desk says of the mail, where it opens a ticket
}

// By is an agent with the names by which notices call them.
type By struct {
	Agent string // empty: nobody
	Names []string
}

// ChangeAt returns a change that is made on a draft, at a time.
func (m *Maker) ChangeAt(ctx context.Context, tx ticket.Draft, now time.Time) *Change {
	return &Change{Ctx: ctx, Maker: m, Tx: tx, Set: m.Settings(), Now: now}
}

// Record keeps what happens on a ticket now, because of the mail at hand.
func (c *Change) Record(e ticket.Event) error {
	e.At, e.Mail = c.Now, c.Cause
	_, err := c.Tx.AddEvent(e)
	c.Events = append(c.Events, e)
	return err
}

// CauseAt returns the number of what happened at a time because of no mail. It is the
// same when the tickets are made anew, as the number of an event is not.
func CauseAt(t time.Time) int64 { return t.UnixMicro() }

// About returns an event with what it says of an outgoing mail.
func About(m ticket.OutboxMail, e ticket.Event) ticket.Event {
	e.Ticket, e.Outgoing, e.Topic, e.To = m.Ticket, m.ID, m.Template, m.Recipient
	return e
}

// Move brings a ticket to a status, with its event. It keeps nothing but the
// event (and withdraws a notice that is no longer true): save the ticket afterwards.
func (c *Change) Move(t *ticket.Ticket, to ticket.Status, actor string) error {
	if t.Status == to {
		return nil
	}
	if !ticket.CanMove(t.Status, to) {
		return &ticket.MoveError{From: t.Status, To: to}
	}
	from, until := t.Status, time.Time{}
	if from == ticket.StatusPending || from == ticket.StatusOnHold {
		until = t.WakeAt
	}
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
		t.ResolvedAt = c.Now
		t.WakeAt = c.Now.Add(c.Set.Grace)
	case ticket.StatusClosed:
		t.ClosedAt, t.WakeAt = c.Now, time.Time{}
	}
	return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventStatus, Actor: actor, From: string(from), To: string(to), Until: until})
}

// withdraw cancels the notices that a ticket is solved and that still wait to
// be sent, when it is not. What an agent wrote goes out all the same.
func (c *Change) withdraw(t ticket.ID) error {
	waiting, err := c.Tx.OutboxOf(t, ticket.OutboxReady)
	if err != nil {
		return err
	}
	for _, m := range waiting {
		if m.Automatic && notify.Template(m.Template).Waited() {
			if err := c.Tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.Now); err != nil {
				return err
			}
		}
	}
	return nil
}

// Save keeps a ticket, with the times by which something is due.
func (c *Change) Save(t *ticket.Ticket) error {
	if !c.Silent {
		if err := c.UpdateDue(t); err != nil {
			return err
		}
	}
	t.UpdatedAt = c.Now
	return c.Tx.UpdateTicket(*t)
}

// Participant returns the participant with an address on a ticket, added when new.
func (c *Change) Participant(t ticket.ID, role ticket.Role, address, name string) (ticket.Participant, error) {
	return c.Tx.AddParticipant(ticket.Participant{Ticket: t, Address: address, Name: name, Role: role})
}

// Readers returns those who read the public correspondence of a ticket: the
// requester first, and nobody who left or was erased.
func (c *Change) Readers(t ticket.ID) ([]ticket.Participant, error) {
	all, err := c.Tx.Participants(t)
	if err != nil {
		return nil, err
	}
	var readers []ticket.Participant
	for _, role := range []ticket.Role{ticket.RoleRequester, ticket.RoleParticipant} {
		for _, p := range all {
			if p.Role == role && p.Address != "" && !p.Left && !ticket.IsErasedAddress(p.Address) {
				readers = append(readers, p)
			}
		}
	}
	return readers, nil
}

// LeftOut is a file of a mail that does not go with notices about it.
type LeftOut struct {
	Index int // among the attachments of the mail
	Name  string
	Size  int
}

// Formatted is an agent's text as they formatted it.
type Formatted struct{ Text, Page string }

// PlannedMail is a mail that follows from another one.
type PlannedMail struct {
	To         string
	Template   notify.Template
	Language   string
	Suppressed string    // why it is not sent; empty: it is sent
	Leaves     time.Time // until when it can be taken back; zero: it cannot
}

// IgnoreNotFound returns an error unless it says that something is not there.
func IgnoreNotFound(err error) error {
	if errors.Is(err, ticket.ErrNotFound) {
		return nil
	}
	return err
}
